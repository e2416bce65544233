package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.SourceText.plus;
import static io.github.jvig.kernels.vector.SourceText.times;

import java.util.ArrayList;
import java.util.List;

/** The template of {@code GemmLoops}: one loop for every shape of a tile, over the inputs themselves or through a table of offsets. */
final class GemmLoopsTemplate {
    private static final List<String> IMPORTS = List.of(
            "import static io.github.jvig.kernels.vector.VectorConfig.FLOATS;",
            "import static io.github.jvig.kernels.vector.VectorConfig.LANES;",
            "",
            "import jdk.incubator.vector.FloatVector;");

    private static final List<String> JAVADOC = List.of(
            "The loops of the matrix products, {@code multiplyRxV} and {@code gatherRxV} for R rows by V vectors of outputs. See",
            "{@link GemmTile#multiply} and {@link GemmTile#gather} for what they compute.",
            "",
            "<p>Long, and alike from shape to shape, because all sums of a tile must be local variables of one method: vectors that are passed on",
            "become objects when the compiler stops inlining, and the loop runs a thousand times slower.");

    private static final List<String> COUNT_FROM_OFFSET = List.of(
            "The hot loop of the whole package. It counts from the first row's offset, not from zero, so that one row needs no register of its",
            "own, and the parameters come in an order in which C2 keeps {@code a} in a register: with {@code a} first it moves it to a vector",
            "register and back at every step, which costs 8 %.");

    private static final List<String> PREFETCHING = List.of(
            "In the form of {@link #multiply7x3}. Meanwhile it reads the weights that come next, see {@link GemmTile#prefetch}: Java has no",
            "instruction for that. They are a parameter of their own, although it is the same array: C2 makes a slower loop of one parameter.",
            "",
            "@return the sum of what was read, which means nothing; without it the compiler would leave out the reading");

    private static final List<String> SAME_FORM = List.of("In the form of {@link #multiply7x3}.");

    private static final List<String> ANY_STEP = List.of(
            "One vector of a panel of any width.",
            "",
            "@param panelStep floats from one row of the panel to the next");

    /** What a loop runs over. */
    private enum Form {
        /** {@code a[k]}, k from 0 to the depth. */
        MULTIPLY("multiply"),
        /** The same, k from the offset of the first row on. */
        MULTIPLY_FROM_OFFSET("multiply"),
        /** The same, and at each step one of the weights that come next is read. */
        PREFETCH("prefetch"),
        /** {@code a[offsets[k]]}. */
        GATHER("gather");

        private final String method;

        Form(String method) {
            this.method = method;
        }

        private boolean fromOffset() {
            return this == MULTIPLY_FROM_OFFSET || this == PREFETCH;
        }
    }

    private GemmLoopsTemplate() {
    }

    static String source() {
        SourceText source = SourceText.ofClass("GemmLoops", IMPORTS, JAVADOC);
        loop(source, 7, 3, Form.MULTIPLY_FROM_OFFSET, COUNT_FROM_OFFSET);
        loop(source, 7, 3, Form.PREFETCH, PREFETCHING);
        loop(source, 7, 2, Form.MULTIPLY, List.of());
        loop(source, 7, 1, Form.MULTIPLY, List.of());
        loop(source, 7, 3, Form.GATHER, List.of());
        loop(source, 7, 2, Form.GATHER, List.of());
        loop(source, 7, 1, Form.GATHER, List.of());
        loop(source, 4, 3, Form.MULTIPLY_FROM_OFFSET, SAME_FORM);
        loop(source, 6, 2, Form.MULTIPLY, List.of());
        loop(source, 6, 1, Form.MULTIPLY, List.of());
        loop(source, 6, 2, Form.GATHER, List.of());
        loop(source, 6, 1, Form.GATHER, List.of());
        loop(source, 1, 4, Form.MULTIPLY, List.of());
        loop(source, 1, 1, Form.MULTIPLY, ANY_STEP);
        loop(source, 1, 4, Form.GATHER, List.of());
        loop(source, 1, 1, Form.GATHER, ANY_STEP);
        source.close();
        return source.toString();
    }

    private static void loop(SourceText source, int rows, int vectors, Form form, List<String> javadoc) {
        boolean anyStep = rows == 1 && vectors == 1;
        String panelStep = anyStep ? "panelStep" : times(vectors, "LANES");
        source.blank();
        if (!javadoc.isEmpty()) {
            source.javadoc(javadoc);
        }
        String result = form == Form.PREFETCH ? "float" : "void";
        source.method(result, form.method + rows + "x" + vectors, parameters(rows, form, anyStep));
        for (int v = 0; v < vectors; v++) {
            source.line(
                    "FloatVector s0" + v + " = FloatVector.fromArray(FLOATS, panel, " + plus("panelOffset", v, "LANES")
                            + ");");
        }
        for (int r = 1; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                source.line("FloatVector s" + r + v + " = s0" + v + ";");
            }
        }
        if (form == Form.PREFETCH) {
            source.line("float read = 0;");
        }
        source.line("int p = panelOffset + " + panelStep + ";");
        source.open(switch (form) {
            case MULTIPLY -> "for (int k = 0; k < depth; k++)";
            case MULTIPLY_FROM_OFFSET, PREFETCH -> "for (int k = aOffset; k < aOffset + depth; k++)";
            case GATHER -> "for (int offset : offsets)";
        });
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
        source.line("p += " + panelStep + ";");
        if (form == Form.PREFETCH) {
            source.line("read += next[ahead];");
            source.line("ahead += GemmTile.PREFETCH_STEP;");
        }
        source.close();
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                source.line("s" + r + v + ".intoArray(out, " + plus(plus("outOffset", r, "outRowStride"), v, "LANES")
                        + ");");
            }
        }
        if (form == Form.PREFETCH) {
            source.line("return read;");
        }
        source.close();
    }

    /** The index of a row's next input. */
    private static String index(int row, Form form) {
        return switch (form) {
            case MULTIPLY -> plus("aOffset", row, "aRowStride") + " + k";
            case MULTIPLY_FROM_OFFSET, PREFETCH -> plus("k", row, "aRowStride");
            case GATHER -> plus("aOffset", row, "aRowStride") + " + offset";
        };
    }

    private static List<String> parameters(int rows, Form form, boolean anyStep) {
        List<String> parameters = new ArrayList<>();
        if (!form.fromOffset()) {
            parameters.add("float[] a");
        }
        parameters.add("int aOffset");
        if (rows > 1) {
            parameters.add("int aRowStride");
        }
        parameters.add(form == Form.GATHER ? "int[] offsets" : "int depth");
        if (form.fromOffset()) {
            parameters.add("float[] a");
        }
        parameters.addAll(List.of("float[] panel", "int panelOffset"));
        if (form == Form.PREFETCH) {
            parameters.addAll(List.of("float[] next", "int ahead"));
        }
        if (anyStep) {
            parameters.add("int panelStep");
        }
        parameters.addAll(List.of("float[] out", "int outOffset"));
        if (rows > 1) {
            parameters.add("int outRowStride");
        }
        return parameters;
    }
}
