package io.github.jvig.model.nets;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.Node;
import java.util.List;

/**
 * A transposed convolution as a convolution whose channels become blocks of pixels, the sub-pixel convolution of Shi et al., arXiv 1609.07009.
 *
 * <p>Input pixel i and tap k meet in output {@code i * stride - padding + k}. Output {@code q * stride + r} so takes, along each side, taps
 * {@code k = r + padding - d * stride} from input pixels {@code q + d}: for each r a convolution of its own, whose window is the range of d.
 * All r have one window, that of all their d, with weights of zero where one has no tap. So a kernel of 2x2 with stride 2 is a linear layer
 * on each pixel, and one of 4x4 with stride 2 and padding 1 a window of 3x3 with four of its nine taps used.
 *
 * @param kernel        taps along a side
 * @param stride        pixels of the output for one of the input, along each side
 * @param padding       pixels of the output that are left out, on all sides
 * @param outputPadding pixels of the output that are added behind
 */
record TransposedConv(int kernel, int stride, int padding, int outputPadding) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a number is out of its range, or the output's size is not a multiple of the stride
     */
    TransposedConv {
        if (kernel < 1 || stride < 1 || padding < 0 || outputPadding < 0) {
            throw new IllegalArgumentException("no such transposed convolution: kernel " + kernel + ", stride " + stride
                    + ", padding " + padding + ", output padding " + outputPadding);
        }
        if ((kernel - 2 * padding + outputPadding) % stride != 0) {
            throw new IllegalArgumentException("a transposed convolution of kernel " + kernel + ", stride " + stride
                    + ", padding " + padding + " and output padding " + outputPadding
                    + " has no output of whole blocks of " + stride + "x" + stride);
        }
    }

    /** The least d, where r is 0 and k the last tap. */
    private int firstOffset() {
        return Math.ceilDiv(padding - kernel + 1, stride);
    }

    /** The greatest d, where r is {@code stride - 1} and k the first tap. */
    private int lastOffset() {
        return Math.floorDiv(padding + stride - 1, stride);
    }

    /** The tap for an output of rest {@code r} and the i-th input pixel of its window; outside of the kernel where there is none. */
    private int tap(int r, int i) {
        return r + padding - (firstOffset() + i) * stride;
    }

    private Window window() {
        // The output has so many more blocks than the input has pixels.
        int more = (kernel - 2 * padding + outputPadding) / stride - 1;
        Window.Axis axis = new Window.Axis(lastOffset() - firstOffset() + 1, 1, -firstOffset(), lastOffset() + more, 1);
        return new Window(axis, axis);
    }

    /**
     * The layer.
     *
     * @param weight {@code [in][out][kernel][kernel]}, C order
     * @param bias   one for each output channel
     */
    Node node(String name, Node x, int outChannels, float[] weight, double[] bias) {
        Window window = window();
        int side = window.rows().kernel();
        int blocks = stride * stride;
        float[] spread = new float[blocks * outChannels * x.channels() * side * side];
        double[] biases = new double[blocks * outChannels];
        int at = 0;
        for (int block = 0; block < blocks; block++) {
            for (int o = 0; o < outChannels; o++) {
                biases[block * outChannels + o] = bias[o];
                for (int i = 0; i < x.channels(); i++) {
                    for (int t = 0; t < side * side; t++) {
                        int ky = tap(block / stride, t / side);
                        int kx = tap(block % stride, t % side);
                        boolean inside = ky >= 0 && ky < kernel && kx >= 0 && kx < kernel;
                        spread[at++] = inside ? weight[((i * outChannels + o) * kernel + ky) * kernel + kx] : 0;
                    }
                }
            }
        }
        ConvOp conv = new ConvOp(x.channels(), blocks * outChannels, 1, window, spread,
                NodeBuilder.filled(blocks * outChannels, 1), biases, Epilogue.NONE);
        if (stride == 1) {
            return new Node(name, conv, List.of(x));
        }
        return new Node(name, new DepthToSpaceOp(stride, BlockOrder.ROWS_FIRST),
                List.of(new Node(name + ":blocks", conv, List.of(x))));
    }
}
