package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pools, resizes, blocks of pixels and constant maps: the sizes that they give, what they refuse, and what the passes do with them. */
class PoolOpsTest {
    private final Node input = new Node("input", new InputOp(4), List.of());

    private static void refused(String part, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static Pool2dOp pool(Pool2d.Mode mode, Window window, Pool2dOp.Sizing sizing) {
        return new Pool2dOp(mode, window, sizing, Activation.NONE);
    }

    /** Output sizes of PyTorch 2.13's MaxPool with ceil_mode, for inputs of 2 to 12. */
    @ParameterizedTest
    @CsvSource({"3,2,0,1 1 2 2 3 3 4 4 5 5 6", "3,2,1,2 2 3 3 4 4 5 5 6 6 7", "2,2,0,1 2 2 3 3 4 4 5 5 6 6",
            "2,2,1,2 2 3 3 4 4 5 5 6 6 7", "3,3,1,1 2 2 2 3 3 3 4 4 4 5", "2,3,1,1 2 2 2 3 3 3 4 4 4 5"})
    void ceilingIsThatOfPyTorch(int kernel, int stride, int padding, String sizes) {
        Pool2dOp pool = pool(Pool2d.Mode.MAXIMUM, Window.of(kernel, stride, padding), Pool2dOp.Sizing.CEILING);
        assertEquals(sizes, IntStream.rangeClosed(2, 12)
                .mapToObj(n -> String.valueOf(pool.spec(List.of(MapLayout.of(n, 12, 4))).out().height()))
                .reduce((a, b) -> a + " " + b).orElseThrow());
        assertEquals(pool.spec(List.of(MapLayout.of(9, 9, 4))).out().width(),
                pool.spec(List.of(MapLayout.of(9, 9, 4))).out().height());
    }

    @Test
    void samePaddingIsThatOfTensorFlow() {
        for (Pool2d.Mode mode : Pool2d.Mode.values()) {
            Pool2d spec = pool(mode, Window.of(3, 2, 7), Pool2dOp.Sizing.SAME).spec(List.of(MapLayout.of(7, 8, 4)));
            assertEquals(MapLayout.of(4, 4, 4), spec.out());
            assertEquals("3x3s2p1,0,1,1", spec.window().toString());
        }
    }

    /** The values are PyTorch 2.13's. */
    @Test
    void averagesOfTheLastWindow() {
        Window row = new Window(Window.same(1).rows(), Window.of(3, 2, 1).columns());
        float[] line = {1, 2, 3, 4, 5, 6};
        assertArrayEquals(new float[]{1.5f, 3, 5, 6},
                run(pool(Pool2d.Mode.AVERAGE, row, Pool2dOp.Sizing.CEILING), 1, 6, line), 1e-6f);
        Window unpadded = new Window(Window.same(1).rows(), Window.of(3, 2, 0).columns());
        assertArrayEquals(new float[]{2, 4, 5.5f},
                run(pool(Pool2d.Mode.AVERAGE, unpadded, Pool2dOp.Sizing.CEILING), 1, 6, line), 1e-6f);
        assertArrayEquals(new float[]{1, 3, 5},
                run(pool(Pool2d.Mode.AVERAGE_WITH_PADDING, row, Pool2dOp.Sizing.FLOOR), 1, 6, line), 1e-6f);
        Pool2dOp counted = pool(Pool2d.Mode.AVERAGE_WITH_PADDING, row, Pool2dOp.Sizing.CEILING);
        refused("can't be rounded up", () -> counted.spec(List.of(MapLayout.of(1, 6, 4))));
        // Nothing is left over.
        assertEquals(4, counted.spec(List.of(MapLayout.of(1, 7, 4))).out().width());
    }

    /** One channel on the scalar kernels. */
    private static float[] run(Op op, int height, int width, float[] x) {
        Node in = new Node("input", new InputOp(1), List.of());
        return run(new Graph(List.of(new Node("op", op, List.of(in)))), height, width, x);
    }

    private static float[] run(Graph graph, int height, int width, float[] x) {
        try (Executable run = Devices.named("scalar").compile(graph, CompileOptions.of(height, width, 1))) {
            MapLayout out = run.outputs().getFirst();
            float[][] results = {new float[out.pixels() * out.channels()]};
            run.run(x, 1, results);
            return results[0];
        }
    }

    /** From {@code least} up, again and again. */
    private static float[] values(int length, int period, int least) {
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            result[i] = i % period + least;
        }
        return result;
    }

