package io.github.jvig.kernels.vector.attention;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.ChannelProducts;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.WeightPanels;
import java.util.Arrays;

/**
 * {@link AttentionScores} head by head as a matrix product, on the tiles of the convolutions: the keys are packed into panels, and the scores,
 * which start at any channel, are copied to their place. A unit is some heads.
 */
public final class VectorAttentionScores implements Kernel {
    private final AttentionScores spec;
    private final GemmTile tile;
    /** First vector of each panel of keys, then the number of all. */
    private final int[] columns;
    private final Split split;

    public VectorAttentionScores(AttentionScores spec, GemmTile tile) {
        this.spec = spec;
        this.tile = tile;
        columns = WeightPanels.split(spec.keys(), tile.vectors);
        split = Split.ofRows(2 * spec.macs(), spec.heads());
    }

    @Override
    public AttentionScores spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-attention-scores-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    /** Floats of a row of scores. */
    private int step() {
        return columns[columns.length - 1] * LANES;
    }

    /** Packed keys, scores. */
    @Override
    public int scratch() {
        return Math.multiplyExact(spec.dim() + 1 + spec.in().pixels(), step());
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        MapLayout map = spec.in();
        MapLayout out = spec.out();
        int keys = spec.keys();
        int scores = offset + (spec.dim() + 1) * step();
        for (int head = split.row(from); head < split.row(to); head++) {
            pack(o.in2(), o.in2Offset() + head * spec.dim(), scratch, offset);
            ChannelProducts.multiply(tile, columns, o.in(), o.inOffset() + head * spec.dim(), map.stride(),
                    map.pixels(), spec.dim(), scratch, offset, scratch, scores, step());
            int at = o.outOffset() + head * keys;
            for (int p = 0; p < map.pixels(); p++) {
                System.arraycopy(scratch, scores + p * step(), o.out(), at + p * out.stride(), keys);
            }
            if (head == spec.heads() - 1) {
                Epilogues.clear(o.out(), o.outOffset(), out.stride(), map.pixels(), out.channels());
            }
        }
    }

    /** A row for each channel and a column for each key, after a row of zeros, which is the bias. */
    private void pack(float[] key, int at, float[] to, int offset) {
        int stride = spec.keyLayout().stride();
        Arrays.fill(to, offset, offset + (spec.dim() + 1) * step(), 0f);
        for (int panel = 0; panel < columns.length - 1; panel++) {
            int first = columns[panel] * LANES;
            int width = columns[panel + 1] * LANES - first;
            int row = offset + first * (spec.dim() + 1) + width;
            for (int j = first; j < Math.min(first + width, spec.keys()); j++) {
                for (int c = 0; c < spec.dim(); c++) {
                    to[row + c * width + j - first] = key[at + j * stride + c];
                }
            }
        }
    }
}
