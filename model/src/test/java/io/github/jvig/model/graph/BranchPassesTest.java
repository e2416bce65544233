package io.github.jvig.model.graph;

import static io.github.jvig.model.graph.GraphRun.act;
import static io.github.jvig.model.graph.GraphRun.add;
import static io.github.jvig.model.graph.GraphRun.affine;
import static io.github.jvig.model.graph.GraphRun.assertPass;
import static io.github.jvig.model.graph.GraphRun.conv;
import static io.github.jvig.model.graph.GraphRun.depthwise;
import static io.github.jvig.model.graph.GraphRun.input;
import static io.github.jvig.model.graph.GraphRun.pointwise;
import static io.github.jvig.model.graph.GraphRun.scale;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Branches of one input that become one convolution, and affines in front of convolutions. */
class BranchPassesTest {
    private final Node x = input(6);

    private static Graph graph(Node... outputs) {
        return new Graph(List.of(outputs));
    }

    private static Node subtract(String name, Node a, Node b) {
        return new Node(name, new BinaryOp(Binary.Operator.SUBTRACT, Binary.Broadcast.NONE, Activation.NONE),
                List.of(a, b));
    }

    private static void merges(Node output, String... names) {
        Graph before = graph(output);
        assertPass(before, Passes.mergeBranches(before), names);
    }

    private static void stays(Node... outputs) {
        Graph before = graph(outputs);
        assertEquals(before.toString(), Passes.mergeBranches(before).toString());
    }

    /** Three by three, one by one and the input's normalization, for one group, several, and as many as channels. */
    @Test
    void repVggAndMobileOne() {
        for (int groups : new int[]{1, 2, 6}) {
            Node three = conv("three", x, 6, groups, Window.same(3));
            Node one = conv("one", x, 6, groups, Window.same(1));
            merges(add("sum", three, one, affine("skip", x)), "sum");
            merges(add("sum", affine("skip", x), one, three, x), "sum");
            Graph normalized = graph(affine("last", add("sum", affine("a", three), affine("b", one), affine("c", x))));
            assertPass(normalized, Passes.fold(normalized), "last");
        }
    }

    @Test
    void branchesOfStrideTwoWhoseCentersCoincide() {
        for (int groups : new int[]{1, 6}) {
            Node three = conv("three", x, 6, groups, Window.of(3, 2, 1));
            merges(add("sum", conv("one", x, 6, groups, Window.of(1, 2, 0)), three), "sum");
            stays(add("sum", three, conv("two", x, 6, groups, Window.of(2, 2, 0))));
        }
    }

    @Test
    void dilatedBranchesLieOnTheTapsOfTheLargest() {
        Node large = depthwise("large", x, Window.same(13));
        Node five = depthwise("five", x, Window.same(5));
        Node seven = depthwise("seven", x, new Window(7, 1, 6, 2));
        Node three = depthwise("three", x, new Window(3, 1, 5, 5));
        merges(add("sum", large, five, seven, three), "sum");
        merges(add("sum", seven, x, depthwise("spread", x, new Window(3, 1, 4, 4))), "sum");
        merges(add("sum", depthwise("wide", x, Window.same(3, 11)), depthwise("narrow", x, Window.same(1, 3))), "sum");
        // Between the taps, and beyond them.
        stays(add("sum", seven, depthwise("close", x, Window.same(3))));
        stays(add("sum", five, depthwise("far", x, new Window(3, 1, 3, 3))));
        stays(add("sum", depthwise("rows", x, Window.same(3, 1)), depthwise("columns", x, Window.same(1, 3))));
    }

    @Test
    void samePaddingIsResolvedWhereItDoesNotDependOnTheSize() {
        Node same = conv("same", x, 6, 1, new Window(3, 1, 0, 2), true);
        merges(add("sum", same, pointwise("one", x, 6), x), "sum");
        Node strided = conv("strided", x, 6, 1, Window.of(3, 2, 0), true);
        merges(add("sum", strided, conv("twin", x, 6, 1, Window.of(3, 2, 0), true)), "sum");
        stays(add("sum", strided, conv("one", x, 6, 1, Window.of(1, 2, 0))));
    }

    /** A token mixer that subtracts its normalized input, with a layer scale and a shortcut: FastViT's. */
    @Test
    void whatIsSubtractedIsMergedToo() {
        Node mixer = add("mixer", depthwise("three", x, Window.same(3)), depthwise("one", x, Window.same(1)));
        Node scaled = scale("gamma", subtract("difference", mixer, affine("norm", x)));
        Graph before = graph(add("sum", x, scaled));
        assertPass(before, Passes.fold(before), "sum");
        merges(subtract("sum", x, depthwise("three", x, Window.same(3))), "sum");
    }

