package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.ArrayList;
import java.util.List;

/**
 * The template of {@code ActivationLoops}. A function is a list of statements: {@code #} is the number of the vector, {@code @} where it lies;
 * statements without them are written once, the others for each vector.
 */
final class ActivationLoopsTemplate {
    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.EXPONENT_OF_ONE;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.LN2;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.LOG2_E;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.MANTISSA_BITS;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.Q0;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.Q1;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.Q2;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.Q3;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.Q4;",
            "import static io.github.jvig.kernels.vector.activation.ExpConstants.ROUNDING;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.IntVector;",
            "import jdk.incubator.vector.VectorOperators;");

    private static final List<String> JAVADOC = List.of(
            "Activations in place: {@code x} holds {@code rows} rows, {@code step} floats apart. NaN stays NaN.",
            "",
            "<p>Rows of two and of three vectors, which is what the tiles of the matrix products leave, have loops of their own for the functions",
            "that expansions in nets end with, for the reason given in {@link GeluLoops}.",
            "",
            "<p>The logistic function is {@code 1 / (1 + exp(-u))} with u brought into a range in which the exponential is a positive float or",
            "infinity, so that no lane becomes NaN: at the lower end the divisor is infinite and the quotient zero. The exponential is that of",
            "{@link ExpConstants}; ln 2 in one part is enough, as its error grows with k, and what it is an error of falls by 2^k. The loops",
            "take as long as one result depends on another, not as long as the division: Estrin's scheme and a minimum of ints, each with more",
            "or as many instructions as what they replace, made them up to 15 % faster. A reciprocal by Newton's steps was 20 to 40 % slower.");

    private static final String[] FIELDS = {
            "/** The least float whose negative has an infinite exponential here: 128 is the integer nearest to its logarithm to the base 2. */",
            "private static final float MIN_LOGISTIC = -88.7f;",
            "/** Where the logistic function is 1 in float. */",
            "private static final float MAX_LOGISTIC = 20f;",
            "private static final int MAX_LOGISTIC_BITS = Float.floatToRawIntBits(MAX_LOGISTIC);",
            "/** Where {@code GELU_SLOPE * x + GELU_CUBIC * x^3} is {@link #MIN_LOGISTIC}, nearly. */",
            "private static final float MIN_GELU = -10.06f;",
            "private static final float MAX_GELU = 6f;",
            "private static final int MAX_GELU_BITS = Float.floatToRawIntBits(MAX_GELU);",
            "private static final float GELU_SLOPE = (float) (2 * Math.sqrt(2 / Math.PI));",
            "private static final float GELU_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);",
            "private static final int SIGN = 0x80000000;",
            "/** Below it {@code exp(x) - 1} is -1 in float. */",
            "private static final float MIN_ELU = -18f;",
            "private static final float LEAK = 0.01f;"};

    private static final String LOAD = "FloatVector v# = FloatVector.fromArray(FLOATS, x, @);";

    private static final List<String> LEAKY_RELU = List.of(LOAD,
            "v#.mul(LEAK).blend(v#, v#.compare(VectorOperators.GT, 0f)).intoArray(x, @);");

    /** {@code g = x / 6 + 1/2}. */
    private static final List<String> HARD_GATE = List.of(LOAD,
            "FloatVector sixth = FloatVector.broadcast(FLOATS, 1f / 6);",
            "FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);",
            "FloatVector g# = v#.fma(sixth, half);");

    private static final List<String> HARD_SIGMOID = join(HARD_GATE, List.of(
            "g# = g#.blend(0f, g#.compare(VectorOperators.LE, 0f));",
            "g#.blend(1f, g#.compare(VectorOperators.GT, 1f)).intoArray(x, @);"));

    /** The product is what becomes zero, not the gate, for the product of negative infinity and zero is NaN. */
    private static final List<String> HARD_SWISH = join(HARD_GATE, List.of(
            "v# = v#.mul(g#.blend(1f, g#.compare(VectorOperators.GT, 1f)));",
            "v#.blend(0f, g#.compare(VectorOperators.LE, 0f)).intoArray(x, @);"));

    /** {@code d = 1 + exp(-u)}; the polynomial by Estrin's scheme. */
    private static final List<String> DIVISOR = List.of(
            "FloatVector c = FloatVector.broadcast(FLOATS, -LOG2_E);",
            "FloatVector d = FloatVector.broadcast(FLOATS, ROUNDING);",
            "FloatVector k# = u#.fma(c, d);",
            "IntVector p# = k#.reinterpretAsInts().add(EXPONENT_OF_ONE);",
            "p# = p#.lanewise(VectorOperators.LSHL, MANTISSA_BITS);",
            "k# = k#.sub(ROUNDING);",
            "c = FloatVector.broadcast(FLOATS, LN2);",
            "u# = k#.fma(c, u#);",
            "FloatVector w# = u#.mul(u#);",
            "c = FloatVector.broadcast(FLOATS, -Q3);",
            "d = FloatVector.broadcast(FLOATS, Q2);",
            "FloatVector d# = u#.fma(c, d);",
            "c = FloatVector.broadcast(FLOATS, Q4);",
            "d# = w#.fma(c, d#);",
            "c = FloatVector.broadcast(FLOATS, -Q1);",
            "d = FloatVector.broadcast(FLOATS, Q0);",
            "d# = d#.fma(w#, u#.fma(c, d));",
            "c = FloatVector.broadcast(FLOATS, 1f);",
            "d# = d#.fma(w#, c.sub(u#));",
            "d# = d#.fma(p#.reinterpretAsFloats(), c);");

    private static final List<String> LIMITED = List.of(LOAD,
            "v# = v#.blend(MIN_LOGISTIC, v#.compare(VectorOperators.LT, MIN_LOGISTIC));");

    private static final List<String> SIGMOID = join(LIMITED, List.of(
            "FloatVector u# = v#.blend(MAX_LOGISTIC, v#.compare(VectorOperators.GT, MAX_LOGISTIC));"), DIVISOR,
            List.of("c.div(d#).intoArray(x, @);"));

    private static final List<String> SILU = join(limited("LOGISTIC"), DIVISOR, List.of("v#.div(d#).intoArray(x, @);"));

    private static final List<String> GELU_TANH = join(limited("GELU"), List.of(
            "FloatVector slope = FloatVector.broadcast(FLOATS, GELU_SLOPE);",
            "FloatVector cubic = FloatVector.broadcast(FLOATS, GELU_CUBIC);",
            "u# = u#.mul(u#.mul(u#).fma(cubic, slope));"), DIVISOR, List.of("v#.div(d#).intoArray(x, @);"));

    /** {@code exp(r) - 1} times 2^k, plus 2^k - 1: near zero k is 0, and the result is right to the last bits. */
    private static final List<String> ELU = List.of(LOAD,
            "IntVector bits# = v#.reinterpretAsInts().lanewise(VectorOperators.OR, SIGN);",
            "FloatVector n# = bits#.lanewise(VectorOperators.MIN, minBits).reinterpretAsFloats();",
            "FloatVector c = FloatVector.broadcast(FLOATS, LOG2_E);",
            "FloatVector d = FloatVector.broadcast(FLOATS, ROUNDING);",
            "FloatVector k# = n#.fma(c, d);",
            "IntVector p# = k#.reinterpretAsInts().add(EXPONENT_OF_ONE);",
            "FloatVector f# = p#.lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats();",
            "k# = k#.sub(ROUNDING);",
            "c = FloatVector.broadcast(FLOATS, -LN2);",
            "n# = k#.fma(c, n#);",
            "c = FloatVector.broadcast(FLOATS, Q4);",
            "d = FloatVector.broadcast(FLOATS, Q3);",
            "FloatVector e# = n#.fma(c, d);",
            "c = FloatVector.broadcast(FLOATS, Q2);",
            "e# = e#.fma(n#, c);",
            "c = FloatVector.broadcast(FLOATS, Q1);",
            "e# = e#.fma(n#, c);",
            "c = FloatVector.broadcast(FLOATS, Q0);",
            "e# = e#.fma(n#, c);",
            "c = FloatVector.broadcast(FLOATS, 1f);",
            "e# = e#.fma(n#, c);",
            "e# = e#.fma(n#.mul(f#), f#.sub(1f));",
            "v#.blend(e#, v#.compare(VectorOperators.LE, 0f)).intoArray(x, @);");

    private ActivationLoopsTemplate() {
    }

    /**
     * {@code v} not below a limit, and {@code u} not above another, either. Floats are ordered as ints are above a positive limit; a NaN
     * that is lost in {@code u} is still in {@code v}, which is to be a factor of the result.
     */
    private static List<String> limited(String limit) {
        return List.of(LOAD,
                "v# = v#.blend(MIN_" + limit + ", v#.compare(VectorOperators.LT, MIN_" + limit + "));",
                "IntVector i# = v#.reinterpretAsInts().lanewise(VectorOperators.MIN, MAX_" + limit + "_BITS);",
                "FloatVector u# = i#.reinterpretAsFloats();");
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    static String source() {
        SourceText source = SourceText.ofClass("activation", "ActivationLoops", IMPORTS, JAVADOC, FIELDS);
        anyWidth(source, "leakyRelu", LEAKY_RELU);
        anyWidth(source, "geluTanh", GELU_TANH);
        anyWidth(source, "sigmoid", SIGMOID);
        anyWidth(source, "hardSigmoid", HARD_SIGMOID);
        everyWidth(source, "silu", SILU);
        everyWidth(source, "hardSwish", HARD_SWISH);
        anyWidth(source, "elu", ELU, "int minBits = Float.floatToRawIntBits(MIN_ELU);");
        source.close();
        return source.toString();
    }

    private static void everyWidth(SourceText source, String name, List<String> body) {
        anyWidth(source, name, body);
        for (int vectors = 2; vectors <= 3; vectors++) {
            source.blank();
            source.method(name + vectors, List.of("float[] x", "int offset", "int step", "int rows"));
            source.open("for (int r = 0, i = offset; r < rows; r++, i += step)");
            body(source, vectors, body);
            source.close();
            source.close();
        }
    }

    private static void anyWidth(SourceText source, String name, List<String> body, String... before) {
        source.blank();
        source.method(name, List.of("float[] x", "int offset", "int step", "int rows", "int width"));
        List.of(before).forEach(source::line);
        source.open("for (int r = 0, row = offset; r < rows; r++, row += step)");
        source.open("for (int i = row; i < row + width; i += LANES)");
        body(source, 1, body);
        source.close();
        source.close();
        source.close();
    }

    private static void body(SourceText source, int vectors, List<String> body) {
        for (String line : body) {
            int times = line.contains("#") ? vectors : 1;
            for (int v = 0; v < times; v++) {
                source.line(line.replace("#", Integer.toString(v)).replace("@", plus("i", v, "LANES")));
            }
        }
    }
}
