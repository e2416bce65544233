package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;

import java.util.List;
import java.util.stream.Stream;

/**
 * The template of {@code DepthwiseLoops} and {@code WideDepthwiseLoops}: some neighboring outputs, rows of three to seven taps, strides 1
 * and 2.
 */
final class DepthwiseLoopsTemplate {
    /** The tiles of a class. */
    private enum Tiles {
        NARROW(7, 8, List.of(7, 8), 3), WIDE(14, 16, List.of(14), 5);

        /** Outputs of tiles that have loops for parts of windows. */
        private final int any;
        /** Outputs of tiles for the usual windows only. */
        private final int usual;
        private final List<Integer> withStride2;
        private final int fewestTapsWithStride2;

        Tiles(int any, int usual, List<Integer> withStride2, int fewestTapsWithStride2) {
            this.any = any;
            this.usual = usual;
            this.withStride2 = withStride2;
            this.fewestTapsWithStride2 = fewestTapsWithStride2;
        }
    }

    /** Windows of three taps are never parts of wider ones. */
    private static final int NEVER_PART = 3;

    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.VectorOperators;");

    private static final List<String> PARAMETERS = List.of("float[] in", "int inOffset", "int rowStep", "int step",
            "int rows", "long present", "float[] weight", "int bias", "int firstTap", "int weightStep", "int groupStep",
            "int length", "boolean first", "float[] out", "int outOffset", "int outStep", "float low", "float high");
    private static final List<String> WHOLE_PARAMETERS = PARAMETERS.stream()
            .filter(p -> !p.equals("int weightStep") && !p.equals("boolean first")).toList();

    private static final List<String> PARAMETERS_JAVADOC = List.of(
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
            "</ul>");

    private static final List<String> JAVADOC = List.of(
            "The loops of the depthwise convolutions: tiles of " + Tiles.NARROW.any + " or " + Tiles.NARROW.usual
                    + " neighboring outputs, over some rows of the window. A window",
            "of more than seven taps is cut into parts, {@code first} is the one that starts with the bias; the others add to what is there. Weights",
            "come as {@link DepthwiseWeights} has them.");
    private static final List<String> REASONS_JAVADOC = List.of(
            "",
            "<p>Alike, because all sums of a tile must be local variables of one method: vectors that are passed on become objects when the",
            "compiler stops inlining, and the loop runs a thousand times slower. Pixels outside the map are jumped over: the jumps are the same",
            "for all rows of a tile and cost less than masks, which would take registers and a load of what is not needed. The bits are taken apart",
            "before the loops, which gained 5 % on 3x3 and 5x5.",
            "",
            "<p>What these loops take is the instructions around the multiply-adds, most of them for the offsets of pixels. These are counted up",
            "from pixel to pixel, as C2 keeps multiples of a step in memory. Most count in longs: of an int C2 keeps two copies, one for the check",
            "of bounds and one for the address, and counts up both. Longs gained 5 to 20 % with 512 and 256 bits, and lost as much in rows of seven",
            "taps.");

    private static final List<String> WIDE_JAVADOC = List.of(
            "The loops of {@link DepthwiseLoops} for tiles of " + Tiles.WIDE.any + " or " + Tiles.WIDE.usual
                    + " neighboring outputs, for 32 vector registers. A pixel serves more outputs of",
            "such a tile, and the weights of a row twice as many: 20 to 45 % faster than tiles of half as many. Windows of 3x3 with stride 2 have",
            "none, as they gain nothing. The parameters are the same.");

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
        List<String> javadoc = Stream.of(JAVADOC, PARAMETERS_JAVADOC, REASONS_JAVADOC).flatMap(List::stream).toList();
        return source(SourceText.ofClass("depthwise", "DepthwiseLoops", IMPORTS, javadoc), Tiles.NARROW);
    }

    static String wideSource() {
        return source(SourceText.ofClass("depthwise", "WideDepthwiseLoops", IMPORTS, WIDE_JAVADOC), Tiles.WIDE);
    }

    private static String source(SourceText source, Tiles tiles) {
        for (int taps = NEVER_PART; taps <= 7; taps++) {
            new DepthwiseLoopsTemplate(source, tiles.any, taps, 1, taps == NEVER_PART).loop();
        }
        for (int taps = NEVER_PART; taps <= 7; taps += 2) {
            new DepthwiseLoopsTemplate(source, tiles.usual, taps, 1, true).loop();
        }
        for (int outputs : tiles.withStride2) {
            for (int taps = tiles.fewestTapsWithStride2; taps <= 7; taps += 2) {
                new DepthwiseLoopsTemplate(source, outputs, taps, 2, true).loop();
            }
        }
        source.close();
        return source.toString();
    }

    /** Whether offsets are longs: see the Javadoc of the class that is written. */
    private boolean countsInLongs() {
        return taps < 7 || outputs >= Tiles.WIDE.any;
    }

    /** Whether a pixel may be missing. */
    private boolean isGuarded(int x) {
        return taps != NEVER_PART || x < taps - 1 || x > pixels - taps;
    }

    private void loop() {
        source.blank();
        source.javadoc(List.of(outputs + " outputs, rows of " + taps + " taps, stride " + stride
                + (taps == NEVER_PART ? "; at most two pixels are missing on each side." : ".")));
        source.method("taps" + taps + "s" + stride + "x" + outputs,
                whole ? WHOLE_PARAMETERS : PARAMETERS);
        for (int x = 0; x < pixels; x++) {
            if (isGuarded(x)) {
                source.line("boolean has" + x + " = (present & " + (1L << x) + "L) != 0;");
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
        source.line((countsInLongs() ? "long" : "int") + " p = r;");
        for (int x = 0; x < pixels; x++) {
            if (isGuarded(x)) {
                source.open("if (has" + x + ")");
            }
            source.line("x = FloatVector.fromArray(FLOATS, in, " + (countsInLongs() ? "(int) p" : "p") + ");");
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
