package io.github.jvig.model.graph;

import static io.github.jvig.model.graph.GraphRun.act;
import static io.github.jvig.model.graph.GraphRun.add;
import static io.github.jvig.model.graph.GraphRun.affine;
import static io.github.jvig.model.graph.GraphRun.assertPass;
import static io.github.jvig.model.graph.GraphRun.concat;
import static io.github.jvig.model.graph.GraphRun.conv;
import static io.github.jvig.model.graph.GraphRun.depthwise;
import static io.github.jvig.model.graph.GraphRun.input;
import static io.github.jvig.model.graph.GraphRun.pointwise;
import static io.github.jvig.model.graph.GraphRun.shuffle;
import static io.github.jvig.model.graph.GraphRun.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Concatenations, slices and shuffles: most of them vanish. */
class RearrangingTest {
    private final Node x = input(8);

    private static Graph graph(Node... outputs) {
        return new Graph(List.of(outputs));
    }

    private static void vanishes(Node output, String... names) {
        Graph before = graph(output);
        assertPass(before, Passes.rearrange(before), names);
    }

    /** After as many rounds as it takes. */
    private static void vanishesAtLast(Node output, String... names) {
        Graph before = graph(output);
        assertPass(before, Passes.fold(before), names);
    }

    private static void stays(Node... outputs) {
        Graph before = graph(outputs);
        assertEquals(before.toString(), Passes.rearrange(before).toString());
    }

    @Test
    void selectionsOfSelections() {
        Node half = slice("half", x, 4, 4);
        vanishes(act("act", slice("quarter", half, 1, 2)), "quarter", "act");
        vanishes(add("sum", slice("quarter", half, 0, 2), slice("last", half, 2, 2)), "quarter", "last", "sum");
        vanishes(act("act", shuffle("back", shuffle("there", x, 2), 4)), "act");
        vanishes(act("act", slice("slice", shuffle("shuffle", x, 2), 2, 3)), "slice", "act");
        vanishes(act("act", slice("all", x, 0, 8)), "act");
        stays(slice("all", x, 0, 8));
    }

    @Test
    void selectionsOfConcatenations() {
        Node a = act("a", x);
        Node b = pointwise("b", x, 5);
        Node c = pointwise("c", x, 3);
        Node all = concat("all", a, b, c);
        vanishes(act("act", slice("of b", all, 9, 3)), "b", "of b", "act");
        vanishes(act("act", slice("b itself", all, 8, 5)), "b", "act");
        vanishes(act("act", slice("two", all, 8, 8)), "b", "c", "two", "act");
        Node reversed = new Node("reversed", new SelectOp(16, List.of(12, 10, 8)), List.of(all));
        vanishes(act("act", reversed), "b", "reversed", "act");
        vanishesAtLast(concat("last", slice("first", all, 0, 8), all), "a", "b", "c", "last");
        stays(act("act", slice("parts of two", all, 4, 6)));
        stays(act("act", slice("more than two", all, 8, 7)));
        // What is swapped is no concatenation of whole parts.
        stays(act("act", new Node("swapped", new SelectOp(16, List.of(8, 9, 10, 11, 12, 14, 13, 15)), List.of(all))));
    }

    @Test
    void concatenationsOfConcatenations() {
        Node inner = concat("inner", act("a", x), pointwise("b", x, 5));
        vanishes(concat("outer", x, inner, act("c", x)), "a", "b", "c", "outer");
        stays(add("sum", concat("outer", inner, x), concat("other", x, inner)));
        stays(concat("outer", x, inner), inner);
    }

    @Test
    void concatenationsOfSlices() {
        Node first = slice("first", x, 0, 3);
        Node middle = slice("middle", x, 3, 2);
        Node last = slice("last", x, 5, 3);
        vanishes(act("act", concat("all", first, middle, last)), "act");
        vanishesAtLast(add("sum", concat("all", first, middle, last), concat("more", last, first, middle)), "more",
                "sum");
        vanishes(act("act", concat("swapped", last, first)), "swapped", "act");
        vanishes(act("act", concat("with more", first, middle, act("relu", last))), "first", "last", "relu",
                "with more", "act");
        stays(concat("all", first, middle, last));
        stays(add("sum", concat("swapped", last, first), concat("too", first, last)));
        stays(concat("two maps", first, slice("other", act("act", x), 3, 5)));
    }

    /** Rows of the weight in another order cost nothing, rows that are left out less. */
    @Test
    void aSelectionBehindAConvolutionGoesIntoItsRows() {
        for (Window window : List.of(Window.same(1), Window.of(3, 2, 1))) {
            Graph shuffled = graph(shuffle("shuffle", conv("conv", x, 6, 1, window), 2));
            assertPass(shuffled, Passes.cutConvolutions(shuffled), "shuffle");
            Graph fewer = graph(slice("slice", conv("conv", x, 6, 1, window), 2, 3));
            ConvOp conv = (ConvOp) assertPass(fewer, Passes.cutConvolutions(fewer), "slice").outputs().getFirst().op();
            assertEquals(3, conv.outChannels());
        }
    }

