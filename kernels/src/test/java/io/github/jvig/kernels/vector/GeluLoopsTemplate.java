package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.List;
import java.util.function.IntFunction;

/** The template of {@code GeluLoops}: rows of any width, vector by vector, and rows of two and three vectors, step by step. */
final class GeluLoopsTemplate {
    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C0;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C1;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C2;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C3;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C4;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C5;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C6;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C7;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.C8;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.MIN_INPUT;",
            "import static io.github.jvig.kernels.vector.activation.GeluConstants.SIGN;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.IntVector;",
            "import jdk.incubator.vector.VectorOperators;");

    private static final List<String> JAVADOC = List.of(
            "GELU in place, by {@link GeluConstants}: {@code x} holds {@code rows} rows, {@code step} floats apart. NaN stays NaN.",
            "",
            "<p>Rows of two and of three vectors, which is what the tiles of the matrix products leave, have methods of their own: an inner loop",
            "over so few vectors takes longer to enter and to leave than to run, 7 % of a whole expansion to 192 channels.");

    /** Which factor the polynomial so far is multiplied with before each constant from the third on is added: the input, or itself. */
    private static final List<String> FACTORS = List.of("n", "t", "n", "t", "t", "t", "t");

    private GeluLoopsTemplate() {
    }

    static String source() {
        SourceText source = SourceText.ofClass("activation", "GeluLoops", IMPORTS, JAVADOC);
        source.blank();
        source.javadoc(List.of("Rows of {@code width} floats, a whole number of vectors."));
        source.method("anyWidth", List.of("float[] x", "int offset", "int step", "int rows", "int width"));
        source.line("int minBits = Float.floatToRawIntBits(MIN_INPUT);");
        source.open("for (int r = 0, row = offset; r < rows; r++, row += step)");
        source.open("for (int i = row; i < row + width; i += LANES)");
        body(source, 1);
        source.close();
        source.close();
        source.close();
        for (int vectors = 2; vectors <= 3; vectors++) {
            source.blank();
            source.method("vectors" + vectors, List.of("float[] x", "int offset", "int step", "int rows"));
            source.line("int minBits = Float.floatToRawIntBits(MIN_INPUT);");
            source.open("for (int r = 0, i = offset; r < rows; r++, i += step)");
            body(source, vectors);
            source.close();
            source.close();
        }
        source.close();
        return source.toString();
    }

    private static void body(SourceText source, int vectors) {
        each(source, vectors,
                v -> "FloatVector v" + v + " = FloatVector.fromArray(FLOATS, x, " + plus("i", v, "LANES") + ");");
        each(source, vectors, v -> "IntVector bits" + v + " = v" + v
                + ".reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);");
        each(source, vectors, v -> "FloatVector n" + v + " = bits" + v
                + ".lanewise(VectorOperators.MIN, minBits).reinterpretAsFloats();");
        source.line("FloatVector c = FloatVector.broadcast(FLOATS, C0);");
        source.line("FloatVector d = FloatVector.broadcast(FLOATS, C1);");
        each(source, vectors, v -> "FloatVector t" + v + " = n" + v + ".fma(c, d);");
        for (int i = 0; i < FACTORS.size(); i++) {
            String factor = FACTORS.get(i);
            source.line("c = FloatVector.broadcast(FLOATS, C" + (i + 2) + ");");
            each(source, vectors, v -> "t" + v + " = t" + v + ".fma(" + factor + v + ", c);");
        }
        each(source, vectors, v -> "v" + v + " = v" + v + ".blend(0f, v" + v + ".compare(VectorOperators.LE, 0f));");
        each(source, vectors,
                v -> "n" + v + ".fma(t" + v + ", v" + v + ").intoArray(x, " + plus("i", v, "LANES") + ");");
    }

    /** One line for each vector. */
    private static void each(SourceText source, int vectors, IntFunction<String> line) {
        for (int v = 0; v < vectors; v++) {
            source.line(line.apply(v));
        }
    }
}
