package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;

/** What {@link Rows} makes of the elements along some axes. Immutable. */
public interface RowOperator {
    /** Floats that a row's result has behind it: up to a whole number of vectors, and a vector. */
    int SPARE = 2 * ArrayMath.STEP;

    /** {@return its name, for people} */
    String describe();

    /**
     * How many elements a row gives.
     *
     * @param n elements of a row
     * @return elements of the result
     */
    default int results(int n) {
        return n;
    }

    /**
     * Computes a row.
     *
     * @param s   holds the row and takes the result; {@link #SPARE} floats behind it may be overwritten
     * @param in  first element of the row
     * @param n   elements of the row
     * @param out first element of the result; apart from the row
     */
    void apply(float[] s, int in, int n, int out);

    /**
     * Computes a row with the loops of a provider's kernels, where there are any for it.
     *
     * @param math functions of many numbers
     * @param s    as in {@link #apply(float[], int, int, int)}
     * @param in   first element of the row
     * @param n    elements of the row
     * @param out  first element of the result; apart from the row
     */
    default void apply(ArrayMath math, float[] s, int in, int n, int out) {
        apply(s, in, n, out);
    }

    /** {@return whether it is the softmax of each row, which is computed of many rows at a time where those lie side by side} */
    default boolean isSoftmax() {
        return false;
    }

    /**
     * exp(x - max) by its sum; zero where that is below {@link Float#MIN_NORMAL}.
     *
     * @param zeros whether a row of negative infinity gives zeros; else it gives NaN
     * @return the operator
     */
    static RowOperator softmax(boolean zeros) {
        return new SoftmaxRow(zeros);
    }

