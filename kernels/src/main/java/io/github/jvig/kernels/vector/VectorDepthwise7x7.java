package io.github.jvig.kernels.vector;

import static io.github.jvig.kernels.vector.VectorConfig.LANES;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Window;

/**
 * {@link DepthwiseConv} 7x7 that keeps the size, the positional encoding of vision graph nets: tiles of seven neighboring outputs of a
 * row ({@link DepthwiseLoops}), so that a row of the window is 49 multiply-adds on 20 values from memory.
 *
 * <p>Vector by vector of channels, each over all rows: its weights and the rows that a window needs stay in the nearest cache. At the
 * left and right border the pixels outside are replaced by zeros, in a separate loop, since the masks need registers.
 */
final class VectorDepthwise7x7 implements RowKernel {
    /** Neighboring outputs of a row in a tile. */
    static final int COLUMNS = 7;
    private static final int KERNEL = 7;
    private static final int PADDING = 3;
    private static final int TAPS = KERNEL * KERNEL;

    private final DepthwiseConv spec;
    private final MapLayout map;
    /** As {@link DepthwiseWeights} has them. */
    private final float[] weights;
    /** Channels that are computed, a whole number of vectors. */
    private final int length;
    private final Split split;

    VectorDepthwise7x7(DepthwiseConv spec, float[] weight, float[] bias) {
        this.spec = spec;
        map = spec.out();
        int channels = spec.in().channels();
        length = VectorConfig.vectors(channels) * LANES;
        weights = DepthwiseWeights.grouped(weight, bias, channels, TAPS);
        split = Split.ofRows(spec.macs(), map.height());
    }

    /** Whether this class computes such a convolution. */
    static boolean takes(DepthwiseConv spec) {
        return spec.window().equals(Window.same(KERNEL)) && spec.out().width() >= COLUMNS;
    }

    @Override
    public DepthwiseConv spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-depthwise-7x7s1-1x" + COLUMNS + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return true;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), split.row(from), split.row(to));
    }

    @Override
    public void rows(float[] in, int inOffset, float[] residual, int residualOffset, float[] out, int outOffset,
            int from, int to) {
        for (int c = 0; c < length; c += LANES) {
            for (int y = from; y < to; y++) {
                row(in, inOffset + c, y, c / LANES * DepthwiseWeights.groupLength(TAPS), out, outOffset + c);
            }
        }
        int row = map.width() * map.stride();
        for (int y = from; y < to; y++) {
            int offset = y * row;
            Epilogues.apply(spec.epilogue(), residual, residualOffset + offset, out, outOffset + offset, map.stride(),
                    map.width(), length);
            Epilogues.clearPadding(spec.epilogue().activation(), out, outOffset + offset, map, map.width(), length);
        }
    }

    /** One row, one vector of channels. */
    private void row(float[] in, int inOffset, int y, int weightOffset, float[] out, int outOffset) {
        int width = map.width();
        int step = map.stride();
        int top = Math.max(0, y - PADDING);
        int rows = Math.min(map.height(), y + PADDING + 1) - top;
        int firstTap = weightOffset + (1 + (top - y + PADDING) * KERNEL) * LANES;
        for (int next = 0; next < width; next += COLUMNS) {
            int x = Math.min(next, width - COLUMNS);
            int window = inOffset + (top * width + x - PADDING) * step;
            int pixel = outOffset + (y * width + x) * step;
            int missingLeft = Math.max(0, PADDING - x);
            int missingRight = Math.max(0, x + COLUMNS + PADDING - width);
            if (missingLeft == 0 && missingRight == 0) {
                DepthwiseLoops.interior7x7(in, window, width * step, step, rows, weights, weightOffset, firstTap, out,
                        pixel);
            } else {
                DepthwiseLoops.border7x7(in, window, width * step, step, rows, missingLeft, missingRight, weights,
                        weightOffset, firstTap, out, pixel);
            }
        }
    }
}
