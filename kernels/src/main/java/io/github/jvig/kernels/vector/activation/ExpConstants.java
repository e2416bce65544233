package io.github.jvig.kernels.vector.activation;

/**
 * The numbers of exponentials. {@code exp(x) = 2^k exp(r)} with k the integer nearest to {@code x / ln 2} and {@code |r| <= ln(2) / 2}: the
 * reduction of Cody and Waite, "Software Manual for the Elementary Functions", 1980. {@code exp(r) = 1 + r + r^2 q(r)} with q fitted for the
 * minimal relative error.
 */
public final class ExpConstants {
    public static final float LOG2_E = 1.442695f;
    public static final float LN2 = (float) Math.log(2);
    /** 1.5 * 2^23: a sum with it is rounded to an integer, which is then in its lowest bits. */
    public static final float ROUNDING = 0x1.8p23f;
    public static final int MANTISSA_BITS = 23;
    public static final int EXPONENT_OF_ONE = 127;
    public static final float Q0 = 0.49999994f;
    public static final float Q1 = 0.16666521f;
    public static final float Q2 = 0.04166839f;
    public static final float Q3 = 0.0083687166f;
    public static final float Q4 = 0.0013814599f;

    private ExpConstants() {
    }
}
