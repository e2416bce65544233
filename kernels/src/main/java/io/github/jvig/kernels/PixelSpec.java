package io.github.jvig.kernels;

/**
 * An operation that works pixel by pixel: a pixel of the result depends on the pixels at the same place in its inputs, and on maps of one pixel.
 */
public interface PixelSpec extends Spec {
    @Override
    default int firstInputRow(int y) {
        return y;
    }

    @Override
    default int lastInputRow(int y) {
        return y;
    }
}
