package io.github.jvig.model.tensor;

/**
 * What ONNX's QuantizeLinear and DequantizeLinear compute of each element: operands are the element, its scale and its zero point. Whole
 * numbers are held as floats.
 *
 * @param kind which of them
 * @param low  least whole number of the type; 0 where nothing is quantized
 * @param high greatest whole number of the type, at most 2^16 - 1; 0 where nothing is quantized
 */
public record Quantization(Kind kind, int low, int high) implements Pointwise {
    /** Adding this and taking it away again rounds a float of up to 2^22 to a whole number, half to even. */
    private static final float ROUND = 0x1.8p23f;

    /** Which operators. */
    public enum Kind {
        /** {@code clamp(round(x / scale) + zero, low, high)}, half to even. */
        QUANTIZE,
        /** {@code (x - zero) * scale}. */
        DEQUANTIZE,
        /** Both, one behind the other: the real number nearest to x that the type has. */
        BOTH
    }

    /**
     * Of a type.
     *
     * @param kind which operators
     * @param bits of the type, 8 or 16
     * @param sign whether it has negative numbers
     * @return what {@link Elementwise} takes
     */
    public static Quantization of(Kind kind, int bits, boolean sign) {
        int count = 1 << bits;
        return new Quantization(kind, sign ? -count / 2 : 0, (sign ? count / 2 : count) - 1);
    }

    @Override
    public int arity() {
        return 3;
    }

    @Override
    public String describe() {
        return switch (kind) {
            case QUANTIZE -> "quantize";
            case DEQUANTIZE -> "dequantize";
            case BOTH -> "quantize and dequantize";
        };
    }

    /** Bounds come before the rounding, which is the same since they are whole numbers, so that the rounding is of small ones. */
    @Override
    public void apply(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int n) {
        switch (kind) {
            case QUANTIZE -> {
                for (int i = 0; i < n; i++) {
                    float zero = c[ic + i];
                    float x = Math.max(low - zero, Math.min(high - zero, a[ia + i] / b[ib + i]));
                    out[io + i] = x + ROUND - ROUND + zero;
                }
            }
            case DEQUANTIZE -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = (a[ia + i] - c[ic + i]) * b[ib + i];
                }
            }
            case BOTH -> {
                for (int i = 0; i < n; i++) {
                    float zero = c[ic + i];
                    float scale = b[ib + i];
                    float x = Math.max(low - zero, Math.min(high - zero, a[ia + i] / scale));
                    out[io + i] = (x + ROUND - ROUND) * scale;
                }
            }
        }
    }
}
