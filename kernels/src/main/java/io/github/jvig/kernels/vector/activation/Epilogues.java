package io.github.jvig.kernels.vector.activation;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The epilogues of convolutions: a pass over a tile that has just been written and is still in the nearest cache. */
public final class Epilogues {
    /** Floats of a row of three vectors, for which there are loops that compute them side by side. */
    private static final int GROUP = 3 * LANES;

    private Epilogues() {
    }

    /**
     * Activation and residual, in place on {@code rows} rows of the output.
     *
     * @param residualOffset where the residual's rows start, if there is one
     * @param outOffset      where the rows start
     * @param step       floats from one row to the next
     * @param width      floats of a row, a whole number of vectors
     */
    public static void apply(Epilogue epilogue, float[] residual, int residualOffset, float[] out, int outOffset,
            int step,
            int rows, int width) {
        if (epilogue.residualFirst()) {
            add(residual, residualOffset, out, outOffset, step, rows, width);
        }
        activate(epilogue.activation(), out, outOffset, step, rows, width);
        if (epilogue.residual() && !epilogue.residualFirst()) {
            add(residual, residualOffset, out, outOffset, step, rows, width);
        }
    }

    /**
     * The activation alone. Results of GELU and SiLU depend on many others in a row, so groups of three vectors are computed side by side.
     *
     * <p>The method is too large for C2 to compile it into its callers, which is as it should be: loops of short functions were 5 % slower there.
     */
    public static void activate(Activation activation, float[] x, int offset, int step, int rows, int width) {
        if (step == width && rows > 1) {
            activate(activation, x, offset, step, 1, rows * width);
            return;
        }
        int grouped = width / GROUP * GROUP;
        switch (activation) {
            case NONE -> {
            }
            case RELU -> relu(x, offset, step, rows, width);
            case RELU6 -> relu6(x, offset, step, rows, width);
            case GELU -> {
                if (rows == 1) {
                    GeluLoops.vectors3(x, offset, GROUP, width / GROUP);
                } else {
                    for (int c = 0; c < grouped; c += GROUP) {
                        GeluLoops.vectors3(x, offset + c, step, rows);
                    }
                }
                if (width - grouped == 2 * LANES) {
                    GeluLoops.vectors2(x, offset + grouped, step, rows);
                } else if (width > grouped) {
                    GeluLoops.anyWidth(x, offset + grouped, step, rows, LANES);
                }
            }
            case SILU -> {
                if (rows == 1) {
                    ActivationLoops.silu3(x, offset, GROUP, width / GROUP);
                } else {
                    for (int c = 0; c < grouped; c += GROUP) {
                        ActivationLoops.silu3(x, offset + c, step, rows);
                    }
                }
                if (width - grouped == 2 * LANES) {
                    ActivationLoops.silu2(x, offset + grouped, step, rows);
                } else if (width > grouped) {
                    ActivationLoops.silu(x, offset + grouped, step, rows, LANES);
                }
            }
            // Not in groups, which are slower here: there is less to wait for.
            case HARD_SWISH -> {
                if (width == GROUP) {
                    ActivationLoops.hardSwish3(x, offset, step, rows);
                } else if (width == 2 * LANES) {
                    ActivationLoops.hardSwish2(x, offset, step, rows);
                } else {
                    ActivationLoops.hardSwish(x, offset, step, rows, width);
                }
            }
            case LEAKY_RELU -> ActivationLoops.leakyRelu(x, offset, step, rows, width);
            case GELU_TANH -> ActivationLoops.geluTanh(x, offset, step, rows, width);
            case SIGMOID -> ActivationLoops.sigmoid(x, offset, step, rows, width);
            case HARD_SIGMOID -> ActivationLoops.hardSigmoid(x, offset, step, rows, width);
            case ELU -> ActivationLoops.elu(x, offset, step, rows, width);
        }
    }

    /**
     * Sets the pad lanes of some pixels to zero.
     *
     * @param activation what was applied to them
     * @param offset     where the pixels start
     * @param map        their layout
     * @param width      floats of a pixel that were written, a whole number of vectors: those behind the channels hold zero, unless the
     *                   activation made something else of it, or an infinity or NaN met their zero weights, which shows in the first of them
     */
    public static void clearPadding(Activation activation, float[] x, int offset, MapLayout map, int pixels,
            int width) {
        int channels = map.channels();
        if (!activation.keepsZero() || width <= channels) {
            clear(x, offset, map.stride(), pixels, channels);
            return;
        }
        clear(x, offset, map.stride(), pixels, width);
        int first = offset + channels;
        int end = offset + pixels * map.stride();
        int found = 0;
        for (int i = first; i < end; i += map.stride()) {
            found |= Float.floatToRawIntBits(x[i]);
        }
        if (found << 1 != 0) {
            for (int i = first; i < end; i += map.stride()) {
                Arrays.fill(x, i, i + width - channels, 0f);
            }
        }
    }

    /** Sets the lanes of each row from {@code width} to {@code step} to zero. */
    public static void clear(float[] x, int offset, int step, int rows, int width) {
        if (width < step) {
            for (int r = 0; r < rows; r++) {
                Arrays.fill(x, offset + r * step + width, offset + (r + 1) * step, 0f);
            }
        }
    }

    /** By compare and blend, which keeps NaN and is two instructions where a float maximum is several. */
    private static void relu(float[] x, int offset, int step, int rows, int width) {
        for (int r = 0, row = offset; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(x, i);
            }
        }
    }

    private static void relu6(float[] x, int offset, int step, int rows, int width) {
        for (int r = 0, row = offset; r < rows; r++, row += step) {
            for (int i = row; i < row + width; i += LANES) {
                FloatVector v = FloatVector.fromArray(FLOATS, x, i);
                v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                v.blend(6f, v.compare(VectorOperators.GT, 6f)).intoArray(x, i);
            }
        }
    }

    private static void add(float[] from, int fromOffset, float[] to, int toOffset, int step, int rows, int width) {
        for (int r = 0; r < rows; r++) {
            int a = fromOffset + r * step;
            int b = toOffset + r * step;
            for (int i = 0; i < width; i += LANES) {
                FloatVector.fromArray(FLOATS, to, b + i).add(FloatVector.fromArray(FLOATS, from, a + i))
                        .intoArray(to, b + i);
            }
        }
    }
}
