package io.github.jvig.kernels.vector.depthwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.InteriorRange;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.weights.WeightLayout;

/**
 * {@link LocalDepthwiseConv}, pixel by pixel: each weight is read once, in the order in which they lie, so there is nothing to share between
 * pixels. A window inside the input's width is one flat loop over the taps whose rows lie inside it; others go row by row.
 */
public final class VectorLocalDepthwise implements Kernel {
    /** A multiply-accumulate of a matrix product is done in a fraction of the time in which a weight is fetched. */
    private static final long FETCH_MACS = 8;

    private final LocalDepthwiseConv spec;
    private final Window.Axis down;
    private final Window.Axis across;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    /** {@code [pixels][taps][length]}. */
    private final float[] weight;
    private final float[] bias;
    /** From the first pixel of a window to each tap's. */
    private final int[] offsets;
    private final InteriorRange columns;
    private final Split split;

    public VectorLocalDepthwise(LocalDepthwiseConv spec, float[] weight, float[] bias) {
        MapLayout in = spec.in();
        this.spec = spec;
        down = spec.window().rows();
        across = spec.window().columns();
        int taps = spec.window().taps();
        int channels = in.channels();
        length = VectorConfig.vectors(channels) * LANES;
        this.weight = new float[Math.multiplyExact(spec.out().pixels() * taps, length)];
        for (int i = 0; i < spec.out().pixels() * taps; i++) {
            System.arraycopy(weight, i * channels, this.weight, i * length, channels);
        }
        this.bias = WeightLayout.paddedBias(bias, length);
        offsets = new int[taps];
        for (int t = 0; t < taps; t++) {
            offsets[t] = (t / across.kernel() * down.dilation() * in.width() + t % across.kernel() * across.dilation())
                    * in.stride();
        }
        columns = InteriorRange.of(across, in.width());
        split = Split.ofRows(FETCH_MACS * spec.macs(), spec.out().height());
    }

    @Override
    public LocalDepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-local-depthwise-1x4-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int y = split.row(from); y < split.row(to); y++) {
            int row = o.outOffset() + y * map.width() * map.stride();
            for (int x = 0; x < map.width(); x++) {
                pixel(o.in(), o.inOffset(), y, x, o.out(), row + x * map.stride());
            }
            Epilogues.activate(spec.activation(), o.out(), row, map.stride(), map.width(), length);
            Epilogues.clearPadding(spec.activation(), o.out(), row, map, map.width(), length);
        }
    }

    private void pixel(float[] in, int inOffset, int y, int x, float[] out, int outAt) {
        MapLayout map = spec.in();
        int window = inOffset + (down.start(y) * map.width() + across.start(x)) * map.stride();
        int taps = spec.window().taps();
        int weights = (y * spec.out().width() + x) * taps * length;
        int fromY = down.firstTap(y);
        int toY = down.endTap(y, map.height());
        System.arraycopy(bias, 0, out, outAt, length);
        if (columns.contains(x)) {
            add(in, window, fromY * across.kernel(), toY * across.kernel(), weights, out, outAt);
            return;
        }
        int fromX = across.firstTap(x);
        int toX = across.endTap(x, map.width());
        for (int ky = fromY; ky < toY; ky++) {
            add(in, window, ky * across.kernel() + fromX, ky * across.kernel() + toX, weights, out, outAt);
        }
    }

    /** Adds some taps that follow each other to one output. */
    private void add(float[] in, int window, int from, int to, int weights, float[] out, int outAt) {
        int first = weights + from * length;
        int c = 0;
        for (; c <= length - 4 * LANES; c += 4 * LANES) {
            VectorDepthwise.addTaps4(in, window + c, offsets, from, to, weight, first + c, length, out, outAt + c);
        }
        for (; c < length; c += LANES) {
            VectorDepthwise.addTaps1(in, window + c, offsets, from, to, weight, first + c, length, out, outAt + c);
        }
    }
}
