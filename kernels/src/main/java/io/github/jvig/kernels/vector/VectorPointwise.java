package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Packing;
import io.github.jvig.kernels.PointwiseConv;

/**
 * {@link PointwiseConv} as a matrix product, panel by panel over a block of rows, tile by tile within it. Rows that do not fill a
 * tile are done by the block's last full tile moved up, over rows that are done already and come out the same.
 */
record VectorPointwise(PointwiseConv spec, Tile tile, Panels panels, Split split) implements Kernel {
    /** Tiles of rows that a panel should serve from the near cache. */
    private static final int BLOCK = 8;

    VectorPointwise(PointwiseConv spec, float[] weight, float[] bias, Tile tile) {
        this(spec, tile, pack(spec, weight, bias, tile));
    }

    private VectorPointwise(PointwiseConv spec, Tile tile, Panels panels) {
        this(spec, tile, panels, Split.of(spec.macs(), spec.in().pixels() / tile.rows, BLOCK, panels.count()));
    }

    private static Panels pack(PointwiseConv spec, float[] weight, float[] bias, Tile tile) {
        Packing.check(spec, weight, spec.in().channels(), bias);
        return Panels.of(weight, spec.out().channels(), spec.in().channels(), null, bias, tile.vectors);
    }

    @Override
    public String name() {
        return "f32-pointwise-" + tile + "-" + Isa.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            int block = split.block(unit);
            int first = split.row(block) * tile.rows;
            int end = block + 1 < split.blocks() ? split.row(block + 1) * tile.rows : spec.in().pixels();
            for (int p = split.firstPanel(unit); p < split.lastPanel(unit); p++) {
                panel(o, p, first, end);
            }
            if (split.lastPanel(unit) == panels.count()) {
                Epilogues.clear(o.out(), o.outAt() + first * spec.out().stride(), spec.out().stride(), end - first,
                        panels.channels());
            }
        }
    }

    private void panel(Operands o, int panel, int first, int end) {
        int inStride = spec.in().stride();
        int outStride = spec.out().stride();
        int width = panels.width(panel);
        for (int next = first; next < end; next += tile.rows) {
            int row = Math.min(next, end - tile.rows);
            int to = row * outStride + panels.channel(panel);
            tile.multiply(width, o.in(), o.inAt() + row * inStride, inStride, panels.depth(), panels.data(),
                    panels.at()[panel], o.out(), o.outAt() + to, outStride);
            Epilogues.apply(spec.epilogue(), o, to, outStride, tile.rows, width * Isa.LANES);
        }
    }
}
