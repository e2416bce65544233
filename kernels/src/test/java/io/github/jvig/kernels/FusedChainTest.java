package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains give the bits of their stages run one after another, whatever the height of a strip and however their units are shared out. */
class FusedChainTest {
    private static final float CANARY = 12345.678f;
    private static final int SCRATCH_AT = 16;

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    /** Random stages with random weights, and what they work on. */
    private static final class Blocks {
        private final Random random;
        private final KernelProvider kernels = KernelProvider.vector();

        Blocks(long seed) {
            random = new Random(seed);
        }

        int between(int min, int max) {
            return min + random.nextInt(max - min + 1);
        }

        float[] floats(int length) {
            float[] result = new float[length];
            for (int i = 0; i < length; i++) {
                result[i] = random.nextFloat() * 2 - 1;
            }
            return result;
        }

        /** Now and then with more padding than there has to be; wide enough for rows by themselves. */
        MapLayout map() {
            MapLayout map = MapLayout.of(between(1, 20), between(7, 20), between(1, 50));
            return new MapLayout(map.height(), map.width(), map.channels(),
                    map.stride() + MapLayout.CHANNEL_ALIGNMENT * random.nextInt(2));
        }

        Epilogue epilogue() {
            return Epilogue.of(Activation.values()[random.nextInt(Activation.values().length)]);
        }

        Kernel pointwise(MapLayout in, int outputs, Epilogue epilogue) {
            return kernels.kernel(new PointwiseConv(in, outputs, epilogue), floats(in.channels() * outputs),
                    floats(outputs));
        }

        Kernel depthwise(MapLayout in, Window window) {
            return kernels.kernel(new DepthwiseConv(in, window, epilogue()),
                    floats(in.channels() * window.taps()), floats(in.channels()));
        }

        List<Kernel> invertedResidual(int stride) {
            MapLayout map = map();
            if (stride > 1) {
                map = MapLayout.of(map.height() + 1, 2 * map.width(), map.channels());
            }
            Kernel expand = pointwise(map, between(1, 150), epilogue());
            Kernel depthwise = depthwise(expand.spec().out(), random.nextInt(3) > 0
                    ? Window.of(3, stride, 1)
                    : Window.of(5, stride, 2));
            Epilogue last = random.nextBoolean() ? epilogue().plusResidual() : epilogue();
            return List.of(expand, depthwise, pointwise(depthwise.spec().out(), between(1, 70), last));
        }

        /** A kernel that works row by row, where the table's choice does not. */
        Kernel rows(Spec spec) {
            float[] weight = floats(spec.weightCount());
            float[] bias = floats(spec.biasCount());
            return kernels.candidates(spec, weight, bias).stream().map(candidate -> candidate.kernel().get())
                    .filter(kernel -> kernel instanceof RowKernel rows && rows.supportsRowRanges()).findFirst()
                    .orElseThrow(() -> new AssertionError("no kernel by rows for " + spec));
        }

        /** Of any size that keeps an output as wide as a tile: padding and dilation differ by side. */
        Window window(MapLayout in) {
            int kernel = between(1, 4);
            return new Window(axis(kernel, in.height(), 1), axis(between(1, 4), in.width(), 7));
        }

        private Window.Axis axis(int kernel, int size, int minOutputs) {
            int stride = between(1, 2);
            int dilation = between(1, 2);
            int needed = (minOutputs - 1) * stride + (kernel - 1) * dilation + 1;
            int missing = Math.max(0, needed - size);
            return new Window.Axis(kernel, stride, missing / 2 + between(0, 2), (missing + 1) / 2 + between(0, 2),
                    dilation);
        }

        /** Dense or in groups; with few and with many outputs. */
        Kernel conv(MapLayout in, boolean grouped) {
            int groups = grouped && in.channels() % 2 == 0 ? in.channels() % 4 == 0 ? 4 : 2 : 1;
            int outputs = groups * (random.nextInt(4) == 0 ? between(128, 150) / groups : between(1, 20));
            return rows(new Conv2d(in, outputs, window(in), groups, epilogue()));
        }

        /** The image, as a net's first convolution reads it. */
        MapLayout image() {
            return MapLayout.unpadded(between(6, 40), between(16, 40), 3);
        }

        /** Dense, depthwise, pointwise. */
        List<Kernel> stem() {
            Kernel stem = conv(image(), false);
            Kernel depthwise = depthwise(stem.spec().out(), Window.same(3));
            return List.of(stem, depthwise, pointwise(depthwise.spec().out(), between(1, 30), epilogue()));
        }

