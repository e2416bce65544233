package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;

/** What {@link Elementwise} computes of each element of up to three operands. Immutable. */
public interface Pointwise {
    /** {@return the number of operands, 1 to 3} */
    int arity();

    /** {@return its name, for people} */
    String describe();

    /** {@return the function that it is, of those that are computed by vectors; null for none} */
    default ArrayMath.Function function() {
        return null;
    }

    /**
     * Computes some elements that lie side by side. Arrays of operands beyond {@link #arity()} are null.
     *
     * @param a   first operand
     * @param ia  its first element
     * @param b   second operand
     * @param ib  its first element
     * @param c   third operand
     * @param ic  its first element
     * @param out result
     * @param io  its first element
     * @param n   number of elements
     */
    void apply(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int n);

    /**
     * The second operand where the first is not zero, else the third.
     *
     * @return the operator
     */
    static Pointwise where() {
        return new Ternary("where") {
            @Override
            float of(float a, float b, float c) {
                return a != 0 ? b : c;
            }
        };
    }

    /**
     * The first operand times the second plus the third, as normalizations need it.
     *
     * @return the operator
     */
    static Pointwise scaleAndShift() {
        return new Ternary("scale and shift") {
            @Override
            float of(float a, float b, float c) {
                return a * b + c;
            }
        };
    }

    /**
     * The first operand between the second and the third; the third where they cross, as in ONNX. NaN stays.
     *
     * @return the operator
     */
    static Pointwise clip() {
        return new Ternary("clip") {
            @Override
            float of(float a, float b, float c) {
                return Math.min(c, Math.max(b, a));
            }
        };
    }

    /** An operator of three operands. */
    abstract class Ternary implements Pointwise {
        private final String name;

        Ternary(String name) {
            this.name = name;
        }

        abstract float of(float a, float b, float c);

        @Override
        public int arity() {
            return 3;
        }

        @Override
        public String describe() {
            return name;
        }

        @Override
        public void apply(float[] a, int ia, float[] b, int ib, float[] c, int ic, float[] out, int io, int n) {
            for (int i = 0; i < n; i++) {
                out[io + i] = of(a[ia + i], b[ib + i], c[ic + i]);
            }
        }
    }
}
