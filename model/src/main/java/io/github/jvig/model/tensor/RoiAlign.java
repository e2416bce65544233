package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Pools regions of planes that come at run time: He et al., arXiv 1703.06870, as ONNX's RoiAlign. */
public final class RoiAlign extends ItemFunction {
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
        for (int item = from; item < to; item++) {
            int region = item / channels;
            int at = regions.start(o) + 4 * region;
            int image = IndexedRead.position(images.array(o)[images.start(o) + region], shape[0]);
            int start = x.start(o) + (image * channels + item % channels) * plane;
            float shift = halfPixel ? 0.5f : 0;
            float left = box[at] * scale - shift;
            float top = box[at + 1] * scale - shift;
            float width = box[at + 2] * scale - shift - left;
            float height = box[at + 3] * scale - shift - top;
            if (!halfPixel) {
                width = Math.max(width, 1);
                height = Math.max(height, 1);
            }
            float cellWidth = width / columns;
            float cellHeight = height / rows;
            int nx = samples > 0 ? samples : (int) Math.ceil(cellWidth);
            int ny = samples > 0 ? samples : (int) Math.ceil(cellHeight);
            for (int i = 0; i < rows * columns; i++) {
                o.out()[o.outOffset() + item * rows * columns + i] = cell(in, start, left + i % columns * cellWidth,
                        top + i / columns * cellHeight, cellWidth / nx, cellHeight / ny, nx, ny);
            }
        }
    }

    private float cell(float[] in, int start, float left, float top, float stepX, float stepY, int nx, int ny) {
        double sum = 0;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < ny; j++) {
            for (int i = 0; i < nx; i++) {
                float px = left + (i + 0.5f) * stepX;
                float py = top + (j + 0.5f) * stepY;
                if (py < -1 || py > shape[2] || px < -1 || px > shape[3]) {
                    greatest = Math.max(greatest, 0);
                    continue;
                }
                float cy = Math.max(py, 0);
                float cx = Math.max(px, 0);
                int y0 = Math.min((int) cy, shape[2] - 1);
                int x0 = Math.min((int) cx, shape[3] - 1);
                int y1 = Math.min(y0 + 1, shape[2] - 1);
                int x1 = Math.min(x0 + 1, shape[3] - 1);
                float fy = y0 == shape[2] - 1 ? 0 : cy - y0;
                float fx = x0 == shape[3] - 1 ? 0 : cx - x0;
                float a = (1 - fy) * (1 - fx) * in[start + y0 * shape[3] + x0];
                float b = (1 - fy) * fx * in[start + y0 * shape[3] + x1];
                float c = fy * (1 - fx) * in[start + y1 * shape[3] + x0];
                float d = fy * fx * in[start + y1 * shape[3] + x1];
                sum += a + b + c + d;
                greatest = Math.max(greatest, max ? Math.max(Math.max(a, b), Math.max(c, d)) : 0);
            }
        }
        int count = Math.max(1, nx * ny);
        return max ? nx * ny == 0 ? 0 : greatest : (float) (sum / count);
    }
}
