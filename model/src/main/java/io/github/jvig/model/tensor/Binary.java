package io.github.jvig.model.tensor;

import java.util.Locale;

/** Operators of two operands. Truth values are 1 and 0; whole numbers are held as floats. */
public enum Binary implements Pointwise {
    /** Sum. */
    ADD((a, b) -> a + b),
    /** Difference. */
    SUB((a, b) -> a - b),
    /** Product. */
    MUL((a, b) -> a * b),
    /** Quotient of real numbers. */
    DIV((a, b) -> a / b),
    /** Quotient of whole numbers, toward zero; of the kind that a float's division by zero gives. */
    INTEGER_DIV((a, b) -> (float) ((double) a / b < 0 ? Math.ceil((double) a / b) : Math.floor((double) a / b))),
    /** Power. */
    POW((a, b) -> (float) Math.pow(a, b)),
    /** Power of a whole number, toward zero. */
    INTEGER_POW((a, b) -> (float) (double) (long) Math.pow(a, b)),
    /** Remainder of the first's sign, as C's fmod. */
    FMOD((a, b) -> a % b),
    /** Remainder of the second's sign, as Python's. */
    MOD((a, b) -> floorMod(a, b)),
    /** The lesser; NaN where one is. */
    MIN(Math::min),
    /** The greater; NaN where one is. */
    MAX(Math::max),
    /** Whether they are equal. */
    EQUAL((a, b) -> a == b ? 1 : 0),
    /** Whether the first is less. */
    LESS((a, b) -> a < b ? 1 : 0),
    /** Whether the first is not more. */
    LESS_OR_EQUAL((a, b) -> a <= b ? 1 : 0),
    /** Whether the first is more. */
    GREATER((a, b) -> a > b ? 1 : 0),
    /** Whether the first is not less. */
    GREATER_OR_EQUAL((a, b) -> a >= b ? 1 : 0),
    /** Whether both are true. */
    AND((a, b) -> a != 0 && b != 0 ? 1 : 0),
    /** Whether one is true. */
    OR((a, b) -> a != 0 || b != 0 ? 1 : 0),
    /** Whether just one is true. */
    XOR((a, b) -> a != 0 ^ b != 0 ? 1 : 0),
    /** Bits that both whole numbers have. */
    BITWISE_AND((a, b) -> (long) a & (long) b),
    /** Bits that one of two whole numbers has. */
    BITWISE_OR((a, b) -> (long) a | (long) b),
    /** Bits that just one of two whole numbers has. */
    BITWISE_XOR((a, b) -> (long) a ^ (long) b),
    /** The first where it is not negative, else the product of both: ONNX's PRelu. */
    PRELU((a, b) -> a < 0 ? a * b : a);

    /** Of one element. */
    @FunctionalInterface
    private interface Function {
        float of(float a, float b);
    }

    private final Function function;

    Binary(Function function) {
        this.function = function;
    }

    private static float floorMod(float a, float b) {
        float rest = a % b;
        if (rest == 0) {
            return Math.copySign(rest, b);
        }
        return rest < 0 != b < 0 ? rest + b : rest;
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public String describe() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The arithmetic of every net has loops of its own, which the compiler makes vectors of. */
    @Override
    public void apply(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int n) {
        switch (this) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = a[ia + i] + b[ib + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = a[ia + i] - b[ib + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = a[ia + i] * b[ib + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = a[ia + i] / b[ib + i];
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = Math.min(a[ia + i], b[ib + i]);
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = Math.max(a[ia + i], b[ib + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[io + i] = function.of(a[ia + i], b[ib + i]);
                }
            }
        }
    }
}
