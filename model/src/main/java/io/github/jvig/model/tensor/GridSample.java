package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/**
 * Samples planes or volumes at places that come at run time: ONNX's GridSample on {@code [n, c, h, w]} by {@code [n, oh, ow, 2]} places (x, y)
 * in -1 to 1, or on {@code [n, c, d, h, w]} by {@code [n, od, oh, ow, 3]} places (x, y, z). A cubic kernel has A = -0.75.
 */
public final class GridSample extends ItemFunction {
    /** What is between pixels. */
    public enum Mode {
        /** The nearest pixel, half to even. */
        NEAREST,
        /** Bilinear, or trilinear. */
        LINEAR,
        /** Bicubic; of planes alone. */
        CUBIC
    }

    /** What lies outside of the plane. */
    public enum Padding {
        /** Zeros. */
        ZEROS,
        /** The nearest pixel of the border. */
        BORDER,
        /** The plane or volume mirrored. */
        REFLECTION
    }

    private final Source x;
    private final Source grid;
    private final int channels;
    private final int sides;
    private final int depth;
    private final int height;
    private final int width;
    private final int places;
    private final Mode mode;
    private final Padding padding;
    private final boolean alignCorners;

    /**
     * Samples.
     *
     * @param inputs       layouts of the buffers
     * @param x            the planes
     * @param grid         the places
     * @param shape        n, c, h, w; or n, c, d, h, w
     * @param places       places of an image
     * @param mode         what is between pixels
     * @param padding      what lies outside
     * @param alignCorners whether -1 and 1 are the middles of the pixels at the border, else their outer sides
     * @throws IllegalArgumentException for another number of axes, and for volumes with a cubic kernel
     */
    public GridSample(List<MapLayout> inputs, Source x, Source grid, List<Integer> shape, int places, Mode mode,
            Padding padding, boolean alignCorners) {
        super("grid sample", inputs,
                TensorFunction.tensor(Math.multiplyExact(shape.get(0) * shape.get(1), places)),
                shape.get(0) * shape.get(1), 16L * shape.get(0) * shape.get(1) * places);
        this.x = x;
        this.grid = grid;
        this.channels = shape.get(1);
        this.sides = shape.size() - 2;
        if (sides < 2 || sides > 3 || sides == 3 && mode == Mode.CUBIC) {
            throw new IllegalArgumentException("no places of a tensor of shape " + shape + " with the mode " + mode);
        }
        this.depth = sides == 2 ? 1 : shape.get(2);
        this.height = shape.get(sides);
        this.width = shape.get(sides + 1);
        this.places = places;
        this.mode = mode;
        this.padding = padding;
        this.alignCorners = alignCorners;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] in = x.array(o);
        float[] place = grid.array(o);
        for (int plane = from; plane < to; plane++) {
            int start = x.start(o) + plane * depth * height * width;
            int at = grid.start(o) + plane / channels * places * sides;
            for (int p = 0; p < places; p++) {
                float px = pixel(place[at + sides * p], width);
                float py = pixel(place[at + sides * p + 1], height);
                o.out()[o.outOffset() + plane * places + p] = sides == 2
                        ? sample(in, start, px, py)
                        : between(in, start, px, py, pixel(place[at + 3 * p + 2], depth));
            }
        }
    }

    /** Between two planes of a volume, or at the nearest. */
    private float between(float[] in, int start, float px, float py, float pz) {
        if (mode == Mode.NEAREST) {
            return inPlane(in, start, px, py, (int) Math.rint(pz));
        }
        int z0 = (int) Math.floor(pz);
        float fz = pz - z0;
        return inPlane(in, start, px, py, z0) * (1 - fz) + inPlane(in, start, px, py, z0 + 1) * fz;
    }

    private float inPlane(float[] in, int start, float px, float py, int z) {
        if (padding == Padding.ZEROS && (z < 0 || z >= depth)) {
            return 0;
        }
        int inside = padding == Padding.REFLECTION ? (int) Math.rint(reflected(z, depth)) : z;
        return sample(in, start + Math.clamp(inside, 0, depth - 1) * height * width, px, py);
    }

    private float pixel(float place, int size) {
        float exact = alignCorners ? (place + 1) / 2 * (size - 1) : ((place + 1) * size - 1) / 2;
        // Before it is mirrored, as ONNX defines it: a place between two pixels may be nearest to another one behind the mirror.
        float at = mode == Mode.NEAREST ? (float) Math.rint(exact) : exact;
        return switch (padding) {
            case ZEROS -> at;
            // The cubic kernel's taps are moved to the border one by one: moving its middle would give other weights.
            case BORDER -> mode == Mode.CUBIC ? at : Math.clamp(at, 0, size - 1);
            case REFLECTION -> reflected(at, size);
        };
    }

    private float reflected(float at, int size) {
        float low = alignCorners ? 0 : -0.5f;
        float high = alignCorners ? size - 1 : size - 0.5f;
        float range = high - low;
        if (range == 0) {
            return 0;
        }
        float rest = Math.abs(at - low) % (2 * range);
        return low + (rest > range ? 2 * range - rest : rest);
    }

    private float sample(float[] in, int start, float px, float py) {
        switch (mode) {
            case NEAREST -> {
                return at(in, start, (int) Math.rint(py), (int) Math.rint(px));
            }
            case LINEAR -> {
                int x0 = (int) Math.floor(px);
                int y0 = (int) Math.floor(py);
                float fx = px - x0;
                float fy = py - y0;
                float top = at(in, start, y0, x0) * (1 - fx) + at(in, start, y0, x0 + 1) * fx;
                float bottom = at(in, start, y0 + 1, x0) * (1 - fx) + at(in, start, y0 + 1, x0 + 1) * fx;
                return top * (1 - fy) + bottom * fy;
            }
            default -> {
                int x0 = (int) Math.floor(px);
                int y0 = (int) Math.floor(py);
                double sum = 0;
                for (int j = -1; j <= 2; j++) {
                    double row = 0;
                    for (int i = -1; i <= 2; i++) {
                        row += at(in, start, y0 + j, x0 + i) * cubic(px - x0 - i);
                    }
                    sum += row * cubic(py - y0 - j);
                }
                return (float) sum;
            }
        }
    }

    private float at(float[] in, int start, int y, int x) {
        int row = y;
        int column = x;
        switch (padding) {
            case ZEROS -> {
                if (y < 0 || y >= height || x < 0 || x >= width) {
                    return 0;
                }
            }
            case BORDER -> {
                row = Math.clamp(y, 0, height - 1);
                column = Math.clamp(x, 0, width - 1);
            }
            case REFLECTION -> {
                row = Math.clamp((int) Math.rint(reflected(y, height)), 0, height - 1);
                column = Math.clamp((int) Math.rint(reflected(x, width)), 0, width - 1);
            }
        }
        return in[start + row * width + column];
    }

    /** Keys' kernel with A = -0.75. */
    private static double cubic(double distance) {
        double d = Math.abs(distance);
        double a = -0.75;
        return d <= 1
                ? ((a + 2) * d - (a + 3)) * d * d + 1
                : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }
}
