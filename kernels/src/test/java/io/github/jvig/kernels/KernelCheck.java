package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A spec with random weights and operands, and everything that a kernel for it has to keep to: right values, zero pad lanes, nothing
 * written outside its output, nothing read outside its input, the same bits however its units are shared out.
 */
public final class KernelCheck {
    private static final float CANARY = 12345.678f;
    /** Where kernels find their scratch: nothing before it is theirs. */
    private static final int SCRATCH_AT = 16;

    private final Random random;
    private final Spec spec;
    private final float[] weight;
    private final float[] bias;
    private final Operands operands;
    private final Reference reference;
    /** For kernels that may round more, see {@link WinogradReferences}; null until there is one. */
    private Reference wider;
    private final List<float[]> inputs;

    public KernelCheck(Spec spec, long seed) {
        this.spec = spec;
        random = new Random(seed);
        weight = spec.weightCount() == 0 ? null : random(spec.weightCount(), 1);
        if (spec instanceof SparsePointwiseConv sparse) {
            SparsePointwiseTest.prune(sparse, weight, random);
        }
        bias = random.nextInt(4) == 0 || spec.biasCount() == 0 ? null : random(spec.biasCount(), 1);
        float[] in = random(spec.in().channels() * spec.in().pixels(), 2);
        inputs = new ArrayList<>();
        inputs.add(in);
        for (MapLayout map : spec.inputs().subList(1, spec.inputs().size())) {
            inputs.add(in2(map));
        }
        reference = Reference.compute(spec, inputs, weight, bias);
        // What lies around a map is NaN, so that it shows when it is read.
        int inOffset = random.nextInt(40);
        float[] inArray = filled(inOffset + spec.in().length() + random.nextInt(40), Float.NaN);
        spec.in().fromPlanes(in, 0, inArray, inOffset);
        if (spec instanceof PointwiseConv || spec instanceof GatedPointwiseConv
                || spec instanceof SparsePointwiseConv || spec instanceof Conv2d || spec instanceof MaxRelative) {
            // These never look at pad lanes.
            for (int i = 0; i < spec.in().length(); i++) {
                if (i % spec.in().stride() >= spec.in().channels()) {
                    inArray[inOffset + i] = Float.NaN;
                }
            }
        }
        List<Operands.Input> placed = new ArrayList<>();
        placed.add(new Operands.Input(inArray, inOffset));
        for (int i = 1; i < inputs.size(); i++) {
            MapLayout map = spec.inputs().get(i);
            int offset = random.nextInt(40);
            float[] array = filled(offset + map.length() + random.nextInt(40), Float.NaN);
            map.fromPlanes(inputs.get(i), 0, array, offset);
            placed.add(new Operands.Input(array, offset));
        }
        int outOffset = random.nextInt(40);
        float[] out = filled(outOffset + spec.out().length() + random.nextInt(40), CANARY);
        operands = Operands.of(placed, out, outOffset);
    }

    /** Values like the input's; for a limit on distances one that some are below, or now and then NaN. */
    private float[] in2(MapLayout map) {
        if (!(spec instanceof ThresholdedMaxRelative)) {
            return random(map.channels() * map.pixels(), 2);
        }
        // Two values between -2 and 2 are 4/3 apart on average.
        double usual = 4.0 / 3 * spec.in().channels();
        return new float[]{random.nextInt(10) == 0 ? Float.NaN : (float) (usual * random.nextDouble(0.6, 1.4))};
    }

    private float[] random(int length, float range) {
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            result[i] = (random.nextFloat() * 2 - 1) * range;
        }
        return result;
    }

    private static float[] filled(int length, float value) {
        float[] result = new float[length];
        Arrays.fill(result, value);
        return result;
    }

    public float[] weight() {
        return weight;
    }

    public float[] bias() {
        return bias;
    }

    public Operands operands() {
        return operands;
    }

    /** The provider's kernel for the spec. */
    public Kernel make(KernelProvider kernels) {
        return kernels.kernel(spec, weight, bias);
    }

    /** Whole, then in random pieces in random order. */
    public void check(Kernel kernel) {
        String what = kernel.name() + ", " + spec;
        assertEquals(spec, kernel.spec());
        assertTrue(kernel.units() >= 1, what);
        operands.check(spec);
        float[] out = operands.out();
        Arrays.fill(out, CANARY);
        kernel.run(operands, filled(kernel.scratch() + SCRATCH_AT, Float.NaN), SCRATCH_AT, 0, kernel.units());
        compare(what, referenceFor(kernel));
        float[] whole = out.clone();
        Arrays.fill(out, CANARY);
        pieces(kernel);
        assertArrayEquals(bits(whole), bits(out), () -> what + ": other bits in pieces");
    }

    private void pieces(Kernel kernel) {
        int units = kernel.units();
        int[] order = new int[units];
        for (int i = 0; i < units; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        boolean[] done = new boolean[units];
        float[] scratch = filled(kernel.scratch() + SCRATCH_AT, Float.NaN);
        for (int first : order) {
            int end = first;
            int longest = 1 + random.nextInt(4);
            while (end < units && !done[end] && end - first < longest) {
                done[end++] = true;
            }
            kernel.run(operands, scratch, SCRATCH_AT, first, end);
        }
    }

    private Reference referenceFor(Kernel kernel) {
        if (!WinogradReferences.areFor(kernel)) {
            return reference;
        }
        if (wider == null) {
            wider = WinogradReferences.of((Conv2d) spec, inputs, weight, bias);
        }
        return wider;
    }

    private void compare(String what, Reference reference) {
        MapLayout map = spec.out();
        float[] out = operands.out();
        int at = operands.outOffset();
        for (int i = 0; i < out.length; i++) {
            if (i < at || i >= at + map.length()) {
                assertEquals(CANARY, out[i], what + ": written outside the output, at " + (i - at));
                continue;
            }
            int p = (i - at) / map.stride();
            int c = (i - at) % map.stride();
            if (c >= map.channels()) {
                assertTrue(out[i] == 0, () -> what + ": pad lane " + c + " of pixel " + p);
                continue;
            }
            double expected = reference.value()[c * map.pixels() + p];
            if (Double.isNaN(expected)) {
                assertTrue(Float.isNaN(out[i]), () -> what + ": pixel " + p + ", channel " + c + " is a number");
                continue;
            }
            double bound = reference.bound()[c * map.pixels() + p] + 1e-30;
            if (!(Math.abs(out[i] - expected) <= bound)) {
                throw new AssertionError(what + ": pixel " + p + ", channel " + c + " is " + out[i] + ", not "
                        + expected + " within " + bound);
            }
        }
    }

    private static int[] bits(float[] x) {
        int[] result = new int[x.length];
        Arrays.setAll(result, i -> Float.floatToRawIntBits(x[i]));
        return result;
    }
}
