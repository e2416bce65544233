package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.SelectiveScan;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A selective scan in two phases. The first runs over the map: a work item computes one channel in one order, state after state. The second
 * adds the four orders and the skip: a work item computes one output element. The weights are the decay of each channel and state, then those
 * of {@link SelectiveScan} behind them, then the biases. Scratch: what each order gives, without padding.
 */
public final class SelectiveScanPhases {
    private static final int ORDERS = SelectiveScan.ORDERS;
    private static final int DIRECTIONS = SelectiveScan.DIRECTIONS;

    private SelectiveScanPhases() {
    }

    /** The first phase; for its numbers see {@link #own}. */
    public static void scan(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        scanItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSelectiveScanOrders(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                scanItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The second phase, with the same numbers. */
    public static void add(KernelContext context, FloatArray memory, FloatArray weights, IntArray sizes) {
        addItem(context.globalIdx, context.globalIdy, memory, weights, sizes);
    }

    /** The same as a single work item. */
    public static void pipelinedSelectiveScan(FloatArray memory, FloatArray weights, IntArray sizes) {
        for (int n = 0; n < sizes.get(Sizes.IMAGES); n++) {
            for (int id = 0; id < sizes.get(Sizes.ITEMS); id++) {
                addItem(id, n, memory, weights, sizes);
            }
        }
    }

    /** The weights with {@code -exp(a)} in place of a, then the biases. */
    public static float[] pack(SelectiveScan spec, float[] weight, float[] bias) {
        float[] packed = Arrays.copyOf(weight, Math.addExact(weight.length, spec.in().channels()));
        for (int i = 0; i < spec.skips(); i++) {
            packed[i] = (float) -Math.exp(weight[i]);
        }
        if (bias != null) {
            System.arraycopy(bias, 0, packed, weight.length, bias.length);
        }
        return packed;
    }

    /** Floats of scratch. */
    public static int scratch(SelectiveScan spec) {
        return Math.multiplyExact(SelectiveScan.ORDERS * spec.in().pixels(), spec.in().channels());
    }

    /** Work items of the first phase. */
    public static int scans(SelectiveScan spec) {
        return SelectiveScan.ORDERS * spec.in().channels();
    }

    /**
     * Offset and step of each of the three maps, the first channels of the ways in and out, pixels, channels, states; then for each order the
     * pixels of all steps, and then for each order their directions.
     */
    public static int[] own(SelectiveScan spec, BufferOffsets at) {
        int pixels = spec.in().pixels();
        int[] tables = new int[2 * SelectiveScan.ORDERS * pixels];
        for (int order = 0; order < SelectiveScan.ORDERS; order++) {
            System.arraycopy(spec.pixels(order), 0, tables, order * pixels, pixels);
            System.arraycopy(spec.directions(order), 0, tables, (SelectiveScan.ORDERS + order) * pixels, pixels);
        }
        return Sizes.joined(
                new int[]{at.in(), at.inStep(), at.inputs().get(1), spec.step().stride(), at.inputs().get(2),
                        spec.projection().stride(), spec.wayIn(), spec.wayOut(), pixels, spec.in().channels(),
                        spec.states()},
                tables);
    }

    private static void scanItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int pixels = sizes.get(Sizes.OWN + 8);
        int channels = sizes.get(Sizes.OWN + 9);
        int states = sizes.get(Sizes.OWN + 10);
        int channel = id % channels;
        int order = id / channels;
        int u = base + sizes.get(Sizes.OWN) + channel;
        int d = base + sizes.get(Sizes.OWN + 2) + channel;
        int w = base + sizes.get(Sizes.OWN + 4);
        int path = Sizes.OWN + 11 + order * pixels;
        int directions = path + ORDERS * pixels;
        int to = base + sizes.get(Sizes.SCRATCH) + order * pixels * channels + channel;
        int weight = sizes.get(Sizes.WEIGHT);
        int ways = weight + channels * (states + 1);
        float bias = weights.get(ways + DIRECTIONS * states + channel);
        for (int t = 0; t < pixels; t++) {
            memory.set(to + t * channels, 0f);
        }
        for (int s = 0; s < states; s++) {
            float decay = weights.get(weight + channel * states + s);
            float state = 0f;
            for (int t = 0; t < pixels; t++) {
                int pixel = sizes.get(path + t);
                int way = w + t * sizes.get(Sizes.OWN + 5) + s;
                float step = ScalarMath.softplus(memory.get(d + t * sizes.get(Sizes.OWN + 3)) + bias);
                float in = memory.get(way + sizes.get(Sizes.OWN + 6))
                        + weights.get(ways + sizes.get(directions + t) * states + s);
                state = ScalarMath.exp(Math.max(step * decay, ScalarMath.EXP_FLOOR)) * state
                        + step * in * memory.get(u + pixel * sizes.get(Sizes.OWN + 1));
                int at = to + pixel * channels;
                memory.set(at, memory.get(at) + memory.get(way + sizes.get(Sizes.OWN + 7)) * state);
            }
        }
    }

    private static void addItem(int id, int n, FloatArray memory, FloatArray weights, IntArray sizes) {
        int base = n * sizes.get(Sizes.IMAGE);
        int outStep = sizes.get(Sizes.OUT_STEP);
        int pixels = sizes.get(Sizes.OWN + 8);
        int channels = sizes.get(Sizes.OWN + 9);
        int states = sizes.get(Sizes.OWN + 10);
        int pixel = id / outStep;
        int channel = Math.min(id % outStep, channels - 1);
        int from = base + sizes.get(Sizes.SCRATCH) + pixel * channels + channel;
        float u = memory.get(base + sizes.get(Sizes.OWN) + pixel * sizes.get(Sizes.OWN + 1) + channel);
        float sum = ORDERS * weights.get(sizes.get(Sizes.WEIGHT) + channels * states + channel) * u;
        for (int order = 0; order < ORDERS; order++) {
            sum += memory.get(from + order * pixels * channels);
        }
        if (id % outStep >= channels) {
            sum = 0f;
        }
        memory.set(base + sizes.get(Sizes.OUT) + id, sum);
    }
}
