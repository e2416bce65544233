package io.github.jvig.model.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.AdaptiveAveragePoolOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.BinaryOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.ResizeOp;
import io.github.jvig.model.graph.ThresholdedMaxRelativeOp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every map that an operation reads has to have the shape that it takes, not the first alone. */
class LoweredOpTest {
    private static final Node INPUT = new Node("input", new InputOp(16), List.of());

    private static ConvOp conv(int groups, Window window, Epilogue epilogue) {
        double[] ones = new double[16];
        Arrays.fill(ones, 1);
        return new ConvOp(16, 16, groups, window, new float[16 * 16 / groups * window.taps()], ones, new double[16],
                epilogue);
    }

    /** Ops of two maps that are alike. */
    static Stream<Op> sums() {
        Epilogue residual = Epilogue.NONE.plusResidual();
        return Stream.of(BinaryOp.sum(), conv(1, Window.same(1), residual), conv(1, Window.same(3), residual),
                conv(16, Window.same(3), residual), conv(16, Window.same(1), residual));
    }

    @ParameterizedTest
    @MethodSource("sums")
    void twoMapsOfDifferentHeightOrWidthAreRefused(Op op) {
        Node other = new Node("other", new InputOp(16), List.of());
        Node sum = new Node("sum", op, List.of(INPUT, other));
        MapLayout map = MapLayout.of(16, 16, 16);
        assertEquals(map, LoweredOp.of(sum, List.of(map, map)).spec().out());
        for (MapLayout wrong : List.of(MapLayout.of(32, 16, 16), MapLayout.of(16, 32, 16), MapLayout.of(32, 32, 16),
                MapLayout.of(16, 16, 32))) {
            String message = assertThrows(IllegalArgumentException.class, () -> LoweredOp.of(sum, List.of(map, wrong)))
                    .getMessage();
            assertEquals("input 2, other, is " + wrong + " where 16x16x16 is needed", message);
        }
    }

