package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Operands;

/** The loops over neighboring channels that the scalar kernels share. */
final class Elementwise {
    private Elementwise() {
    }

    /** {@code to[i] += factor * from[i]}. */
    static void addScaled(float factor, float[] from, int fromOffset, float[] to, int toOffset, int length) {
        for (int i = 0; i < length; i++) {
            to[toOffset + i] += factor * from[fromOffset + i];
        }
    }

    /** {@code to[i] += a[i] * b[i]}. */
    static void addProduct(float[] a, int aOffset, float[] b, int bOffset, float[] to, int toOffset, int length) {
        for (int i = 0; i < length; i++) {
            to[toOffset + i] += a[aOffset + i] * b[bOffset + i];
        }
    }

    /** Activation and residual, in place on the {@code channels} floats of a pixel of the output from {@code at}; pad lanes stay zero. */
    static void epilogue(Epilogue epilogue, Operands o, int at, int channels) {
        epilogue(epilogue, o, 1, at, channels);
    }

    /** The same with the residual as another input than the second. */
    static void epilogue(Epilogue epilogue, Operands o, int residual, int at, int channels) {
        if (epilogue.residual() && epilogue.residualFirst()) {
            addResidual(o, residual, at, channels);
        }
        ScalarActivation.apply(epilogue.activation(), o.out(), at, channels);
        if (epilogue.residual() && !epilogue.residualFirst()) {
            addResidual(o, residual, at, channels);
        }
    }

    private static void addResidual(Operands o, int residual, int at, int channels) {
        float[] from = o.input(residual);
        int shift = o.inputOffset(residual) - o.outOffset();
        for (int i = at; i < at + channels; i++) {
            o.out()[i] += from[i + shift];
        }
    }
}
