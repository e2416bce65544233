package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/** Pools regions of planes that come at run time: He et al., arXiv 1703.06870, as ONNX's RoiAlign. */
public final class RoiAlign extends ItemFunction {
    /** Along one side of a region. What is beyond is no box of a picture, and would take memory and time without end. */
    private static final int MOST_PLACES = 1 << 16;

    /** Channels that are summed side by side, and an item's. */
    private static final int BLOCK = 64;

    /**
     * How the planes lie.
     *
     * @param images   number of images
     * @param channels of each
     * @param height   rows
     * @param width    columns
     * @param image    floats from an image to the next
     * @param pixel    floats from a pixel to the next
     * @param channel  floats from a channel to the next; 1 where they lie side by side, which is several times as fast
     */
    public record Planes(int images, int channels, int height, int width, int image, int pixel, int channel) {}

    private final Source x;
    private final Source regions;
    private final Source images;
    private final Planes planes;
    private final int rows;
    private final int columns;
    private final int samples;
    private final float scale;
    private final boolean halfPixel;
    private final boolean max;
    private final int blocks;

    /**
     * Regions.
     *
     * @param inputs    layouts of the buffers
     * @param x         holds the planes
     * @param regions   x1, y1, x2, y2 of each
     * @param images    of each region the number of its image
     * @param planes    how they lie
     * @param count     number of regions
     * @param rows      rows of a result
     * @param columns   columns of a result
     * @param samples   places along each side of a cell; 0 for as many as there are pixels
     * @param scale     pixels of the planes for one of the regions
     * @param halfPixel whether places are shifted by half a pixel
     * @param max       whether the greatest of a cell is taken, else the mean
     */
    public RoiAlign(List<MapLayout> inputs, Source x, Source regions, Source images, Planes planes, int count,
            int rows, int columns, int samples, float scale, boolean halfPixel, boolean max) {
        super("align regions", inputs,
                TensorFunction.tensor(Math.multiplyExact(count * planes.channels, rows * columns)),
                count * Math.ceilDiv(planes.channels, BLOCK), 16L * count * planes.channels * rows * columns);
        this.x = x;
        this.regions = regions;
        this.images = images;
        this.planes = planes;
        this.rows = rows;
        this.columns = columns;
        this.samples = samples;
        this.scale = scale;
        this.halfPixel = halfPixel;
        this.max = max;
        blocks = Math.ceilDiv(planes.channels, BLOCK);
    }