        /** Dense or grouped, then pointwise with the block's input added. */
        List<Kernel> convFirst(boolean grouped) {
            Kernel first = conv(map(), grouped);
            boolean residual = random.nextBoolean();
            return List.of(first, pointwise(first.spec().out(), between(1, 70),
                    residual ? epilogue().plusResidual() : epilogue()));
        }

        List<Kernel> convBehind() {
            Kernel expand = pointwise(map(), 2 * between(1, 30), epilogue());
            Kernel grouped = conv(expand.spec().out(), true);
            Kernel pool = rows(new Pool2d(grouped.spec().out(), Window.same(3),
                    Pool2d.Mode.values()[random.nextInt(Pool2d.Mode.values().length)], Activation.NONE));
            return List.of(expand, grouped, pool, conv(pool.spec().out(), false));
        }

        List<Kernel> feedForward() {
            Kernel expand = pointwise(map(), between(1, 200), epilogue());
            return List.of(expand, pointwise(expand.spec().out(), between(1, 70), epilogue().plusResidual()));
        }

        List<Kernel> graphConvolution() {
            MapLayout map = map();
            List<MaxRelative.Shift> shifts = new ArrayList<>();
            for (int i = between(0, 5); i > 0; i--) {
                shifts.add(new MaxRelative.Shift(random.nextInt(map.height()), random.nextInt(map.width())));
            }
            Kernel gather = kernels.kernel(
                    new MaxRelative(map, shifts, MaxRelative.Difference.values()[random.nextInt(2)]));
            return List.of(gather, pointwise(gather.spec().out(), between(1, 70), epilogue()));
        }

        /** A map with data in an array with NaN around it. */
        float[] around(MapLayout map, int at) {
            float[] array = new float[at + map.length() + random.nextInt(40)];
            Arrays.fill(array, Float.NaN);
            map.fromPlanes(floats(map.channels() * map.pixels()), 0, array, at);
            return array;
        }

        void check(List<Kernel> stages) {
            check(stages, new FusedChain(stages.stream().map(k -> (Spec) k.spec()).toList()).seconds());
        }

        void check(List<Kernel> stages, List<Integer> seconds) {
            Computation first = stages.getFirst().spec();
            Computation last = stages.getLast().spec();
            int inOffset = random.nextInt(40);
            int residualOffset = random.nextInt(40);
            int outOffset = random.nextInt(40);
            float[] in = around(first.in(), inOffset);
            int reader = seconds.indexOf(FusedChain.SECOND_INPUT);
            float[] residual = reader < 0
                    ? null
                    : around(stages.get(reader).spec().in2().orElseThrow(), residualOffset);
            List<Operands.Input> values = new ArrayList<>(List.of(new Operands.Input(in, inOffset)));
            float[] expected = filled(outOffset + last.out().length() + 20, CANARY);
            for (int i = 0; i < stages.size(); i++) {
                boolean end = i == stages.size() - 1;
                float[] out = end ? expected : new float[stages.get(i).spec().out().length()];
                List<Operands.Input> inputs = new ArrayList<>(List.of(values.getLast()));
                if (seconds.get(i) != FusedChain.NONE) {
                    inputs.add(seconds.get(i) < 0
                            ? new Operands.Input(residual, residualOffset)
                            : values.get(seconds.get(i)));
                }
                stages.get(i).run(Operands.of(inputs, out, end ? outOffset : 0));
                values.add(new Operands.Input(out, 0));
            }
            float[] out = expected.clone();
            Operands operands = new Operands(in, inOffset, residual, residualOffset, out, outOffset);
            int height = last.out().height();
            for (int rowsPerStrip : new int[]{1, 2, between(1, height), height, height + 3}) {
                Kernel chain = KernelProvider.chain(stages, seconds, rowsPerStrip);
                String what = "strips of " + rowsPerStrip + ": " + chain.spec();
                assertEquals(Math.ceilDiv(height, Math.min(rowsPerStrip, height)), chain.units());
                operands.check(chain.spec());
                Arrays.fill(out, CANARY);
                float[] scratch = filled(SCRATCH_AT + chain.scratch(), Float.NaN);
                chain.run(operands, scratch, SCRATCH_AT, 0, chain.units());
                assertArrayEquals(bits(expected), bits(out), what);
                Arrays.fill(out, CANARY);
                shareOut(chain, operands, scratch);
                assertArrayEquals(bits(expected), bits(out), () -> "in pieces, " + what);
                for (int i = 0; i < SCRATCH_AT; i++) {
                    assertTrue(Float.isNaN(scratch[i]), "written before its scratch, " + what);
                }
            }
        }

