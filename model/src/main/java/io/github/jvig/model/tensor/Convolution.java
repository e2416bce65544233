package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution or a transposed one over one to three axes, by its formula, for what is no feature map: other ranks, several images,
 * weights that are computed. Tensors are {@code [images, channels, ...]}; an item is a plane of the output.
 */
public final class Convolution extends ItemFunction {
    private final Source x;
    private final Source weight;
    private final Source bias;
    private final int in;
    private final int outs;
    private final int groups;
    private final Geometry g;
    private final boolean transposed;
    private final long macs;

    /**
     * A convolution.
     *
     * @param inputs     layouts of the buffers
     * @param x          the input
     * @param weight     {@code [outs, in / groups, kernel]}, or {@code [in, outs / groups, kernel]} of a transposed one
     * @param bias       for each output channel; null for none
     * @param images     number of images
     * @param in         channels of the input
     * @param outs       channels of the output
     * @param groups     groups of channels
     * @param g          the window; of a transposed convolution the one that goes from its output to its input
     * @param transposed whether it is a transposed one
     */
    public Convolution(List<MapLayout> inputs, Source x, Source weight, Source bias, int images, int in, int outs,
            int groups, Geometry g, boolean transposed) {
        super((transposed ? "transposed " : "") + "convolution " + in + "->" + outs, inputs,
                TensorFunction.tensor(Math.multiplyExact(Math.multiplyExact(images, outs),
                        transposed ? g.inputs() : g.outputs())),
                images * outs, (long) images * outs * (in / groups) * g.outputs() * g.taps());
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.in = in;
        this.outs = outs;
        this.groups = groups;
        this.g = g;
        this.transposed = transposed;
        this.macs = (long) images * outs * (in / groups) * g.outputs() * g.taps();
    }

    @Override
    public long macs() {
        return macs;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int perGroup = in / groups;
        int outsPerGroup = outs / groups;
        int small = g.outputs();
        int large = g.inputs();
        int plane = transposed ? large : small;
        float[] w = weight.array(o);
        for (int item = from; item < to; item++) {
            int image = item / outs;
            int m = item - image * outs;
            int group = m / outsPerGroup;
            int io = o.outOffset() + item * plane;
            Arrays.fill(o.out(), io, io + plane, bias == null ? 0f : bias.array(o)[bias.start(o) + m]);
            for (int c = 0; c < perGroup; c++) {
                int channel = image * in + group * perGroup + c;
                int ix = x.start(o) + channel * (transposed ? small : large);
                int iw = weight.start(o) + g.taps() * (transposed
                        ? (group * perGroup + c) * outsPerGroup + m % outsPerGroup
                        : m * perGroup + c);
                for (int tap = 0; tap < g.taps(); tap++) {
                    if (transposed) {
                        tap(o.out(), io, x.array(o), ix, w[iw + tap], tap, true);
                    } else {
                        tap(o.out(), io, x.array(o), ix, w[iw + tap], tap, false);
                    }
                }
            }
        }
    }

    /** Adds one tap of the window to a plane: from the large side to the small one, or back for a transposed convolution. */
    private void tap(float[] out, int io, float[] in, int ix, float w, int tap, boolean back) {
        int kx = tap % g.kernel()[2];
        int ky = tap / g.kernel()[2] % g.kernel()[1];
        int kz = tap / (g.kernel()[2] * g.kernel()[1]);
        int step = g.stride()[2];
        int shift = kx * g.dilation()[2] - g.pad()[2];
        int first = shift >= 0 ? 0 : Math.ceilDiv(-shift, step);
        int end = Math.min(g.out()[2], Math.floorDiv(g.in()[2] - 1 - shift, step) + 1);
        for (int z = 0; z < g.out()[0]; z++) {
            int lz = z * g.stride()[0] + kz * g.dilation()[0] - g.pad()[0];
            if (lz < 0 || lz >= g.in()[0]) {
                continue;
            }
            for (int y = 0; y < g.out()[1]; y++) {
                int ly = y * g.stride()[1] + ky * g.dilation()[1] - g.pad()[1];
                if (ly < 0 || ly >= g.in()[1]) {
                    continue;
                }
                int small = (z * g.out()[1] + y) * g.out()[2];
                int large = (lz * g.in()[1] + ly) * g.in()[2] + shift;
                if (back) {
                    for (int i = first; i < end; i++) {
                        out[io + large + i * step] += w * in[ix + small + i];
                    }
                } else {
                    for (int i = first; i < end; i++) {
                        out[io + small + i] += w * in[ix + large + i * step];
                    }
                }
            }
        }
    }
}