    @Test
    void theOthersAreStillSummed() {
        Node other = act("other", x);
        Node three = depthwise("three", x, Window.same(3));
        merges(add("sum", three, other, x), "three", "other", "sum");
        merges(subtract("sum", add("inner", three, x), other), "three", "other", "sum");
        merges(add("sum", subtract("first", subtract("second", x, other), act("more", x)), three), "three", "other",
                "first", "more", "sum");
    }

    @Test
    void whatIsReadElsewhereOrActivatedStays() {
        Node three = depthwise("three", x, Window.same(3));
        Node one = depthwise("one", x, Window.same(1));
        stays(add("sum", three, one), three);
        stays(add("sum", three, act("act", one)));
        stays(act("act", add("sum", three, add("again", three, one))));
        Node active = new Node("active", ((ConvOp) three.op()).withEpilogue(Epilogue.of(Activation.RELU)), List.of(x));
        stays(add("sum", active, x));
        stays(add("sum", three, depthwise("later", act("act", x), Window.same(3))));
        stays(add("sum", three, pointwise("dense", x, 6)));
        stays(add("sum", depthwise("shrunk", x, Window.of(3, 1, 0)), depthwise("too", x, Window.of(3, 1, 0)), three)
                .inputs().getFirst().inputs().getFirst());
        stays(new Node("sum", new BinaryOp(Binary.Operator.ADD, Binary.Broadcast.NONE, Activation.RELU),
                List.of(three, one)));
        // A sum that is read twice is no part of the sum behind it.
        Node sum = add("sum", act("act", x), three);
        stays(add("more", sum, depthwise("later", x, Window.same(3))), sum);
    }

    private static void absorbs(Node output, String... names) {
        Graph before = graph(output);
        assertPass(before, Passes.foldAffineInFront(before), names);
    }

    private static void isLeft(Node... outputs) {
        Graph before = graph(outputs);
        assertEquals(before.toString(), Passes.foldAffineInFront(before).toString());
    }

    @Test
    void anAffineGoesIntoTheConvolutionsBehindIt() {
        Node norm = affine("norm", x);
        absorbs(pointwise("conv", norm, 5), "conv");
        absorbs(depthwise("conv", norm, Window.of(3, 2, 0)), "conv");
        absorbs(conv("conv", norm, 4, 2, Window.of(3, 1, 0)), "conv");
        absorbs(conv("conv", norm, 4, 1, Window.of(1, 2, 0), true), "conv");
        absorbs(add("sum", pointwise("a", norm, 6), conv("b", norm, 6, 2, Window.same(1))), "a", "b", "sum");
        Node scale = scale("scale", x);
        absorbs(conv("conv", scale, 4, 2, Window.same(3)), "conv");
        absorbs(conv("conv", scale, 4, 1, Window.of(3, 2, 0), true), "conv");
    }

    @Test
    void aShiftDoesNotGoThroughPadding() {
        Node norm = affine("norm", x);
        isLeft(depthwise("conv", norm, Window.same(3)));
        isLeft(conv("conv", norm, 4, 1, Window.of(3, 2, 0), true));
        isLeft(conv("conv", norm, 4, 1, new Window(Window.same(1).rows(), Window.same(3).columns())));
        isLeft(add("sum", pointwise("a", norm, 6), depthwise("b", norm, Window.same(3))));
    }

    @Test
    void anAffineThatSomethingElseReadsStays() {
        Node norm = affine("norm", x);
        Node conv = pointwise("conv", norm, 6);
        isLeft(add("sum", conv, norm));
        isLeft(conv, norm);
        isLeft(pointwise("conv", act("act", norm), 6));
        ConvOp op = (ConvOp) conv.op();
        isLeft(new Node("residual", op.withEpilogue(Epilogue.NONE.plusResidual()), List.of(norm, norm)));
        isLeft(new Node("residual", op.withEpilogue(Epilogue.NONE.plusResidual()), List.of(x, norm)));
    }

    @Test
    void affinesInARowAreOne() {
        Graph before = graph(act("act", affine("second", affine("first", act("before", x)))));
        assertPass(before, Passes.foldAffine(before), "before", "second", "act");
        Node first = affine("first", act("before", x));
        assertEquals(4, Passes.foldAffine(graph(affine("second", first), first)).nodes().size());
    }
}
