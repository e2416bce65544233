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
            Computation first = stages.getFirst().spec();
            Computation last = stages.getLast().spec();
            int inOffset = random.nextInt(40);
            int residualOffset = random.nextInt(40);
            int outOffset = random.nextInt(40);
            float[] in = around(first.in(), inOffset);
            float[] residual = last.in2().map(map -> around(map, residualOffset)).orElse(null);
            float[] expected = filled(outOffset + last.out().length() + 20, CANARY);
            float[] map = in;
            int at = inOffset;
            for (Kernel stage : stages) {
                boolean end = stage == stages.getLast();
                float[] out = end ? expected : new float[stage.spec().out().length()];
                stage.run(new Operands(map, at, residual, residualOffset, out, end ? outOffset : 0));
                map = out;
                at = 0;
            }
            float[] out = expected.clone();
            Operands operands = new Operands(in, inOffset, residual, residualOffset, out, outOffset);
            int height = last.out().height();
            for (int rowsPerStrip : new int[]{1, 2, between(1, height), height, height + 3}) {
                Kernel chain = KernelProvider.chain(stages, rowsPerStrip);
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
        refused("does not take what", List.of(project, project), 4);
        refused("only the last stage", List.of(project, expand), 4);
        Kernel pool = KernelProvider.vector().kernel(new GlobalAveragePool(expand.spec().out()));
        refused(pool.name() + " can't be part of a chain", List.of(expand, pool), 4);
        Kernel scalar = KernelProvider.scalar().kernel(new PointwiseConv(expand.spec().out(), 2, Epilogue.NONE),
                new float[80], null);
        refused(scalar.name() + " can't be part of a chain", List.of(expand, scalar), 4);
        Kernel narrow = blocks.pointwise(MapLayout.of(20, 3, 20), 20, Epilogue.NONE);
        refused("can't be part of a chain: " + narrow.spec(), List.of(narrow, narrow), 4);
    }

    private static void refused(String part, List<Kernel> stages, int rowsPerStrip) {
        String message = assertThrows(IllegalArgumentException.class, () -> KernelProvider.chain(stages, rowsPerStrip))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
