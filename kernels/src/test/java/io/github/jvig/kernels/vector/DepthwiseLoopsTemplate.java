package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.List;

/** The template of {@code DepthwiseLoops}: seven or eight neighboring outputs, rows of three to seven taps, strides 1 and 2. */
final class DepthwiseLoopsTemplate {
    private static final int OUTPUTS = 7;
    /** Tiles of so many outputs have loops for the usual windows only. */
    private static final int MORE_OUTPUTS = 8;
    /** Windows of three taps are never parts of wider ones. */
    private static final int NEVER_PART = 3;

    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.VectorOperators;");

    private static final List<String> PARAMETERS = List.of("float[] in", "int inOffset", "int rowStep", "int step",
            "int rows", "int present", "float[] weight", "int bias", "int firstTap", "int weightStep", "int groupStep",
            "int length", "boolean first", "float[] out", "int outOffset", "int outStep", "float low", "float high");
    private static final List<String> WHOLE_PARAMETERS = PARAMETERS.stream()
            .filter(p -> !p.equals("int weightStep") && !p.equals("boolean first")).toList();

    private static final List<String> JAVADOC = List.of(
            "The loops of the depthwise convolutions: tiles of " + OUTPUTS + " or " + MORE_OUTPUTS
                    + " neighboring outputs, over some rows of the window. A window",
            "of more than seven taps is cut into parts, {@code first} is the one that starts with the bias; the others add to what is there. Weights",
            "come as {@link DepthwiseWeights} has them.",
            "",
            "<p>The parameters of all of them:",
            "<ul>",
            "<li>{@code inOffset}: where the first output's window begins in its first row inside, if that pixel were there;",
            "<li>{@code rowStep} and {@code step}: floats from row to row of the window and from tap to tap;",
            "<li>{@code rows}: rows of the window that are inside the map;",
            "<li>{@code present}: a bit for each pixel of a row that says whether it is inside the map, the lowest for the first;",
            "<li>{@code bias}: where the bias of the first vector of channels is; {@code firstTap}: from there to the first tap;",
            "<li>{@code weightStep}: floats from row to row of the weights; {@code groupStep}: from one vector of channels to the next;",
            "<li>{@code length}: floats of a pixel that are computed, a whole number of vectors;",
            "<li>{@code outStep}: floats from output to output;",
            "<li>{@code low} and {@code high}: bounds of the outputs, which NaN passes; none when {@code high} is not above {@code low}.",
            "</ul>",
            "",
            "<p>Alike, because all sums of a tile must be local variables of one method: vectors that are passed on become objects when the",
            "compiler stops inlining, and the loop runs a thousand times slower. Pixels outside the map are jumped over: the jumps are the same",
            "for all rows of a tile and cost less than masks, which would take registers and a load of what is not needed. Offsets are counted up",
            "from pixel to pixel: C2 keeps multiples of a step in memory, and these loops are limited by loads. The bits are taken apart before",
            "the loops, which gained 5 % on 3x3 and 5x5.");

    private final SourceText source;
    private final int outputs;
    private final int taps;
    private final int stride;
    /** Whether these taps are always the whole window. */
    private final boolean whole;
    /** Pixels that a tile reads of a row. */
    private final int pixels;

    private DepthwiseLoopsTemplate(SourceText source, int outputs, int taps, int stride, boolean whole) {
        this.source = source;
        this.outputs = outputs;
        this.taps = taps;
        this.stride = stride;
        this.whole = whole;
        pixels = (outputs - 1) * stride + taps;
    }

    static String source() {
        SourceText source = SourceText.ofClass("depthwise", "DepthwiseLoops", IMPORTS, JAVADOC);
        for (int taps = NEVER_PART; taps <= 7; taps++) {
            new DepthwiseLoopsTemplate(source, OUTPUTS, taps, 1, taps == NEVER_PART).loop();
        }
        for (int taps = NEVER_PART; taps <= 7; taps += 2) {
            new DepthwiseLoopsTemplate(source, OUTPUTS, taps, 2, taps == NEVER_PART).loop();
        }
        for (int stride = 1; stride <= 2; stride++) {
            for (int taps = 3; taps <= 7; taps += 2) {
                new DepthwiseLoopsTemplate(source, MORE_OUTPUTS, taps, stride, true).loop();
            }
        }
        source.close();
        return source.toString();
    }

    /** Whether a pixel may be missing. */
    private boolean isGuarded(int x) {
        return taps != NEVER_PART || x < taps - 1 || x > pixels - taps;
    }

    private void loop() {
        source.blank();
        source.javadoc(List.of((outputs == OUTPUTS ? "Rows of " : outputs + " outputs, rows of ") + taps
                + " taps, stride " + stride
                + (taps == NEVER_PART ? "; at most two pixels are missing on each side." : ".")));
        source.method("taps" + taps + "s" + stride + (outputs == OUTPUTS ? "" : "x" + outputs),
                whole ? WHOLE_PARAMETERS : PARAMETERS);
        for (int x = 0; x < pixels; x++) {
            if (isGuarded(x)) {
                source.line("boolean has" + x + " = (present & " + (1 << x) + ") != 0;");
            }
        }
        source.open("for (int c = 0; c < length; c += LANES)");
        source.line("FloatVector s0 = FloatVector.fromArray(FLOATS, weight, bias);");
        for (int o = 1; o < outputs; o++) {
            source.line("FloatVector s" + o + " = s0;");
        }
        if (!whole) {
            source.open("if (!first)");
            for (int o = 0; o < outputs; o++) {
                source.line("s" + o + " = FloatVector.fromArray(FLOATS, out, " + plus("outOffset", o, "outStep")
                        + " + c);");
            }
            source.close();
        }
        source.line("int q = bias + firstTap;");
        source.line("int r = inOffset + c;");
        source.line("int end = r + rows * rowStep;");
        source.open("while (r < end)");
        for (int i = 0; i < taps; i++) {
            source.line(
                    "FloatVector w" + i + " = FloatVector.fromArray(FLOATS, weight, " + plus("q", i, "LANES") + ");");
        }
        source.line("FloatVector x;");
        source.line("int p = r;");
        for (int x = 0; x < pixels; x++) {
            if (isGuarded(x)) {
                source.open("if (has" + x + ")");
            }
            source.line("x = FloatVector.fromArray(FLOATS, in, p);");
            for (int o = 0; o < outputs; o++) {
                int tap = x - o * stride;
                if (tap >= 0 && tap < taps) {
                    source.line("s" + o + " = x.fma(w" + tap + ", s" + o + ");");
                }
            }
            if (isGuarded(x)) {
                source.close();
            }
            if (x < pixels - 1) {
                source.line("p += step;");
            }
        }
        source.line("r += rowStep;");
        source.line(whole ? "q += " + taps + " * LANES;" : "q += weightStep;");
        source.close();
        source.open("if (low < high)");
        bound("low", "LE");
        source.open("if (high < Float.POSITIVE_INFINITY)");
        bound("high", "GT");
        source.close();
        source.close();
        for (int o = 0; o < outputs; o++) {
            source.line("s" + o + ".intoArray(out, " + plus("outOffset", o, "outStep") + " + c);");
        }
        source.line("bias += groupStep;");
        source.close();
        source.close();
    }

    private void bound(String bound, String beyond) {
        for (int o = 0; o < outputs; o++) {
            source.line(
                    "s" + o + " = s" + o + ".blend(" + bound + ", s" + o + ".compare(VectorOperators." + beyond
                            + ", " + bound + "));");
        }
    }
}
