package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Pools regions of planes that come at run time: He et al., arXiv 1703.06870, as ONNX's RoiAlign. */
public final class RoiAlign extends ItemFunction {
    /** Along one side of a region. What is beyond is no box of a picture, and would take memory and time without end. */
    private static final int MOST_PLACES = 1 << 16;

    private final Source x;
    private final Source regions;
    private final Source images;
    private final int[] shape;
    private final int rows;
    private final int columns;
    private final int samples;
    private final float scale;
    private final boolean halfPixel;
    private final boolean max;

    /**
     * Regions.
     *
     * @param inputs    layouts of the buffers
     * @param x         planes {@code [n, c, h, w]}
     * @param regions   x1, y1, x2, y2 of each
     * @param images    of each region the number of its image
     * @param shape     n, c, h, w
     * @param count     number of regions
     * @param rows      rows of a result
     * @param columns   columns of a result
     * @param samples   places along each side of a cell; 0 for as many as there are pixels
     * @param scale     pixels of the planes for one of the regions
     * @param halfPixel whether places are shifted by half a pixel
     * @param max       whether the greatest of a cell is taken, else the mean
     */
    public RoiAlign(List<MapLayout> inputs, Source x, Source regions, Source images, List<Integer> shape, int count,
            int rows, int columns, int samples, float scale, boolean halfPixel, boolean max) {
        super("align regions", inputs,
                TensorFunction.tensor(Math.multiplyExact(count * shape.get(1), rows * columns)), count * shape.get(1),
                64L * count * shape.get(1) * rows * columns);
        this.x = x;
        this.regions = regions;
        this.images = images;
        this.shape = shape.stream().mapToInt(i -> i).toArray();
        this.rows = rows;
        this.columns = columns;
        this.samples = samples;
        this.scale = scale;
        this.halfPixel = halfPixel;
        this.max = max;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] box = regions.array(o);
        float[] in = x.array(o);
        int channels = shape[1];
        int plane = shape[2] * shape[3];
        Places across = new Places(shape[3]);
        Places down = new Places(shape[2]);
        int known = -1;
        for (int item = from; item < to; item++) {
            int region = item / channels;
            if (region != known) {
                int at = regions.start(o) + 4 * region;
                across.set(box[at], box[at + 2], columns);
                down.set(box[at + 1], box[at + 3], rows);
                known = region;
            }
            int image = IndexedRead.position(images.array(o)[images.start(o) + region], shape[0]);
            int start = x.start(o) + (image * channels + item % channels) * plane;
            for (int i = 0; i < rows * columns; i++) {
                o.out()[o.outOffset() + item * rows * columns + i] = cell(in, start, across, i % columns, down,
                        i / columns);
            }
        }
    }

    private float cell(float[] in, int start, Places across, int column, Places down, int row) {
        double sum = 0;
        float greatest = Float.NEGATIVE_INFINITY;
        int nx = across.each;
        int ny = down.each;
        for (int j = row * ny; j < (row + 1) * ny; j++) {
            for (int i = column * nx; i < (column + 1) * nx; i++) {
                if (!down.inside[j] || !across.inside[i]) {
                    greatest = Math.max(greatest, 0);
                    continue;
                }
                float fy = down.part[j];
                float fx = across.part[i];
                int upper = start + down.low[j] * shape[3];
                int lower = start + down.high[j] * shape[3];
                float a = (1 - fy) * (1 - fx) * in[upper + across.low[i]];
                float b = (1 - fy) * fx * in[upper + across.high[i]];
                float c = fy * (1 - fx) * in[lower + across.low[i]];
                float d = fy * fx * in[lower + across.high[i]];
                sum += a + b + c + d;
                greatest = Math.max(greatest, max ? Math.max(Math.max(a, b), Math.max(c, d)) : 0);
            }
        }
        int count = Math.max(1, nx * ny);
        return max ? nx * ny == 0 ? 0 : greatest : (float) (sum / count);
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
