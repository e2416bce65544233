package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;
import static io.github.jvig.kernels.vector.SourceText.times;

import java.util.ArrayList;
import java.util.List;

/** The template of {@code GemmLoops}: one loop for every shape of a tile, over the inputs themselves or through a table of offsets. */
final class GemmLoopsTemplate {
    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;",
            "",
            "import java.util.Objects;",
            "import jdk.incubator.vector.FloatVector;",
            "import jdk.incubator.vector.VectorMask;",
            "import jdk.incubator.vector.VectorOperators;",
            "import jdk.incubator.vector.VectorShuffle;");

    private static final List<String> JAVADOC = List.of(
            "The loops of the matrix products, {@code multiplyRxV}, {@code accumulateRxV} and {@code gatherRxV} for R rows by V vectors of outputs.",
            "See {@link GemmTile} for what they compute.",
            "",
            "<p>Bounds are applied by compare and blend, which keeps NaN and is two instructions where a float minimum or maximum is several.",
            "",
            "<p>Long, and alike from shape to shape, because all sums of a tile must be local variables of one method: vectors that are passed on",
            "become objects when the compiler stops inlining, and the loop runs a thousand times slower.");

    private static final List<String> BOUNDED = List.of(
            "The hot loop of the whole package. It tells C2 by {@link Objects#checkIndex} how large its offsets are at most: sums of them can't",
            "overflow then, so C2 adds what is constant before the loop, to a pointer for each row, in place of an addition for each row at every",
            "step. That is 41 instructions in place of 48 for 21 multiply-adds. It gains nothing while a machine runs at full speed, and 2 to 8 %",
            "while other work slows it down, measured on a shared Xeon.",
            "",
            "<p>Where integer registers are short, C2 keeps one value in a vector register and moves it back at every step, in the place of a",
            "multiply-add. It does so with {@code a} when that comes first, which costs 8 %. What comes behind the sixth parameter is on the stack",
            "anyway and is read from there at no cost.",
            "",
            "@throws IndexOutOfBoundsException if an offset, the row stride or the depth is beyond {@link GemmTile#MAX_OFFSET},",
            "                                  {@link GemmTile#MAX_ROW_STRIDE} or {@link GemmTile#MAX_DEPTH}");

    private static final List<String> FROM_OFFSET = List.of(
            "Counts from the first row's offset, not from zero, so that one row needs no register of its own: 3 % faster here than the form of",
            "{@link #multiply7x3}. {@code panel} comes last for the reason given there.");

    private static final List<String> UNROLLED = List.of(
            "Without the bounds of {@link #multiply7x3}: with them, the loop is so short that C2 does four steps at once, for which sixteen registers",
            "do not suffice, and takes twice as long.");

    private static final List<String> PAIRED = List.of(
            "For a panel whose last vector holds the last outputs, half a vector at most, twice: two rows share its sums, with the input of the one in",
            "the lower lanes and that of the other in the upper ones. That is three multiply-adds for two rows of 24 outputs, not four, with vectors of 16.",
            "What is behind the outputs becomes zero.");

    private static final List<String> ANY_STEP = List.of(
            "One vector of a panel of any width.",
            "",
            "@param panelStep floats from one row of the panel to the next");

    private static final List<String> STEM = List.of(
            "For rows six floats apart. As the index of a row's input is that of the first row and a constant, the inputs of all rows need one check",
            "of their range and no additions. {@code aOffset} comes late for the reason that {@link #multiply7x3} gives.");

    /** Three channels by a stride of two. */
    private static final int STEM_STEP = 6;

    /** What a loop runs over. */
    private enum Form {
        /** {@code a[k]}, of which C2 knows that no offset overflows. */
        MULTIPLY("multiply"),
        /** The same without such knowledge, k from 0 to the depth. */
        MULTIPLY_ANY("multiply"),
        /** The same, k from the offset of the first row on. */
        MULTIPLY_FROM_OFFSET("multiply"),
        /** As {@link #MULTIPLY}; the sums go on from what the output holds. */
        ACCUMULATE("accumulate"),
        /** The same, k from the offset on. */
        ACCUMULATE_FROM_OFFSET("accumulate"),
        /** {@code a[offsets[k]]}. */
        GATHER("gather"),
        /** The same with rows of {@code a} that are {@link #STEM_STEP} apart. */
        GATHER_STEM("gatherStem");

        private final String method;

        Form(String method) {
            this.method = method;
        }

        private boolean accumulates() {
            return this == ACCUMULATE || this == ACCUMULATE_FROM_OFFSET;
        }

        private boolean gathers() {
            return this == GATHER || this == GATHER_STEM;
        }

        private boolean fromOffset() {
            return this == MULTIPLY_FROM_OFFSET || this == ACCUMULATE_FROM_OFFSET;
        }

        private boolean bounded() {
            return this == MULTIPLY || this == ACCUMULATE;
        }
    }

    private GemmLoopsTemplate() {
    }

    static String source() {
        SourceText source = SourceText.ofClass("product", "GemmLoops", IMPORTS, JAVADOC,
                "private static final VectorMask<Float> UPPER_HALF = VectorMask.fromLong(FLOATS, -1L << LANES / 2);",
                "private static final VectorShuffle<Float> SWAP_HALVES = VectorShuffle.fromOp(FLOATS, i -> i ^ LANES / 2);");
        loop(source, 7, 3, Form.MULTIPLY, BOUNDED);
        loop(source, 7, 3, Form.ACCUMULATE, List.of());
        loop(source, 7, 2, Form.ACCUMULATE, List.of());
        loop(source, 7, 1, Form.ACCUMULATE_FROM_OFFSET, FROM_OFFSET);
        loop(source, 7, 2, Form.MULTIPLY, List.of());
        loop(source, 7, 1, Form.MULTIPLY_FROM_OFFSET, FROM_OFFSET);
        loop(source, 7, 3, Form.GATHER, List.of());
        loop(source, 7, 2, Form.GATHER, List.of());
        loop(source, 7, 3, Form.GATHER_STEM, List.of());
        loop(source, 7, 2, Form.GATHER_STEM, STEM);
        loop(source, 5, 4, Form.GATHER_STEM, List.of());
        loop(source, 7, 1, Form.GATHER, List.of());
        loop(source, 7, 1, Form.GATHER_STEM, List.of());
        loop(source, 14, 1, Form.GATHER_STEM, List.of());
        loop(source, 4, 3, Form.MULTIPLY, List.of());
        loop(source, 5, 4, Form.MULTIPLY, List.of());
        loop(source, 6, 4, Form.MULTIPLY, List.of());
        loop(source, 5, 4, Form.ACCUMULATE, List.of());
        loop(source, 5, 4, Form.GATHER, List.of());
        loop(source, 6, 2, Form.ACCUMULATE, List.of());
        loop(source, 6, 1, Form.ACCUMULATE, List.of());
        loop(source, 6, 2, Form.MULTIPLY, List.of());
        loop(source, 6, 1, Form.MULTIPLY, List.of());
        loop(source, 5, 2, Form.MULTIPLY_ANY, UNROLLED);
        loop(source, 12, 1, Form.MULTIPLY, List.of());
        loop(source, 12, 1, Form.GATHER_STEM, List.of());
        loop(source, 6, 2, Form.GATHER, List.of());
        loop(source, 6, 1, Form.GATHER, List.of());
        loop(source, 1, 4, Form.MULTIPLY_ANY, List.of());
        loop(source, 1, 1, Form.MULTIPLY_ANY, ANY_STEP);
        loop(source, 1, 4, Form.GATHER, List.of());
        loop(source, 1, 1, Form.GATHER, ANY_STEP);
        paired(source, 14, 2, PAIRED);
        paired(source, 8, 3, List.of());
        source.close();
        return source.toString();
    }

    /** The last vector of a panel holds the same half twice, for two rows. */
    private static void paired(SourceText source, int rows, int vectors, List<String> javadoc) {
        String panelStep = times(vectors, "LANES");
        int whole = vectors - 1;
        source.blank();
        if (!javadoc.isEmpty()) {
            source.javadoc(javadoc);
        }
        source.method("multiplyPaired" + rows + "x" + vectors, parameters(rows, vectors, Form.MULTIPLY, false));
        boundedOffsets(source, " + " + panelStep);
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < whole; v++) {
                source.line("FloatVector s" + r + v + " = "
                        + (r == 0
                                ? "FloatVector.fromArray(FLOATS, panel, " + plus("panelOffset", v, "LANES") + ")"
                                : "s0" + v)
                        + ";");
            }
        }
        for (int r = 0; r < rows; r += 2) {
            source.line("FloatVector h" + r + " = "
                    + (r == 0
                            ? "FloatVector.fromArray(FLOATS, panel, " + plus("panelOffset", whole, "LANES") + ")"
                            : "h0")
                    + ";");
        }
        source.open("for (int k = 0; k < steps; k++)");
        source.line("int p = panel0 + k * (" + panelStep + ");");
        for (int v = 0; v < vectors; v++) {
            source.line(
                    "FloatVector w" + v + " = FloatVector.fromArray(FLOATS, panel, " + plus("p", v, "LANES") + ");");
        }
        for (int r = 0; r < rows; r += 2) {
            String declared = r == 0 ? "FloatVector " : "";
            source.line(declared + "x = FloatVector.broadcast(FLOATS, a[" + index(r, Form.MULTIPLY) + "]);");
            source.line(declared + "y = FloatVector.broadcast(FLOATS, a[" + index(r + 1, Form.MULTIPLY) + "]);");
            for (int v = 0; v < whole; v++) {
                source.line("s" + r + v + " = x.fma(w" + v + ", s" + r + v + ");");
                source.line("s" + (r + 1) + v + " = y.fma(w" + v + ", s" + (r + 1) + v + ");");
            }
            source.line("h" + r + " = x.blend(y, UPPER_HALF).fma(w" + whole + ", h" + r + ");");
        }
        source.close();
        List<String> sums = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < whole; v++) {
                sums.add("s" + r + v);
            }
            if (r % 2 == 0) {
                sums.add("h" + r);
            }
        }
        bounds(source, sums);
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < whole; v++) {
                source.line("s" + r + v + ".intoArray(out, " + output(r, v) + ");");
            }
            source.line("h" + r / 2 * 2 + (r % 2 == 0 ? "" : ".rearrange(SWAP_HALVES)")
                    + ".blend(0, UPPER_HALF).intoArray(out, " + output(r, whole) + ");");
        }
        source.close();
    }

    private static void loop(SourceText source, int rows, int vectors, Form form, List<String> javadoc) {
        boolean anyStep = rows == 1 && vectors == 1;
        String panelStep = anyStep ? "panelStep" : times(vectors, "LANES");
        source.blank();
        if (!javadoc.isEmpty()) {
            source.javadoc(javadoc);
        }
        source.method(form.method + rows + "x" + vectors, parameters(rows, vectors, form, anyStep));
        if (form.bounded()) {
            boundedOffsets(source, form.accumulates() ? "" : " + " + panelStep);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String start = form.accumulates()
                        ? "FloatVector.fromArray(FLOATS, out, " + output(r, v) + ")"
                        : r == 0
                                ? "FloatVector.fromArray(FLOATS, panel, " + plus("panelOffset", v, "LANES") + ")"
                                : "s0" + v;
                source.line("FloatVector s" + r + v + " = " + start + ";");
            }
        }
        if (!form.bounded()) {
            source.line("int p = panelOffset" + (form.accumulates() ? "" : " + " + panelStep) + ";");
        }
        source.open(switch (form) {
            case MULTIPLY, ACCUMULATE -> "for (int k = 0; k < steps; k++)";
            case MULTIPLY_ANY -> "for (int k = 0; k < depth; k++)";
            case MULTIPLY_FROM_OFFSET, ACCUMULATE_FROM_OFFSET -> "for (int k = aOffset; k < aOffset + depth; k++)";
            case GATHER, GATHER_STEM -> "for (int offset : offsets)";
        });
        if (form == Form.GATHER_STEM) {
            source.line("int k = aOffset + offset;");
        } else if (form.bounded()) {
            source.line("int p = panel0 + k * " + (vectors == 1 ? panelStep : "(" + panelStep + ")") + ";");
        }
        for (int v = 0; v < vectors; v++) {
            source.line(
                    "FloatVector w" + v + " = FloatVector.fromArray(FLOATS, panel, " + plus("p", v, "LANES") + ");");
        }
        for (int r = 0; r < rows; r++) {
            source.line(
                    (r == 0 ? "FloatVector x" : "x") + " = FloatVector.broadcast(FLOATS, a[" + index(r, form) + "]);");
            for (int v = 0; v < vectors; v++) {
                String sum = "s" + r + v;
                source.line(sum + " = x.fma(w" + v + ", " + sum + ");");
            }
        }
        if (!form.bounded()) {
            source.line("p += " + panelStep + ";");
        }
        source.close();
        List<String> sums = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                sums.add("s" + r + v);
            }
        }
        bounds(source, sums);
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                source.line("s" + r + v + ".intoArray(out, " + output(r, v) + ");");
            }
        }
        source.close();
    }

    /**
     * The offsets that C2 knows not to overflow.
     *
     * @param bias what is added to the panel's offset to leave out the bias
     */
    private static void boundedOffsets(SourceText source, String bias) {
        source.line("int rowStride = Objects.checkIndex(aRowStride, GemmTile.MAX_ROW_STRIDE);");
        source.line("int row0 = Objects.checkIndex(aOffset, GemmTile.MAX_OFFSET);");
        source.line("int panel0 = Objects.checkIndex(panelOffset, GemmTile.MAX_OFFSET)" + bias + ";");
        source.line("int steps = Objects.checkIndex(depth, GemmTile.MAX_DEPTH);");
    }

    private static void bounds(SourceText source, List<String> sums) {
        source.open("if (low < high)");
        bound(source, sums, "low", "LE");
        // Most nets have ReLU: nothing is above it.
        source.open("if (high < Float.POSITIVE_INFINITY)");
        bound(source, sums, "high", "GT");
        source.close();
        source.close();
    }

    private static void bound(SourceText source, List<String> sums, String bound, String beyond) {
        for (String sum : sums) {
            source.line(sum + " = " + sum + ".blend(" + bound + ", " + sum + ".compare(VectorOperators." + beyond
                    + ", " + bound + "));");
        }
    }

    /** The index of a sum's place in the output. */
    private static String output(int row, int vector) {
        return plus(plus("outOffset", row, "outRowStride"), vector, "LANES");
    }

    /** The index of a row's next input. */
    private static String index(int row, Form form) {
        return switch (form) {
            case MULTIPLY, ACCUMULATE -> plus("row0 + k", row, "rowStride");
            case MULTIPLY_ANY -> plus("aOffset", row, "aRowStride") + " + k";
            case MULTIPLY_FROM_OFFSET, ACCUMULATE_FROM_OFFSET -> plus("k", row, "aRowStride");
            case GATHER -> plus("aOffset", row, "aRowStride") + " + offset";
            case GATHER_STEM -> row == 0 ? "k" : "k + " + STEM_STEP * row;
        };
    }

    private static List<String> parameters(int rows, int vectors, Form form, boolean anyStep) {
        List<String> parameters = new ArrayList<>();
        boolean panelLast = form.fromOffset();
        // The order matters: see BOUNDED.
        boolean inputLater = form.fromOffset() || form.bounded();
        if (!inputLater) {
            parameters.add("float[] a");
        }
        if (form != Form.GATHER_STEM) {
            parameters.add("int aOffset");
            if (rows > 1) {
                parameters.add("int aRowStride");
            }
        }
        parameters.add(form.gathers() ? "int[] offsets" : "int depth");
        if (inputLater) {
            parameters.add("float[] a");
        }
        if (!panelLast) {
            parameters.add("float[] panel");
        }
        parameters.add("int panelOffset");
        if (anyStep) {
            parameters.add("int panelStep");
        }
        parameters.addAll(List.of("float[] out", "int outOffset"));
        if (rows > 1) {
            parameters.add("int outRowStride");
        }
        if (panelLast) {
            parameters.add("float[] panel");
        }
        if (form == Form.GATHER_STEM) {
            parameters.add("int aOffset");
        }
        parameters.addAll(List.of("float low", "float high"));
        return parameters;
    }
}
