package io.github.jvig.model.tensor;

/**
 * A window that moves over up to three axes; fewer are the last ones, the others of size one.
 *
 * @param in       sizes of the input, three
 * @param out      sizes of the output, three
 * @param kernel   elements of the window along each axis
 * @param stride   steps of the window
 * @param dilation distances of the window's elements
 * @param pad      elements in front of the input
 */
public record Geometry(int[] in, int[] out, int[] kernel, int[] stride, int[] dilation, int[] pad) {
    int inputs() {
        return in[0] * in[1] * in[2];
    }

    int outputs() {
        return out[0] * out[1] * out[2];
    }

    int taps() {
        return kernel[0] * kernel[1] * kernel[2];
    }
}