    /** Up to whole blocks of 2x2 and back again. */
    private static Graph thereAndBack(boolean output) {
        Node norm = new Node("norm", new LayerNormOp(new float[16], new float[16], 1e-5), List.of(INPUT));
        Node up = new Node("up", new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.Multiple(2, 2)), List.of(norm));
        Node conv = new Node("conv", conv(1, Window.same(1), Epilogue.NONE), List.of(up));
        Node back = new Node("back", new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.OfAnother()), List.of(conv, norm));
        Node last = new Node("last", conv(16, Window.same(3), Epilogue.NONE), List.of(back));
        return new Graph(output ? List.of(last, back) : List.of(last));
    }

    @ParameterizedTest
    @CsvSource({"6, 8, false, input norm conv last", "7, 8, false, input norm up conv back last",
            "6, 5, false, input norm up conv back last", "6, 8, true, input norm conv back last"})
    void resizesToTheSizeOfAMapAreLeftOut(int height, int width, boolean output, String names) {
        Graph graph = thereAndBack(output);
        Graph sized = LoweredOp.withoutIdleResizes(graph, height, width);
        assertEquals(names, sized.nodes().stream().map(Node::name).collect(Collectors.joining(" ")));
        assertEquals(graph.outputs().stream().map(Node::name).toList(),
                sized.outputs().stream().map(Node::name).toList());
        assertEquals(MapLayout.of(height, width, 16), LoweredOp.of(sized, height, width).getLast().spec().out());
    }

    /** Up to sides of seven pixels, as a window needs them, and averaged down again. */
    @ParameterizedTest
    @CsvSource({"7, 9, input conv last", "6, 9, input up conv down last", "9, 5, input up conv down last"})
    void averagesToTheSizeOfAMapAreLeftOut(int height, int width, String names) {
        Node up = new Node("up", new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.AtLeast(7)), List.of(INPUT));
        Node conv = new Node("conv", conv(1, Window.same(1), Epilogue.NONE), List.of(up));
        Node down = new Node("down", new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.OfAnother()),
                List.of(conv, INPUT));
        Graph graph = new Graph(List.of(new Node("last", conv(16, Window.same(3), Epilogue.NONE), List.of(down))));
        Graph sized = LoweredOp.withoutIdleResizes(graph, height, width);
        assertEquals(names, sized.nodes().stream().map(Node::name).collect(Collectors.joining(" ")));
        assertEquals(MapLayout.of(height, width, 16), LoweredOp.of(sized, height, width).getLast().spec().out());
    }

    @Test
    void theThresholdIsOneNumber() {
        Node limit = new Node("limit", new InputOp(1), List.of());
        Node gather = new Node("gather", new ThresholdedMaxRelativeOp(2), List.of(INPUT, limit));
        MapLayout map = MapLayout.of(8, 8, 16);
        LoweredOp.of(gather, List.of(map, MapLayout.of(1, 1, 1)));
        String message = assertThrows(IllegalArgumentException.class,
                () -> LoweredOp.of(gather, List.of(map, MapLayout.of(2, 1, 1)))).getMessage();
        assertEquals("input 2, limit, is 2x1x1 where 1x1x1 is needed", message);
    }

    /** A net that adds a map of half the size: it was compiled, and gave logits. */
    @Test
    void aGraphThatAddsMapsOfTwoSizesIsRefusedByName() {
        Node half = new Node("half", conv(1, Window.of(3, 2, 1), Epilogue.NONE), List.of(INPUT));
        for (List<Node> inputs : List.of(List.of(INPUT, half), List.of(half, INPUT))) {
            Graph graph = new Graph(List.of(new Node("block.add", BinaryOp.sum(), inputs)));
            String message = assertThrows(IllegalArgumentException.class, () -> LoweredOp.of(graph, 32, 32))
                    .getMessage();
            assertTrue(message.startsWith("an input of 32x32 can't be run: block.add: input 2, "), message);
        }
    }

    /** A custom op whose spec reads another number of maps than its node has. */
    @Test
    void anOpThatContradictsItsSpecIsRefused() {
        record Liar() implements CustomOp {
            @Override
            public int arity() {
                return 2;
            }

            @Override
            public Spec spec(List<MapLayout> inputs) {
                return conv(1, Window.same(1), Epilogue.NONE).spec(inputs);
            }

            @Override
            public String describe() {
                return "liar";
            }
        }
        Node node = new Node("liar", new Liar(), List.of(INPUT, INPUT));
        MapLayout map = MapLayout.of(4, 4, 16);
        String message = assertThrows(IllegalArgumentException.class, () -> LoweredOp.of(node, List.of(map, map)))
                .getMessage();
        assertTrue(message.startsWith("has 2 inputs where its spec"), message);
    }

    /** What is folded into weights may pass float32 with them. Infinity itself is a constant as others, such as that of a mask. */
    @Test
    void overflowNamesTheNode() {
        MapLayout map = MapLayout.of(2, 2, 1);
        double[] one = {1};
        double[] zero = {0};
        float[] large = {1e30f};
        for (Op op : List.of(
                new ConvOp(1, 1, 1, Window.same(1), large, new double[]{1e10}, zero, Epilogue.NONE),
                new AffineOp(new double[]{-1e39}, zero))) {
            LoweredOp lowered = LoweredOp.of(
                    new Node("net.3", op, List.of(new Node("input", new InputOp(1), List.of()))),
                    List.of(map));
            String message = assertThrows(IllegalArgumentException.class, lowered::weights).getMessage();
            assertTrue(
                    message.startsWith("the weights of 'net.3': holds ") && message.endsWith("too large for float32"),
                    message);
        }
        LoweredOp bias = LoweredOp.of(new Node("net.4",
                new ConvOp(1, 1, 1, Window.same(1), new float[]{1}, one, new double[]{1e39}, Epilogue.NONE),
                List.of(new Node("input", new InputOp(1), List.of()))), List.of(map));
        assertTrue(assertThrows(IllegalArgumentException.class, bias::biases).getMessage()
                .startsWith("the biases of 'net.4'"));
        LoweredOp mask = LoweredOp.of(
                new Node("mask", new AffineOp(one, new double[]{Double.NEGATIVE_INFINITY}),
                        List.of(new Node("input", new InputOp(1), List.of()))),
                List.of(map));
        assertEquals(Float.NEGATIVE_INFINITY, mask.biases()[0]);
    }
}
