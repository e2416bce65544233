package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.product.GemmTile;
import io.github.jvig.kernels.vector.product.WeightPanels;
import jdk.incubator.vector.FloatVector;

/**
 * {@link GatedPointwiseConv}: the gate goes into the weights, of which there are far fewer than elements of the map, in scratch; then it is a
 * convolution like any other. Units that follow each other and have the same panels have their weights made once for all of them.
 */
public record VectorGatedPointwise(GatedPointwiseConv spec, VectorPointwise product) implements Kernel {
    public VectorGatedPointwise(GatedPointwiseConv spec, float[] weight, float[] bias, GemmTile tile) {
        this(spec, new VectorPointwise(spec.ungated(), weight, bias, tile));
    }

    @Override
    public String name() {
        return "f32-gated-pointwise-" + product.tile() + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return product.units();
    }

    @Override
    public int scratch() {
        return product.panels().length();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        boolean residual = spec.epilogue().residual();
        float[] added = residual ? o.input(2) : null;
        int addedOffset = residual ? o.inputOffset(2) : 0;
        Split split = product.split();
        int first = 0;
        int end = 0;
        for (int unit = from; unit < to; unit++) {
            if (split.firstPanel(unit) != first || split.endPanel(unit) != end) {
                first = split.firstPanel(unit);
                end = split.endPanel(unit);
                scale(o.in2(), o.in2Offset(), first, end, scratch, scratchOffset);
            }
            product.unit(unit, o.in(), o.inOffset(), added, addedOffset, o.out(), o.outOffset(), scratch,
                    scratchOffset - product.panels().offset(0));
        }
    }

    /** Some panels, each row but the bias multiplied by its channel's gate. They lie in scratch as in the weights. */
    private void scale(float[] gate, int gateOffset, int first, int end, float[] scratch, int scratchOffset) {
        WeightPanels panels = product.panels();
        for (int p = first; p < end; p++) {
            int width = panels.width(p) * LANES;
            int bias = panels.offset(p);
            int to = scratchOffset + bias - panels.offset(0);
            System.arraycopy(panels.data(), bias, scratch, to, width);
            scaleRows(panels.data(), bias + width, gate, gateOffset, panels.depth(), width, scratch, to + width);
        }
    }

    private static void scaleRows(float[] weight, int weightOffset, float[] gate, int gateOffset, int depth, int width,
            float[] out, int outOffset) {
        for (int k = 0; k < depth; k++) {
            float factor = gate[gateOffset + k];
            for (int i = k * width; i < (k + 1) * width; i += LANES) {
                FloatVector.fromArray(FLOATS, weight, weightOffset + i).mul(factor).intoArray(out, outOffset + i);
            }
        }
    }
}