    @Test
    void aWideConvolutionIsCutThroughAffineAndActivation() {
        Node wide = act("act", affine("norm", pointwise("conv", x, 200)));
        Node left = slice("left", wide, 0, 104);
        Node right = act("again", affine("right norm", slice("right", wide, 104, 96)));
        Graph before = graph(left, right);
        assertPass(before, Passes.optimize(before), "left", "right", "right norm", "again");
        Node plain = pointwise("conv", x, 192);
        Graph gate = graph(slice("value", plain, 0, 96), act("gate", affine("norm", slice("right", plain, 96, 96))));
        assertPass(gate, Passes.optimize(gate), "value", "gate");
    }

    @Test
    void otherConvolutionsAreNotCut() {
        Node narrow = pointwise("conv", x, 64);
        isWhole(slice("left", narrow, 0, 32), slice("right", narrow, 32, 32));
        Node wide = pointwise("conv", x, 200);
        isWhole(slice("left", wide, 0, 110), slice("overlapping", wide, 100, 100));
        isWhole(slice("left", wide, 0, 100), wide);
        isWhole(slice("left", wide, 0, 100), act("act", wide));
        isWhole(slice("slice", depthwise("depthwise", x, Window.same(3)), 0, 4));
        Node window = conv("conv", x, 200, 1, Window.same(3));
        isWhole(slice("left", window, 0, 100), slice("right", window, 100, 100));
        ConvOp residual = ((ConvOp) pointwise("conv", x, 8).op()).withEpilogue(Epilogue.NONE.plusResidual());
        isWhole(slice("slice", new Node("residual", residual, List.of(x, x)), 0, 4));
    }

    private static void isWhole(Node... outputs) {
        Graph before = graph(outputs);
        assertEquals(before.toString(), Passes.cutConvolutions(before).toString());
    }

    @Test
    void aPermutationGoesIntoTheColumnsOfWhatReadsIt() {
        Node shuffle = shuffle("shuffle", act("act", x), 2);
        vanishes(conv("conv", shuffle, 5, 1, Window.of(3, 2, 1)), "act", "conv");
        vanishes(add("sum", pointwise("a", shuffle, 5), conv("b", shuffle, 5, 1, Window.same(3))), "act", "a", "b",
                "sum");
        stays(pointwise("conv", slice("part", x, 0, 4), 5));
        stays(conv("groups", shuffle, 4, 2, Window.same(3)));
        stays(pointwise("conv", shuffle, 5), shuffle);
        stays(add("sum", pointwise("conv", shuffle, 8), shuffle));
        ConvOp residual = ((ConvOp) pointwise("conv", x, 8).op()).withEpilogue(Epilogue.NONE.plusResidual());
        stays(new Node("residual", residual, List.of(shuffle, shuffle)));
        stays(new Node("residual", residual, List.of(x, shuffle)));
    }

    /** And stays there: what reads one part of it would be without the activation. */
    @Test
    void anActivationGoesIntoAConcatenation() {
        Node concat = concat("concat", pointwise("a", x, 5), pointwise("b", x, 3));
        Graph fused = assertPass(graph(act("relu", concat)), Passes.optimize(graph(act("relu", concat))), "a", "b",
                "relu");
        assertEquals("concat+relu", fused.outputs().getFirst().op().describe());
        Node slice = slice("slice", act("relu", concat), 0, 5);
        assertPass(graph(slice), Passes.optimize(graph(slice)), "a", "b", "relu", "slice");
        Node outer = concat("outer", act("relu", concat), x);
        assertPass(graph(outer), Passes.optimize(graph(outer)), "a", "b", "relu", "outer");
        Node twice = act("twice", act("relu", concat));
        assertPass(graph(twice), Passes.fuseActivation(graph(twice)), "a", "b", "relu", "twice");
    }

    @Test
    void opsRefuseWhatIsNotThere() {
        assertThrows(IllegalArgumentException.class, () -> new ConcatOp(1));
        assertThrows(IllegalArgumentException.class, () -> new SelectOp(4, List.of()));
        assertThrows(IllegalArgumentException.class, () -> SelectOp.slice(4, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> SelectOp.slice(4, -1, 3));
        assertThrows(IllegalArgumentException.class, () -> SelectOp.shuffle(4, 3));
        assertEquals("slice from 2 to 5", SelectOp.slice(8, 2, 3).describe());
        assertEquals("gather 4->4", SelectOp.shuffle(4, 2).describe());
        assertEquals(List.of(0, 2, 1, 3), SelectOp.shuffle(4, 2).selected());
        String message = assertThrows(IllegalArgumentException.class, () -> GraphRun.outputs(
                graph(concat("concat", x, conv("half", x, 8, 1, Window.of(3, 2, 1)))), 8, 8)).getMessage();
        assertTrue(message.contains("concat: input 2, half, is 4x4x8 where 8x8x8 is needed"), message);
    }
}