    @Test
    void sizesOfResizes() {
        ResizeOp half = new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.Factor(0.5));
        assertEquals(MapLayout.of(3, 5, 4), half.spec(List.of(MapLayout.of(6, 10, 4))).out());
        refused("0.5 times the size of 7x10x4 is not a whole number", () -> half.spec(List.of(MapLayout.of(7, 10, 4))));
        refused("0.0 times another", () -> new ResizeOp(Resize.Mode.NEAREST, new ResizeOp.Factor(0)));
        ResizeOp whole = new ResizeOp(Resize.Mode.BILINEAR_ALIGNED, new ResizeOp.Multiple(2, 3));
        assertEquals(MapLayout.of(8, 6, 4), whole.spec(List.of(MapLayout.of(7, 4, 4))).out());
        assertEquals(MapLayout.of(8, 6, 4), whole.spec(List.of(MapLayout.of(8, 6, 4))).out());
        assertEquals("resize bilinear aligned to whole blocks of 2x3", whole.describe());
        ResizeOp enlarged = new ResizeOp(Resize.Mode.BILINEAR, new ResizeOp.AtLeast(7));
        assertEquals(MapLayout.of(7, 9, 4), enlarged.spec(List.of(MapLayout.of(7, 9, 4))).out());
        assertEquals(MapLayout.of(7, 8, 4), enlarged.spec(List.of(MapLayout.of(5, 6, 4))).out());
        assertEquals(MapLayout.of(17, 7, 4), enlarged.spec(List.of(MapLayout.of(10, 4, 4))).out());
        assertEquals(MapLayout.of(7, 7, 4), enlarged.spec(List.of(MapLayout.of(1, 1, 4))).out());
        assertEquals("resize bilinear to sides of at least 7", enlarged.describe());
        refused("is larger than 4 GiB", () -> new ResizeOp(Resize.Mode.NEAREST, new ResizeOp.AtLeast(100))
                .spec(List.of(MapLayout.of(1, 1 << 26, 1))));
        refused("a side of 0 pixels", () -> new ResizeOp.AtLeast(0));
        refused("blocks of 0x3", () -> new ResizeOp.Multiple(0, 3));
        refused("blocks of 2x-1", () -> new ResizeOp.Multiple(2, -1));
        refused("NaN times another", () -> new ResizeOp(Resize.Mode.NEAREST, new ResizeOp.Factor(Double.NaN)));
    }

    /** 7 pixels, every second of them, and 7 again: no factor leads from 3 to 7. */
    @Test
    void theSizeOfAnotherMap() {
        Node in = new Node("input", new InputOp(1), List.of());
        Node small = new Node("small", pool(Pool2d.Mode.MAXIMUM, Window.of(2, 2, 0), Pool2dOp.Sizing.FLOOR),
                List.of(in));
        Node back = new Node("back", new ResizeOp(Resize.Mode.NEAREST, new ResizeOp.OfAnother()), List.of(small, in));
        float[] x = values(49, 7, 0);
        float[] line = {1, 1, 1, 3, 3, 5, 5};
        float[] result = run(new Graph(List.of(back)), 7, 7, x);
        for (int y = 0; y < 7; y++) {
            assertArrayEquals(line, Arrays.copyOfRange(result, 7 * y, 7 * y + 7));
        }
    }

    @Test
    void whatIsTiedToASizeOrToChannels() {
        BinaryConstantOp positions = new BinaryConstantOp(Binary.Operator.ADD, 2, 3, new float[24]);
        assertEquals(4, positions.channels(List.of(4)));
        assertEquals(24, positions.parameters());
        refused("takes 4 channels and gets 5", () -> positions.channels(List.of(5)));
        Graph graph = new Graph(List.of(new Node("pos_embed", positions, List.of(input))));
        assertEquals(1, LoweredOp.of(graph, 2, 3).size());
        refused("an input of 3x2 can't be run: pos_embed: its constant is for a map of 2x3, not 3x2",
                () -> LoweredOp.of(graph, 3, 2));
        refused("2x3 pixels with 23 numbers", () -> new BinaryConstantOp(Binary.Operator.ADD, 2, 3, new float[23]));
        refused("0x3 pixels", () -> new BinaryConstantOp(Binary.Operator.ADD, 0, 3, new float[24]));
        DepthToSpaceOp shuffle = new DepthToSpaceOp(2, BlockOrder.CHANNELS_FIRST);
        assertEquals(1, shuffle.channels(List.of(4)));
        refused("blocks of 2x2 and gets 6", () -> shuffle.channels(List.of(6)));
        SpaceToDepthOp merge = new SpaceToDepthOp(2, BlockOrder.COLUMNS_FIRST);
        assertEquals(2, merge.stride());
        Graph merged = new Graph(List.of(new Node("merge", merge, List.of(input))));
        refused("merge: a map of 3x2x4 is not made of blocks of 2x2", () -> LoweredOp.of(merged, 3, 2));
    }

    /** Pixels of a block numbered by row and column, as {@code torch.cat} of x[0::2, 0::2], x[1::2, 0::2], x[0::2, 1::2], x[1::2, 1::2]. */
    @Test
    void theOrderOfThePatchMerging() {
        assertArrayEquals(new float[]{0, 10, 1, 11},
                run(new SpaceToDepthOp(2, BlockOrder.COLUMNS_FIRST), 2, 2, new float[]{0, 1, 10, 11}));
        assertArrayEquals(new float[]{0, 1, 10, 11},
                run(new SpaceToDepthOp(2, BlockOrder.CHANNELS_FIRST), 2, 2, new float[]{0, 1, 10, 11}));
    }

    /** Four runs of three in the order of the raster, over the ends of rows. */
    @Test
    void runsOfTokens() {
        float[] x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
        assertArrayEquals(new float[]{1.5f, 5.5f, 9.5f}, run(new TokenPoolOp(4), 3, 5, x));
    }

    @Test
    void anActivationGoesIntoAPool() {
        Node pool = new Node("pool", pool(Pool2d.Mode.AVERAGE, Window.same(3), Pool2dOp.Sizing.FLOOR), List.of(input));
        Node sigmoid = new Node("sigmoid", new ActivateOp(Activation.SIGMOID), List.of(pool));
        Graph fused = Passes.optimize(new Graph(List.of(sigmoid)));
        assertEquals(List.of("input", "sigmoid"), fused.nodes().stream().map(Node::name).toList());
        assertEquals(Activation.SIGMOID, ((Pool2dOp) fused.outputs().getFirst().op()).activation());
        assertEquals(3, Passes.optimize(new Graph(List.of(sigmoid, pool))).nodes().size());
        Node twice = new Node("twice", new ActivateOp(Activation.RELU), List.of(sigmoid));
        assertEquals(3, Passes.optimize(new Graph(List.of(twice))).nodes().size());
    }

    /** Normalization and activation go through the blocks into the convolution, and mean the same there. */
    @ParameterizedTest
    @CsvSource({"CHANNELS_FIRST", "ROWS_FIRST", "COLUMNS_FIRST"})
    void whatFollowsBlocksGoesIntoTheConvolution(BlockOrder order) {
        float[] weight = values(4 * 12, 7, -3);
        double[] ones = new double[12];
        Arrays.fill(ones, 1);
        Node conv = new Node("conv", new ConvOp(4, 12, 1, Window.same(1), weight, ones, new double[12], Epilogue.NONE),
                List.of(input));
        Node blocks = new Node("blocks", new DepthToSpaceOp(2, order), List.of(conv));
        Node norm = new Node("norm", new AffineOp(new double[]{1, 2, 3}, new double[]{-1, 0, 1}), List.of(blocks));
        Node relu = new Node("relu", new ActivateOp(Activation.RELU), List.of(norm));
        Graph graph = new Graph(List.of(relu));
        Graph fused = Passes.optimize(graph);
        assertEquals(List.of("input", "relu:blocks", "relu"), fused.nodes().stream().map(Node::name).toList());
        float[] x = values(4 * 6, 5, -2);
        float[] expected = new float[3 * 24];
        float[] plain = run(new Graph(List.of(blocks)), 2, 3, x);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(0, (i / 24 + 1) * plain[i] + i / 24 - 1);
        }
        assertArrayEquals(expected, run(fused, 2, 3, x));
        assertEquals(5, Passes.moveBeforeBlocks(new Graph(List.of(relu, blocks))).nodes().size(), "an output stays");
    }
}
