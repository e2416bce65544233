package io.github.jvig.kernels.vector.activation;

/**
 * The numbers of GELU: {@code gelu(x) = relu(x) + n t(n)} with {@code n = max(-|x|, MIN_INPUT)} and t the normal distribution, a polynomial
 * of degree 80 by eight multiply-adds: repeated squaring gives the steep flank, and what a step adds costs nothing. The maximum is taken
 * on the bits: negative floats are ordered as integers the other way round, and setting the sign makes every x one of them. NaN comes
 * out through relu(x).
 *
 * <p>The steps are {@code t = n C0 + C1}, then {@code t = t f + C} for the other constants in their order, f being n for C2 and C4 and t
 * itself for the rest. They are fitted together to the exact GELU: the maximum error of the whole is 3.9e-7, of which 1.8e-7 would be left
 * without rounding.
 */
public final class GeluConstants {
    public static final int SIGN = 0x80000000;
    /** Below it the normal distribution is taken as it is here. */
    public static final float MIN_INPUT = -5.4f;
    public static final float C0 = -0.00589838158339262f;
    public static final float C1 = -0.05693943798542023f;
    public static final float C2 = 0.1594734638929367f;
    public static final float C3 = 0.023263370618224144f;
    public static final float C4 = 0.9267105460166931f;
    public static final float C5 = 0.07082198560237885f;
    public static final float C6 = -0.023408569395542145f;
    public static final float C7 = 0.00021044998720753938f;
    public static final float C8 = -6.244967920565614e-08f;

    private GeluConstants() {
    }
}