        /** Runs of units of random length in random order. */
        private void shareOut(Kernel chain, Operands operands, float[] scratch) {
            List<int[]> shares = new ArrayList<>();
            for (int from = 0; from < chain.units();) {
                int to = Math.min(chain.units(), from + between(1, 4));
                shares.add(random.nextInt(shares.size() + 1), new int[]{from, to});
                from = to;
            }
            for (int[] share : shares) {
                chain.run(operands, scratch, SCRATCH_AT, share[0], share[1]);
            }
        }
    }

    private static float[] filled(int length, float value) {
        float[] result = new float[length];
        Arrays.fill(result, value);
        return result;
    }

    private static int[] bits(float[] x) {
        int[] result = new int[x.length];
        Arrays.setAll(result, i -> Float.floatToRawIntBits(x[i]));
        return result;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void invertedResiduals(int stride) {
        Blocks blocks = new Blocks(70 + stride);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.invertedResidual(stride));
        }
    }

    @Test
    void stems() {
        Blocks blocks = new Blocks(80);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.stem());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blocksThatBeginWithAConvolution(boolean grouped) {
        Blocks blocks = new Blocks(81);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.convFirst(grouped));
        }
    }

    @Test
    void convolutionsAndPoolsInside() {
        Blocks blocks = new Blocks(82);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.convBehind());
        }
    }

    /** Blocks with residuals behind each other: of the chain's input, of results in the middle, of the chain's second input. */
    @Test
    void severalResidualBlocks() {
        Blocks blocks = new Blocks(83);
        for (int i = 0; i < 25; i++) {
            MapLayout map = blocks.map();
            Epilogue plain = blocks.epilogue();
            Kernel expand = blocks.pointwise(map, blocks.between(1, 60), plain);
            Kernel depthwise = blocks.depthwise(expand.spec().out(), Window.same(3));
            // The input's own layout, so that the input can be added.
            Kernel project = blocks.kernels.kernel(
                    new PointwiseConv(depthwise.spec().out(), map, blocks.epilogue().plusResidual()),
                    blocks.floats(depthwise.spec().out().channels() * map.channels()), null);
            Kernel wide = blocks.rows(new Conv2d(map, map, Window.same(5), 1, blocks.epilogue().plusResidual()));
            Kernel last = blocks.kernels.kernel(new PointwiseConv(map, map, blocks.epilogue().plusResidual()),
                    blocks.floats(map.channels() * map.channels()), null);
            List<Kernel> stages = List.of(expand, depthwise, project, wide, last);
            int none = FusedChain.NONE;
            blocks.check(stages, List.of(none, none, 0, 3, 3));
            blocks.check(stages, List.of(none, none, FusedChain.SECOND_INPUT, 0, 4));
            blocks.check(stages, List.of(none, none, 0, FusedChain.SECOND_INPUT, FusedChain.SECOND_INPUT));
        }
    }

    /** Direct row kernels that are not the table's choice, over the whole map: the bits of the choice, so that plans may take either. */
    @Test
    void convolutionsByRowsGiveTheBitsOfTheTablesChoice() {
        Blocks blocks = new Blocks(84);
        for (int i = 0; i < 60; i++) {
            MapLayout in = i % 2 == 0 ? blocks.image() : blocks.map();
            Conv2d spec = new Conv2d(in, blocks.between(1, i % 3 == 0 ? 200 : 40), blocks.window(in), 1,
                    blocks.epilogue());
            float[] weight = blocks.floats(spec.weightCount());
            float[] bias = blocks.floats(spec.biasCount());
            float[] map = new float[in.length()];
            in.fromPlanes(blocks.floats(in.channels() * in.pixels()), 0, map, 0);
            List<float[]> results = new ArrayList<>();
            for (KernelCandidate<Kernel> candidate : blocks.kernels.candidates(spec, weight, bias)) {
                Kernel kernel = candidate.kernel().get();
                if (!WinogradReferences.areFor(kernel)) {
                    float[] out = filled(spec.out().length(), CANARY);
                    kernel.run(Operands.of(map, out));
                    results.add(out);
                }
            }
            assertTrue(results.size() > 2, "no kernel by rows for " + spec);
            for (float[] result : results) {
                assertArrayEquals(bits(results.getFirst()), bits(result), spec.toString());
            }
        }
    }

    @Test
    void feedForwards() {
        Blocks blocks = new Blocks(73);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.feedForward());
        }
    }

    @Test
    void graphConvolutions() {
        Blocks blocks = new Blocks(74);
        for (int i = 0; i < 25; i++) {
            blocks.check(blocks.graphConvolution());
        }
    }

    @Test
    void namesAndNumbers() {
        Blocks blocks = new Blocks(75);
        MapLayout map = MapLayout.of(9, 8, 20);
        Kernel expand = blocks.pointwise(map, 40, Epilogue.NONE);
        Kernel depthwise = blocks.depthwise(expand.spec().out(), Window.same(3));
        Kernel chain = KernelProvider.chain(List.of(expand, depthwise), 4);
        assertEquals("chain4(" + expand.name() + " > " + depthwise.name() + ")", chain.name());
        assertEquals(expand.spec() + ", " + depthwise.spec(), chain.spec().toString());
        assertEquals(expand.spec().macs() + depthwise.spec().macs(), chain.spec().macs());
        assertEquals(3, chain.units());
        assertTrue(chain.prefersContiguousUnits());
        // The middle strip needs rows 3 to 8 of the expansion.
        assertEquals(6 * 8 * 48, chain.scratch());
        assertEquals(2, chain.spec().firstInputRow(3));
        assertEquals(8, chain.spec().lastInputRow(8));
    }

    @Test
    void refusals() {
        Blocks blocks = new Blocks(76);
        MapLayout map = MapLayout.of(9, 8, 20);
        Kernel expand = blocks.pointwise(map, 40, Epilogue.NONE);
        Kernel project = blocks.pointwise(expand.spec().out(), 20, Epilogue.NONE.plusResidual());
        refused("at least one row, not 0", List.of(expand, project), 0);
        refused("at least two stages, not 1", List.of(expand), 4);
        Kernel plain = blocks.pointwise(expand.spec().out(), 20, Epilogue.NONE);
        refused("does not take what", List.of(plain, plain), 4);
        refused("only the last stage", List.of(project, expand), 4);
        Kernel pool = KernelProvider.vector().kernel(new GlobalAveragePool(expand.spec().out()));
        refused(pool.name() + " can't be part of a chain", List.of(expand, pool), 4);
        Kernel scalar = KernelProvider.scalar().kernel(new PointwiseConv(expand.spec().out(), 2, Epilogue.NONE),
                new float[80], null);
        refused(scalar.name() + " can't be part of a chain", List.of(expand, scalar), 4);
        Kernel narrow = blocks.pointwise(MapLayout.of(20, 3, 20), 20, Epilogue.NONE);
        refused("can't be part of a chain: " + narrow.spec(), List.of(narrow, narrow), 4);
    }

    @Test
    void secondOperandsThatCannotBe() {
        MapLayout map = MapLayout.of(9, 8, 20);
        Spec plain = new PointwiseConv(map, 20, Epilogue.NONE);
        Spec adds = new PointwiseConv(map, 20, Epilogue.NONE.plusResidual());
        int none = FusedChain.NONE;
        refusedSeconds("2 stages do not have 1 second operands", List.of(plain, plain), List.of(none));
        refusedSeconds("number -2 is no second operand", List.of(plain, adds), List.of(none, none));
        refusedSeconds("number 0 is no second operand", List.of(plain, plain), List.of(none, 0));
        refusedSeconds("number 2 is no second operand", List.of(plain, adds), List.of(none, 2));
        Spec narrows = new PointwiseConv(map, 7, Epilogue.NONE);
        Spec widens = new PointwiseConv(map.withChannels(7), 20, Epilogue.NONE.plusResidual());
        refusedSeconds("does not take 9x8x7 as its second operand", List.of(narrows, widens), List.of(none, 1));
        Spec other = new PointwiseConv(map, 7, Epilogue.NONE.plusResidual());
        refusedSeconds("one second input, not 9x8x20 and 9x8x7", List.of(adds, other), List.of(-1, -1));
        assertEquals(List.of(map, map), new FusedChain(List.of(adds, plain), List.of(-1, none)).inputs());
        assertEquals(List.of(map), new FusedChain(List.of(plain, adds), List.of(none, 0)).inputs());
    }

    private static void refusedSeconds(String part, List<Spec> stages, List<Integer> seconds) {
        String message = assertThrows(IllegalArgumentException.class, () -> new FusedChain(stages, seconds))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void refused(String part, List<Kernel> stages, int rowsPerStrip) {
        String message = assertThrows(IllegalArgumentException.class, () -> KernelProvider.chain(stages, rowsPerStrip))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
