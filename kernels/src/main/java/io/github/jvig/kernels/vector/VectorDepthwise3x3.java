package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;

/**
 * {@link DepthwiseConv} with the windows of nearly every net, 3x3 with stride 1 or 2: tiles of seven neighboring outputs of a row,
 * vector by vector through the channels, so that memory is read in its order and each value from it is used up to three times.
 *
 * <p>The loop over the window's rows ({@link DepthwiseLoops}) runs over those inside the input. It is not unrolled: C2 would then load all
 * values first and spill half of them. Its step is unknown to C2: a counted loop is split into three, which costs 4 % for so few iterations.
 *
 * <p>At the left and right border the code is the same: the pixel outside is replaced by its neighbor inside, its weights by zeros, under
 * a mask. Zeros from a separate array would be two more loads for each row of a window, 10 to 15 %: this loop is limited by loads, above
 * all of weights, since they cross cache lines.
 */
final class VectorDepthwise3x3 implements RowKernel {
    /** Neighboring outputs of a row in a tile. */
    static final int COLUMNS = 7;
    private static final int TAPS = 9;

    private final DepthwiseConv spec;
    private final MapLayout map;
    /** As {@link DepthwiseWeights} has them. */
    private final float[] weights;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    private final Split split;

    VectorDepthwise3x3(DepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        map = spec.out();
        int channels = spec.in().channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = DepthwiseWeights.grouped(weight, bias, channels, TAPS);
        // It reuses less of what it loads, so it runs at about half the speed of a matrix product.
        split = Split.ofRows(2 * spec.macs(), map.height());
    }

    /** Whether this class computes such a convolution. */
    static boolean takes(DepthwiseConv spec) {
        Window w = spec.window();
        Window.Axis axis = w.rows();
        return w.isSquare() && axis.kernel() == 3 && axis.dilation() == 1 && axis.stride() <= 2
                && (axis.padBefore() == 0 || axis.padBefore() == 1)
                && spec.out().width() >= COLUMNS;
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-3x3s" + spec.window().rows().stride() + "-1x" + COLUMNS + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        int width = map.width();
        for (int y = from; y < to; y++) {
            for (int next = 0; next < width; next += COLUMNS) {
                int x = Math.min(next, width - COLUMNS);
                int pixel = (y * width + x) * map.stride();
                tile(in, inOffset, y, x, out, outOffset + pixel);
                Epilogues.apply(spec.epilogue(), residual, residualOffset + pixel, out, outOffset + pixel,
                        map.stride(), COLUMNS, length);
                Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + pixel, map, COLUMNS, length);
            }
        }
    }

    private void tile(float[] from, int fromOffset, int y, int x, float[] to, int toOffset) {
        MapLayout in = spec.in();
        int step = in.stride();
        int rowStep = in.width() * step;
        int stride = spec.window().rows().stride();
        int top = y * stride - spec.window().rows().padBefore();
        int left = x * stride - spec.window().rows().padBefore();
        int span = (COLUMNS - 1) * stride + 2;
        int fromTap = top < 0 ? 1 : 0;
        int toTap = top + 2 < in.height() ? 3 : 2;
        int window = fromOffset + (top + fromTap) * rowStep + left * step;
        boolean clipsLeft = left < 0;
        boolean clipsRight = left + span >= in.width();
        int first = clipsLeft ? step : 0;
        int last = (clipsRight ? span - 1 : span) * step;
        if (stride == 1) {
            DepthwiseLoops.stride1(from, window, rowStep, step, first, last, weights, clipsLeft, clipsRight, fromTap,
                    toTap, length, to, toOffset);
        } else {
            DepthwiseLoops.stride2(from, window, rowStep, step, first, last, weights, clipsLeft, clipsRight, fromTap,
                    toTap, length, to, toOffset);
        }
    }
}
