package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.List;

/** The template of {@code MaxRelativeLoops}: both differences, four vectors and one. */
final class MaxRelativeLoopsTemplate {
    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.VectorOperators;");

    private static final List<String> JAVADOC = List.of(
            "Some channels of one pixel of max-relative: writes its values as they are, and {@code channels} floats further on the largest",
            "difference, {@code self - min} or {@code max - self} over the pixel and its neighbors.",
            "",
            "<p>Shift s brings the neighbor at {@code inOffset + rowOffsets[row + s] + columnOffsets[column + s]}. The comparison is part of",
            "each loop and no parameter, since C2 makes one instruction of it only where it is a constant.",
            "",
            "<p>A comparison passes over NaN, and of infinities the difference of the extreme is not the largest difference. So each loop adds up",
            "the values times zero, which is NaN where one is not finite; such channels are computed again by the definition.");

    private MaxRelativeLoopsTemplate() {
    }

    static String source() {
        SourceText source = SourceText.ofClass("graph", "MaxRelativeLoops", IMPORTS, JAVADOC);
        for (String extreme : List.of("min", "max")) {
            for (int vectors : new int[]{4, 1}) {
                loop(source, extreme, vectors);
            }
        }
        source.close();
        return source.toString();
    }

    private static void loop(SourceText source, String extreme, int vectors) {
        boolean min = extreme.equals("min");
        source.blank();
        source.method(min ? "selfMinusMin" + vectors : "maxMinusSelf" + vectors,
                List.of("float[] in", "int self", "int inOffset", "int[] rowOffsets", "int row", "int[] columnOffsets",
                        "int column", "int shifts", "float[] out", "int outOffset", "int channels"));
        for (int v = 0; v < vectors; v++) {
            source.line(
                    "FloatVector self" + v + " = FloatVector.fromArray(FLOATS, in, " + plus("self", v, "LANES") + ");");
        }
        for (int v = 0; v < vectors; v++) {
            source.line("FloatVector " + extreme + v + " = self" + v + ";");
        }
        source.line("FloatVector zero = FloatVector.zero(FLOATS);");
        for (int v = 0; v < vectors; v++) {
            source.line("FloatVector odd" + v + " = self" + v + ".mul(zero);");
        }
        source.open("for (int s = 0; s < shifts; s++)");
        source.line("int p = inOffset + rowOffsets[row + s] + columnOffsets[column + s];");
        for (int v = 0; v < vectors; v++) {
            String name = extreme + v;
            source.line(
                    (v == 0 ? "FloatVector x" : "x") + " = FloatVector.fromArray(FLOATS, in, " + plus("p", v, "LANES")
                            + ");");
            source.line(name + " = x.blend(" + name + ", x.compare(VectorOperators." + (min ? "GE" : "LE") + ", " + name
                    + "));");
            source.line("odd" + v + " = x.fma(zero, odd" + v + ");");
        }
        source.close();
        for (int v = 0; v < vectors; v++) {
            source.line("self" + v + ".intoArray(out, " + plus("outOffset", v, "LANES") + ");");
        }
        for (int v = 0; v < vectors; v++) {
            String difference = min ? "self" + v + ".sub(min" + v + ")" : "max" + v + ".sub(self" + v + ")";
            source.line(difference + ".intoArray(out, " + plus("outOffset + channels", v, "LANES") + ");");
        }
        String odd = vectors == 1 ? "odd0" : "odd0.add(odd1).add(odd2.add(odd3))";
        source.open("if (" + odd + ".test(VectorOperators.IS_NAN).anyTrue())");
        source.line("VectorMaxRelative.byDefinition(" + min
                + ", in, self, inOffset, rowOffsets, row, columnOffsets, column, shifts,");
        source.line("        out, outOffset, channels, " + SourceText.times(vectors, "LANES") + ");");
        source.close();
        source.close();
    }
}