    /** An item is a block of channels of a region. */
    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] box = regions.array(o);
        Cell cell = new Cell(x.array(o));
        Places across = new Places(planes.width);
        Places down = new Places(planes.height);
        int known = -1;
        for (int item = from; item < to; item++) {
            int region = item / blocks;
            if (region != known) {
                int at = regions.start(o) + 4 * region;
                across.set(box[at], box[at + 2], columns);
                down.set(box[at + 1], box[at + 3], rows);
                known = region;
            }
            int image = IndexedRead.position(images.array(o)[images.start(o) + region], planes.images);
            int first = item % blocks * BLOCK;
            int count = Math.min(BLOCK, planes.channels - first);
            int start = x.start(o) + image * planes.image + first * planes.channel;
            int out = o.outOffset() + (region * planes.channels + first) * rows * columns;
            for (int i = 0; i < rows * columns; i++) {
                cell.compute(start, count, across, i % columns, down, i / columns);
                for (int k = 0; k < count; k++) {
                    o.out()[out + k * rows * columns + i] = cell.result[k];
                }
            }
        }
    }

    /** One cell of a region, of a block of channels. */
    private final class Cell {
        private final float[] in;
        private final double[] sums = new double[BLOCK];
        private final float[] result = new float[BLOCK];

        private Cell(float[] in) {
            this.in = in;
        }

        private void compute(int start, int count, Places across, int column, Places down, int row) {
            Arrays.fill(sums, 0);
            Arrays.fill(result, max ? Float.NEGATIVE_INFINITY : 0);
            int nx = across.each;
            int ny = down.each;
            for (int j = row * ny; j < (row + 1) * ny; j++) {
                for (int i = column * nx; i < (column + 1) * nx; i++) {
                    if (down.inside[j] && across.inside[i]) {
                        float fy = down.part[j];
                        float fx = across.part[i];
                        int upper = start + down.low[j] * planes.width * planes.pixel;
                        int lower = start + down.high[j] * planes.width * planes.pixel;
                        int left = across.low[i] * planes.pixel;
                        int right = across.high[i] * planes.pixel;
                        place(count, upper + left, upper + right, lower + left, lower + right, (1 - fy) * (1 - fx),
                                (1 - fy) * fx, fy * (1 - fx), fy * fx);
                    } else if (max) {
                        greatest(count, 0);
                    }
                }
            }
            int all = Math.max(1, nx * ny);
            for (int k = 0; k < count; k++) {
                result[k] = max ? nx * ny == 0 ? 0 : result[k] : (float) (sums[k] / all);
            }
        }

        private void greatest(int count, float value) {
            for (int k = 0; k < count; k++) {
                result[k] = Math.max(result[k], value);
            }
        }

        /** Four pixels and their shares. */
        private void place(int count, int a, int b, int c, int d, float ofA, float ofB, float ofC, float ofD) {
            int step = planes.channel;
            if (max) {
                for (int k = 0; k < count; k++) {
                    int i = k * step;
                    result[k] = Math.max(result[k], Math.max(Math.max(ofA * in[a + i], ofB * in[b + i]),
                            Math.max(ofC * in[c + i], ofD * in[d + i])));
                }
                return;
            }
            if (step == 1) {
                // In one loop: the compiler makes vectors of it, as what is written is no array of floats, and none that is read.
                for (int k = 0; k < count; k++) {
                    sums[k] += ofA * in[a + k] + ofB * in[b + k] + ofC * in[c + k] + ofD * in[d + k];
                }
            } else {
                for (int k = 0; k < count; k++) {
                    int i = k * step;
                    sums[k] += ofA * in[a + i] + ofB * in[b + i] + ofC * in[c + i] + ofD * in[d + i];
                }
            }
        }
    }

    /** Along one side of a region, the places that are read: the same for all channels. How many there are may come with the region. */
    private final class Places {
        private final int size;
        /** Places of a cell. */
        private int each;
        private boolean[] inside = new boolean[0];
        private int[] low = new int[0];
        private int[] high = new int[0];
        /** The share of the pixel at {@link #high}. */
        private float[] part = new float[0];

        /** @param size of the planes along this side */
        private Places(int size) {
            this.size = size;
        }

        /** @throws IllegalArgumentException when a region is so large that places as many as its pixels are more than {@link #MOST_PLACES} */
        private void set(float first, float last, int cells) {
            float shift = halfPixel ? 0.5f : 0;
            float start = first * scale - shift;
            float length = last * scale - shift - start;
            if (!halfPixel) {
                length = Math.max(length, 1);
            }
            float cell = length / cells;
            each = samples > 0 ? samples : Math.max(0, (int) Math.ceil(cell));
            if ((long) each * cells > MOST_PLACES) {
                throw new IllegalArgumentException(
                        "a region to align is " + length + " pixels long, of a map of " + size
                                + "; at most " + MOST_PLACES + " places are read along a side");
            }
            if (low.length < each * cells) {
                inside = new boolean[each * cells];
                low = new int[each * cells];
                high = new int[each * cells];
                part = new float[each * cells];
            }
            float step = cell / each;
            for (int i = 0; i < each * cells; i++) {
                float place = start + i / each * cell + (i % each + 0.5f) * step;
                inside[i] = !(place < -1 || place > size);
                float clamped = Math.max(place, 0);
                low[i] = Math.min((int) clamped, size - 1);
                high[i] = Math.min(low[i] + 1, size - 1);
                part[i] = low[i] == size - 1 ? 0 : clamped - low[i];
            }
        }
    }
}
