package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Copies of a map's rows with the window's padding around them and no pad lanes between the pixels. So no window meets a border, and the
 * pixels of one row of a window, if they are not dilated, are one run of floats.
 */
record PaddedRows(MapLayout in, Window window, int width) {
    /** @param outWidth outputs of a row */
    static PaddedRows of(MapLayout in, Window window, int outWidth) {
        Window.Axis across = window.columns();
        return new PaddedRows(in, window, (outWidth - 1) * across.stride() + across.extent());
    }

    /** Floats from one row to the next. */
    int rowStride() {
        return width * in.channels();
    }

    /** Rows for some rows of outputs. */
    private int rows(int outRows) {
        return (outRows - 1) * window.rows().stride() + window.rows().extent();
    }

    /** Floats that the copies for some rows of outputs need; the last vectors of a copy may reach beyond the last pixel. */
    int length(int outRows) {
        return rows(outRows) * rowStride() + LANES;
    }

    /**
     * Copies what some rows of outputs see, or the pixels at the sides of that.
     *
     * @param first first row of outputs, whose window's first row is copied to {@code to}
     * @param end   one past the last
     * @param left  pixels of each row that are copied at its start; {@link #width} for all
     * @param right the pixel from which on they are copied again; not below {@code left}, and not below the width if the map has pad lanes
     */
    void copy(float[] from, int fromOffset, float[] to, int toOffset, int first, int end, int left, int right) {
        Window.Axis down = window.rows();
        int top = down.start(first);
        for (int r = 0; r < rows(end - first); r++) {
            // Of windows further apart than they are high, the rows between are never read.
            if (r % down.stride() < down.extent()) {
                copyRow(from, fromOffset, to, toOffset + r * rowStride(), top + r, 0, left);
                copyRow(from, fromOffset, to, toOffset + r * rowStride(), top + r, right, width);
            }
        }
    }

    /** Copies some pixels of a row. In ascending order, since each copied pixel may spoil the start of what follows. */
    private void copyRow(float[] from, int fromOffset, float[] to, int toOffset, int y, int begin, int limit) {
        if (begin >= limit) {
            return;
        }
        int channels = in.channels();
        int left = window.columns().start(0);
        int first = Math.clamp(-left, begin, limit);
        int end = y < 0 || y >= in.height() ? first : Math.clamp(in.width() - left, first, limit);
        Arrays.fill(to, toOffset + begin * channels, toOffset + first * channels, 0f);
        if (first < end) {
            copyPixels(from, fromOffset + (y * in.width() + left + first) * in.stride(), in.stride(), to,
                    toOffset + first * channels, channels, end - first);
        }
        Arrays.fill(to, toOffset + end * channels, toOffset + limit * channels, 0f);
    }

    private static void copyPixels(float[] from, int fromOffset, int fromStride, float[] to, int toOffset, int channels,
            int pixels) {
        if (fromStride == channels) {
            System.arraycopy(from, fromOffset, to, toOffset, pixels * channels);
            return;
        }
        for (int v = lastVector(channels); v >= 0; v -= LANES) {
            copyVectors(from, fromOffset + v, fromStride, to, toOffset + v, channels, pixels);
        }
    }

    /** First float of the last vector that is copied of {@code length} floats. */
    static int lastVector(int length) {
        return (length - 1) / LANES * LANES;
    }

    /**
     * Copies vectors that are equally far apart, in ascending order.
     *
     * <p>Floats are copied by whole vectors, equally far apart: what the last vector of a run of them copies beyond its end spoils the start
     * of what follows. So the first vector of each run is copied last. If a run is shorter than a vector, that is its only one, and the ascending
     * order does it.
     */
    static void copyVectors(float[] from, int fromOffset, int fromStride, float[] to, int toOffset, int toStride,
            int count) {
        int a = fromOffset;
        int b = toOffset;
        for (int i = 0; i < count; i++) {
            FloatVector.fromArray(FLOATS, from, a).intoArray(to, b);
            a += fromStride;
            b += toStride;
        }
    }
}
