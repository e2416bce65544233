package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Vectors of sixteen channels, and what is applied to them. Inlined into every kernel. */
final class Lanes {
    /** Channels of a vector. */
    static final int WIDTH = 16;

    /** Below it the normal distribution is taken as it is here. */
    private static final float FLOOR = -5.4f;
    /** Constants of the steps towards the normal distribution; see {@link #gelu}. */
    private static final float C0 = -0.00589838158339262f;
    private static final float C1 = -0.05693943798542023f;
    private static final float C2 = 0.1594734638929367f;
    private static final float C3 = 0.023263370618224144f;
    private static final float C4 = 0.9267105460166931f;
    private static final float C5 = 0.07082198560237885f;
    private static final float C6 = -0.023408569395542145f;
    private static final float C7 = 0.00021044998720753938f;
    private static final float C8 = -6.244967920565614e-08f;

    private Lanes() {
    }

    /** One value in all lanes. The constructor with sixteen values is the one that device compilers see through. */
    static Float16 all(float v) {
        return new Float16(v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v);
    }

    /** {@code a * b + c}; with TornadoVM's flags the device fuses it. */
    static Float16 multiplyAdd(Float16 a, Float16 b, Float16 c) {
        return Float16.add(Float16.mult(a, b), c);
    }

    /** One of {@link Activations}. */
    static Float16 activate(int activation, Float16 x) {
        Float16 y = x;
        if (activation == Activations.RELU) {
            y = Float16.max(x, all(0f));
        } else if (activation == Activations.RELU6) {
            y = Float16.min(Float16.max(x, all(0f)), all(6f));
        } else if (activation == Activations.GELU) {
            y = gelu(x);
        }
        return y;
    }

    /**
     * {@code gelu(x) = relu(x) + n t(n)} with {@code n = max(-|x|, FLOOR)} and t the normal distribution, a polynomial by eight
     * multiply-adds that square again and again. Neither a division nor a function of the device's library is in it, so relaxed
     * arithmetic moves its result by roundings only: the error stays below 2e-6 with and without fused multiply-adds.
     */
    private static Float16 gelu(Float16 x) {
        Float16 relu = Float16.max(x, all(0f));
        Float16 n = Float16.max(Float16.sub(x, Float16.add(relu, relu)), all(FLOOR));
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