    /** {@return the logarithm of the softmax} */
    static RowOperator logSoftmax() {
        return of("log softmax", (s, in, n, out) -> {
            float max = max(s, in, n);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.exp(s[in + i] - max);
            }
            double log = Math.log(sum) + max;
            for (int i = 0; i < n; i++) {
                s[out + i] = (float) (s[in + i] - log);
            }
        });
    }

    /** {@return 1 at the first of the greatest, else 0} */
    static RowOperator hardmax() {
        return of("hardmax", (s, in, n, out) -> {
            java.util.Arrays.fill(s, out, out + n, 0f);
            s[out + extreme(s, in, n, true, false)] = 1;
        });
    }

    /**
     * Minus the mean, by the root of the variance and epsilon.
     *
     * @param epsilon added to the variance
     * @return the operator
     */
    static RowOperator standardize(float epsilon) {
        return summing("standardize", (math, s, in, n, out) -> {
            double mean = math.sum(s, in, n, s, out + n) / n;
            // The squares are of distances from a float near the mean, which is made up for.
            float near = (float) mean;
            double squares = math.squares(s, in, n, near, s, out + n) / n - (mean - near) * (mean - near);
            double scale = 1 / Math.sqrt(squares + epsilon);
            float by = (float) scale;
            float shift = (float) ((near - mean) * scale);
            for (int i = 0; i < n; i++) {
                s[out + i] = (s[in + i] - near) * by + shift;
            }
        });
    }

    /**
     * By the root of the mean square and epsilon.
     *
     * @param epsilon added to the mean square
     * @return the operator
     */
    static RowOperator rootMeanSquare(float epsilon) {
        return summing("by its root mean square", (math, s, in, n, out) -> {
            float scale = (float) (1 / Math.sqrt(math.squares(s, in, n, 0, s, out + n) / n + epsilon));
            for (int i = 0; i < n; i++) {
                s[out + i] = s[in + i] * scale;
            }
        });
    }

    /**
     * By the norm; zeros stay.
     *
     * @param p 1 or 2
     * @return the operator
     */
    static RowOperator norm(int p) {
        return of("by its L" + p + " norm", (s, in, n, out) -> {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += p == 1 ? Math.abs(s[in + i]) : (double) s[in + i] * s[in + i];
            }
            double norm = p == 1 ? sum : Math.sqrt(sum);
            for (int i = 0; i < n; i++) {
                s[out + i] = norm == 0 ? 0 : (float) (s[in + i] / norm);
            }
        });
    }

    /**
     * Running sums or products.
     *
     * @param product   whether of products
     * @param exclusive without the element itself
     * @param reverse   from the end
     * @return the operator
     */
    static RowOperator cumulative(boolean product, boolean exclusive, boolean reverse) {
        return of(product ? "running products" : "running sums", (s, in, n, out) -> {
            double total = product ? 1 : 0;
            for (int k = 0; k < n; k++) {
                int i = reverse ? n - 1 - k : k;
                double next = product ? total * s[in + i] : total + s[in + i];
                s[out + i] = (float) (exclusive ? total : next);
                total = next;
            }
        });
    }

    /**
     * The index of the greatest or least.
     *
     * @param greatest whether of the greatest
     * @param last     whether of the last of equals
     * @return the operator
     */
    static RowOperator index(boolean greatest, boolean last) {
        return new Named(greatest ? "argmax" : "argmin",
                (s, in, n, out) -> s[out] = extreme(s, in, n, greatest, last)) {
            @Override
            public int results(int n) {
                return 1;
            }
        };
    }

    /**
     * The greatest or least k values in order, then their indices. Of equals the first comes first.
     *
     * @param k       number of values
     * @param largest whether the greatest
     * @return the operator, with 2 k results
     */
    static RowOperator top(int k, boolean largest) {
        return new Named("top " + k, (s, in, n, out) -> {
            int have = 0;
            for (int i = 0; i < n; i++) {
                float value = s[in + i];
                if (have == k && !before(value, s[out + k - 1], largest)) {
                    continue;
                }
                int at = have == k ? k - 1 : have++;
                for (; at > 0 && before(value, s[out + at - 1], largest); at--) {
                    s[out + at] = s[out + at - 1];
                    s[out + k + at] = s[out + k + at - 1];
                }
                s[out + at] = value;
                s[out + k + at] = i;
            }
        }) {
            @Override
            public int results(int n) {
                return 2 * k;
            }
        };
    }

    private static boolean before(float a, float b, boolean largest) {
        return largest ? a > b : a < b;
    }

    private static float max(float[] s, int in, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, s[in + i]);
        }
        return max;
    }

    private static int extreme(float[] s, int in, int n, boolean greatest, boolean last) {
        int best = 0;
        for (int i = 1; i < n; i++) {
            float value = s[in + i];
            float record = s[in + best];
            if (greatest ? value > record : value < record) {
                best = i;
            } else if (last && value == record) {
                best = i;
            }
        }
        return best;
    }

    private static RowOperator summing(String name, SummingLoop loop) {
        return new Named(name, (s, in, n, out) -> loop.apply(ArrayMath.scalar(), s, in, n, out)) {
            @Override
            public void apply(ArrayMath math, float[] s, int in, int n, int out) {
                loop.apply(math, s, in, n, out);
            }
        };
    }

    private static RowOperator of(String name, Loop loop) {
        return new Named(name, loop);
    }

    /** A row's loop. */
    @FunctionalInterface
    interface Loop {
        /**
         * As {@link RowOperator#apply}.
         *
         * @param s   holds the row and takes the result
         * @param in  first element of the row
         * @param n   elements of the row
         * @param out first element of the result
         */
        void apply(float[] s, int in, int n, int out);
    }

    /** A row's loop that adds by a provider's loops. */
    @FunctionalInterface
    interface SummingLoop {
        /**
         * As {@link RowOperator#apply(ArrayMath, float[], int, int, int)}.
         *
         * @param math functions of many numbers
         * @param s    holds the row and takes the result
         * @param in   first element of the row
         * @param n    elements of the row
         * @param out  first element of the result
         */
        void apply(ArrayMath math, float[] s, int in, int n, int out);
    }

    /** A loop with a name. */
    class Named implements RowOperator {
        private final String name;
        private final Loop loop;

        Named(String name, Loop loop) {
            this.name = name;
            this.loop = loop;
        }

        @Override
        public String describe() {
            return name;
        }

        @Override
        public void apply(float[] s, int in, int n, int out) {
            loop.apply(s, in, n, out);
        }
    }
}
