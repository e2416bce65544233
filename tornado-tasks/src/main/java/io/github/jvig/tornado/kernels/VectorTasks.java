package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Functions of vectors of 16 channels. Inlined into every kernel. */
final class VectorTasks {
    /** Channels per vector. */
    static final int WIDTH = 16;

    /** Below this argument the value of the normal distribution at this argument is used. */
    static final float FLOOR = -5.4f;
    /** Constants of the approximation of the normal distribution; see {@link #gelu}. */
    static final float C0 = -0.00589838158339262f;
    static final float C1 = -0.05693943798542023f;
    static final float C2 = 0.1594734638929367f;
    static final float C3 = 0.023263370618224144f;
    static final float C4 = 0.9267105460166931f;
    static final float C5 = 0.07082198560237885f;
    static final float C6 = -0.023408569395542145f;
    static final float C7 = 0.00021044998720753938f;
    static final float C8 = -6.244967920565614e-08f;

    private VectorTasks() {
    }

    /** The same value in all lanes. Device compilers optimize only the constructor with 16 values. */
    static Float16 all(float v) {
        return new Float16(v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v);
    }

    /**
     * A mask of all ones if an index is outside of {@code [0, size)}, otherwise zero. Addresses are computed with this mask instead of a
     * condition, because TornadoVM folds some conditions on neighboring indices incorrectly.
     */
    static int outside(int index, int size) {
        return (index | size - 1 - index) >> 31;
    }

    /** {@code a * b + c}, which the device fuses with the compiler flags that TornadoVM sets. */
    static Float16 multiplyAdd(Float16 a, Float16 b, Float16 c) {
        return Float16.add(Float16.mult(a, b), c);
    }

    /**
     * The lane-wise maximum. {@code Float16.max} creates an empty vector and sets its lanes, and if TornadoVM unrolls a loop around it, all
     * iterations share that vector. A vector that is created with its lanes is not shared.
     */
    static Float16 max(Float16 a, Float16 b) {
        return new Float16(Math.max(a.getS0(), b.getS0()), Math.max(a.getS1(), b.getS1()),
                Math.max(a.getS2(), b.getS2()), Math.max(a.getS3(), b.getS3()), Math.max(a.getS4(), b.getS4()),
                Math.max(a.getS5(), b.getS5()), Math.max(a.getS6(), b.getS6()), Math.max(a.getS7(), b.getS7()),
                Math.max(a.getS8(), b.getS8()), Math.max(a.getS9(), b.getS9()), Math.max(a.getS10(), b.getS10()),
                Math.max(a.getS11(), b.getS11()), Math.max(a.getS12(), b.getS12()), Math.max(a.getS13(), b.getS13()),
                Math.max(a.getS14(), b.getS14()), Math.max(a.getS15(), b.getS15()));
    }

    /** The lane-wise minimum; see {@link #max}. */
    static Float16 min(Float16 a, Float16 b) {
        return new Float16(Math.min(a.getS0(), b.getS0()), Math.min(a.getS1(), b.getS1()),
                Math.min(a.getS2(), b.getS2()), Math.min(a.getS3(), b.getS3()), Math.min(a.getS4(), b.getS4()),
                Math.min(a.getS5(), b.getS5()), Math.min(a.getS6(), b.getS6()), Math.min(a.getS7(), b.getS7()),
                Math.min(a.getS8(), b.getS8()), Math.min(a.getS9(), b.getS9()), Math.min(a.getS10(), b.getS10()),
                Math.min(a.getS11(), b.getS11()), Math.min(a.getS12(), b.getS12()), Math.min(a.getS13(), b.getS13()),
                Math.min(a.getS14(), b.getS14()), Math.min(a.getS15(), b.getS15()));
    }

    /**
     * Applies an epilogue with one of {@link Activations#ofVectors} to the sums of a vector of channels.
     *
     * @param epilogue as {@link Activations} encodes it
     * @param residual negative if there is none
     * @param at       index of the residual's vector
     */
    static Float16 finish(int epilogue, Float16 sum, VectorFloat16 vectors, int residual, int at) {
        Float16 y = sum;
        if (residual >= 0 && Activations.residualFirst(epilogue) == 1) {
            y = Float16.add(y, vectors.get(at));
        }
        y = activate(Activations.activation(epilogue), y);
        if (residual >= 0 && Activations.residualFirst(epilogue) == 0) {
            y = Float16.add(y, vectors.get(at));
        }
        return y;
    }

    /** Applies one of {@link Activations#ofVectors}. */
    static Float16 activate(int activation, Float16 x) {
        Float16 y = x;
        if (activation == Activations.RELU) {
            y = max(x, all(0f));
        } else if (activation == Activations.RELU6) {
            y = min(max(x, all(0f)), all(6f));
        } else if (activation == Activations.GELU) {
            y = gelu(x);
        }
        return y;
    }

    /**
     * {@code gelu(x) = relu(x) + n t(n)} with {@code n = max(-|x|, FLOOR)} and t the normal distribution, approximated by a
     * polynomial of eight multiply-adds and repeated squaring. It uses no division and no function of the device's library, so relaxed
     * arithmetic changes the result by rounding errors only: the error is below 2e-6 with and without fused multiply-adds.
     */
    private static Float16 gelu(Float16 x) {
        Float16 relu = max(x, all(0f));
        Float16 n = max(Float16.sub(x, Float16.add(relu, relu)), all(FLOOR));
        Float16 t = multiplyAdd(n, all(C0), all(C1));
        t = multiplyAdd(t, n, all(C2));
        t = multiplyAdd(t, t, all(C3));
        t = multiplyAdd(t, n, all(C4));
        t = multiplyAdd(t, t, all(C5));
        t = multiplyAdd(t, t, all(C6));
        t = multiplyAdd(t, t, all(C7));
        t = multiplyAdd(t, t, all(C8));
        return multiplyAdd(n, t, relu);
    }
}
