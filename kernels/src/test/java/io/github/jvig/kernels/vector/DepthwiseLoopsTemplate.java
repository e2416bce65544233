package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.List;
import java.util.function.IntFunction;

/** The template of {@code DepthwiseLoops}: seven neighboring outputs of a row, for 3x3 with strides 1 and 2 and for 7x7. */
final class DepthwiseLoopsTemplate {
    private static final int OUTPUTS = 7;

    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.IntVector;",
            "import jdk.incubator.vector.VectorMask;",
            "import jdk.incubator.vector.VectorSpecies;");

    private static final List<String> JAVADOC = List.of(
            "The loops of the depthwise convolutions: tiles of " + OUTPUTS
                    + " neighboring outputs of a row. Weights come as",
            "{@link DepthwiseWeights} has them. {@code rowStep} and {@code step} are floats from row to row and from pixel to pixel.",
            "",
            "<p>Alike, because all sums of a tile must be local variables of one method: vectors that are passed on become objects when the",
            "compiler stops inlining, and the loop runs a thousand times slower. The border of 7x7 is apart from its interior since its masks",
            "take registers.");

    private static final List<String> JAVADOC_3X3 = List.of(
            "3x3 with stride 1, all channels. Pixels that are clipped are replaced by their neighbors inside, and their weights by zeros.",
            "",
            "@param inOffset   where the first output's window begins in its first row inside, if that pixel were there",
            "@param first      from there to the first pixel that is read: 0, or a pixel where it is clipped",
            "@param last       from there to the last pixel that is read",
            "@param clipsLeft  whether the first pixel is clipped",
            "@param clipsRight whether the last pixel is clipped",
            "@param fromTap    first row of the window inside the input, of 0 to 2",
            "@param toTap      one past the last",
            "@param length     floats of a pixel that are computed, a whole number of vectors");

    private static final List<String> JAVADOC_7X7 = List.of(
            "7x7 with stride 1, one vector of channels, where all pixels of the rows are inside the map.",
            "",
            "@param inOffset     where the first output's window begins in its first row inside the map",
            "@param rows         rows of the window inside the map",
            "@param weightOffset where the bias is",
            "@param firstTap     where the weights of the first row inside are");

    private static final List<String> JAVADOC_BORDER = List.of(
            "{@link #interior7x7} where some pixels are outside the map. They are read as the nearest one inside, and cleared.",
            "",
            "@param missingLeft  pixels before the first one inside, 0 to 3",
            "@param missingRight pixels after the last one inside, 0 to 3");

    private DepthwiseLoopsTemplate() {
    }

    static String source() {
        SourceText source = SourceText.ofClass("DepthwiseLoops", IMPORTS, JAVADOC,
                "private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);");
        source.blank();
        source.javadoc(JAVADOC_3X3);
        loop3x3(source, 1);
        source.blank();
        source.javadoc(List.of("{@link #stride1} with stride 2."));
        loop3x3(source, 2);
        source.blank();
        source.javadoc(JAVADOC_7X7);
        source.method("interior7x7", List.of("float[] in", "int inOffset", "int rowStep", "int step", "int rows",
                "float[] weight", "int weightOffset", "int firstTap", "float[] out", "int outOffset"));
        loop7x7(source, DepthwiseLoopsTemplate::pixel);
        source.blank();
        source.javadoc(JAVADOC_BORDER);
        border7x7(source);
        source.close();
        return source.toString();
    }

    private static void loop3x3(SourceText source, int stride) {
        int lastPixel = (OUTPUTS - 1) * stride + 2;
        source.method("stride" + stride, List.of("float[] in", "int inOffset", "int rowStep", "int step", "int first",
                "int last", "float[] weight", "boolean clipsLeft", "boolean clipsRight", "int fromTap", "int toTap",
                "int length", "float[] out", "int outOffset"));
        source.line("VectorMask<Float> left = FLOATS.maskAll(clipsLeft);");
        source.line("VectorMask<Float> right = FLOATS.maskAll(clipsRight);");
        source.line("int p = 0;");
        source.open("for (int c = 0; c < length; c += LANES)");
        sums(source, "p");
        source.line("int q = p + (1 + 3 * fromTap) * LANES;");
        source.line("int r = inOffset + c;");
        source.line("int end = r + (toTap - fromTap) * rowStep;");
        source.open("while (r < end)");
        weights(source, 3);
        for (int x = 0; x <= lastPixel; x++) {
            boolean first = x == 0;
            boolean last = x == lastPixel;
            String offset = first ? "r + first" : last ? "r + last" : plus("r", x, "step");
            source.line((first ? "FloatVector x" : "x") + " = FloatVector.fromArray(FLOATS, in, " + offset + ");");
            for (int o = 0; o < OUTPUTS; o++) {
                int tap = x - o * stride;
                if (tap >= 0 && tap < 3) {
                    String weight = first ? "w0.blend(0f, left)" : last ? "w2.blend(0f, right)" : "w" + tap;
                    source.line("s" + o + " = x.fma(" + weight + ", s" + o + ");");
                }
            }
        }
        source.line("r += rowStep;");
        source.line("q += 3 * LANES;");
        source.close();
        stores(source, " + c");
        source.line("p += 10 * LANES;");
        source.close();
        source.close();
    }

    private static String pixel(int x) {
        return "FloatVector.fromArray(FLOATS, in, " + plus("r", x, "step") + ")";
    }

    private static void border7x7(SourceText source) {
        source.method("border7x7", List.of("float[] in", "int inOffset", "int rowStep", "int step", "int rows",
                "int missingLeft", "int missingRight", "float[] weight", "int weightOffset", "int firstTap",
                "float[] out",
                "int outOffset"));
        // Of 13 pixels the first three and the last three may be missing.
        source.line("// Whether a pixel is there, all bits or none.");
        for (int i = 0; i < 3; i++) {
            source.line("IntVector mask" + i + " = IntVector.broadcast(INTS, missingLeft > " + i + " ? 0 : -1);");
        }
        for (int i = 3; i < 6; i++) {
            source.line(
                    "IntVector mask" + i + " = IntVector.broadcast(INTS, missingRight > " + (5 - i) + " ? 0 : -1);");
        }
        for (int i = 0; i < 3; i++) {
            source.line("int offset" + i + " = Math.max(" + i + ", missingLeft) * step;");
        }
        for (int i = 3; i < 6; i++) {
            source.line("int offset" + i + " = Math.min(" + (i + 7) + ", 12 - missingRight) * step;");
        }
        loop7x7(source, x -> {
            if (x >= 3 && x < 10) {
                return pixel(x);
            }
            int i = x < 3 ? x : x - 7;
            return "FloatVector.fromArray(FLOATS, in, r + offset" + i + ").reinterpretAsInts().and(mask" + i + ")\n"
                    + " ".repeat(20) + ".reinterpretAsFloats()";
        });
    }

    /** The rest of a method, with the expression that reads a pixel of a row. */
    private static void loop7x7(SourceText source, IntFunction<String> pixel) {
        sums(source, "weightOffset");
        source.line("int q = firstTap;");
        source.line("int r = inOffset;");
        source.open("for (int ky = 0; ky < rows; ky++)");
        weights(source, 7);
        for (int x = 0; x < OUTPUTS + 6; x++) {
            source.line((x == 0 ? "FloatVector x" : "x") + " = " + pixel.apply(x) + ";");
            for (int o = 0; o < OUTPUTS; o++) {
                int tap = x - o;
                if (tap >= 0 && tap < 7) {
                    source.line("s" + o + " = w" + tap + ".fma(x, s" + o + ");");
                }
            }
        }
        source.line("r += rowStep;");
        source.line("q += 7 * LANES;");
        source.close();
        stores(source, "");
        source.close();
    }

    private static void sums(SourceText source, String bias) {
        source.line("FloatVector s0 = FloatVector.fromArray(FLOATS, weight, " + bias + ");");
        for (int o = 1; o < OUTPUTS; o++) {
            source.line("FloatVector s" + o + " = s0;");
        }
    }

    private static void weights(SourceText source, int count) {
        for (int i = 0; i < count; i++) {
            source.line(
                    "FloatVector w" + i + " = FloatVector.fromArray(FLOATS, weight, " + plus("q", i, "LANES") + ");");
        }
    }

    private static void stores(SourceText source, String channel) {
        for (int o = 0; o < OUTPUTS; o++) {
            source.line("s" + o + ".intoArray(out, " + plus("outOffset", o, "step") + channel + ");");
        }
    }
}
