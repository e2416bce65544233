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

    /** Activation, then residual, in place on {@code length} floats of the output from {@code at}. */
    static void epilogue(Epilogue epilogue, Operands o, int at, int length) {
        float[] out = o.out();
        switch (epilogue.activation()) {
            case NONE -> {
            }
            case RELU -> {
                for (int i = at; i < at + length; i++) {
                    out[i] = Math.max(0f, out[i]);
                }
            }
            case RELU6 -> {
                for (int i = at; i < at + length; i++) {
                    out[i] = Math.min(6f, Math.max(0f, out[i]));
                }
            }
            case GELU -> {
                for (int i = at; i < at + length; i++) {
                    out[i] = (float) Erf.gelu(out[i]);
                }
            }
        }
        if (epilogue.residual()) {
            int shift = o.in2Offset() - o.outOffset();
            for (int i = at; i < at + length; i++) {
                out[i] += o.in2()[i + shift];
            }
        }
    }
}
