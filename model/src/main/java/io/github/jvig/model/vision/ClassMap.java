package io.github.jvig.model.vision;

/**
 * The class of each pixel of an image: what a segmenter's logits say once they have the image's size. Immutable.
 */
public final class ClassMap {
    private final int width;
    private final int height;
    private final int classes;
    private final int[] indices;

    private ClassMap(int width, int height, int classes, int[] indices) {
        this.width = width;
        this.height = height;
        this.classes = classes;
        this.indices = indices;
    }

    /**
     * The class of the highest logit at each pixel. The logits are resized first, bilinearly with pixels as areas (PyTorch's
     * {@code interpolate} with {@code align_corners=False}).
     *
     * @param logits     {@code [classes][fromHeight][fromWidth]}
     * @param classes    at least 2
     * @param fromHeight rows of the logits
     * @param fromWidth  columns of the logits
     * @param height     of the result, in pixels
     * @param width      of the result, in pixels
     * @return of equal logits the class with the lowest number
     * @throws IllegalArgumentException when there are not so many logits
     */
    public static ClassMap of(float[] logits, int classes, int fromHeight, int fromWidth, int height, int width) {
        Preprocessing.checkSize(height, width);
        int cells = fromHeight * fromWidth;
        if (classes < 2 || logits.length != (long) classes * cells) {
            throw new IllegalArgumentException("a map of " + classes + "x" + fromHeight + "x" + fromWidth
                    + " logits has another number of them than " + logits.length);
        }
        int[] indices = new int[Math.multiplyExact(height, width)];
        float[] best = new float[width];
        for (int y = 0; y < height; y++) {
            float atY = at(y, height, fromHeight);
            int row0 = (int) atY * fromWidth;
            int row1 = Math.min((int) atY + 1, fromHeight - 1) * fromWidth;
            float partY = atY - (int) atY;
            for (int c = 0; c < classes; c++) {
                int plane = c * cells;
                for (int x = 0; x < width; x++) {
                    float atX = at(x, width, fromWidth);
                    int x0 = (int) atX;
                    int x1 = Math.min(x0 + 1, fromWidth - 1);
                    float partX = atX - x0;
                    float upper = logits[plane + row0 + x0] * (1 - partX) + logits[plane + row0 + x1] * partX;
                    float lower = logits[plane + row1 + x0] * (1 - partX) + logits[plane + row1 + x1] * partX;
                    float value = upper * (1 - partY) + lower * partY;
                    if (c == 0 || value > best[x]) {
                        best[x] = value;
                        indices[y * width + x] = c;
                    }
                }
            }
        }
        return new ClassMap(width, height, classes, indices);
    }

    /** Where the middle of an output pixel lies, in input pixels from the middle of the first. */
    private static float at(int i, int out, int in) {
        return Math.clamp((i + 0.5f) * in / out - 0.5f, 0, in - 1);
    }

    /**
     * From a net that has taken the maximum itself; each pixel gets the class of the nearest one.
     *
     * @param numbers    {@code [fromHeight][fromWidth]} numbers of classes, from 0
     * @param fromHeight rows of the numbers
     * @param fromWidth  columns of the numbers
     * @param height     of the result, in pixels
     * @param width      of the result, in pixels
     * @return the map, of as many classes as the highest number needs
     * @throws IllegalArgumentException when there are not so many numbers, or one is not a whole number from 0 to 65535
     */
    public static ClassMap ofClasses(float[] numbers, int fromHeight, int fromWidth, int height, int width) {
        Preprocessing.checkSize(height, width);
        if (numbers.length != (long) fromHeight * fromWidth) {
            throw new IllegalArgumentException("a map of " + fromHeight + "x" + fromWidth
                    + " classes has another number of them than " + numbers.length);
        }
        int most = 0;
        for (float number : numbers) {
            if (!(number >= 0 && number <= 0xffff) || number != (int) number) {
                throw new IllegalArgumentException("there is no class " + number);
            }
            most = Math.max(most, (int) number);
        }
        int[] indices = new int[Math.multiplyExact(height, width)];
        for (int y = 0; y < height; y++) {
            int row = (int) ((y + 0.5) * fromHeight / height) * fromWidth;
            for (int x = 0; x < width; x++) {
                indices[y * width + x] = (int) numbers[row + (int) ((x + 0.5) * fromWidth / width)];
            }
        }
        return new ClassMap(width, height, most + 1, indices);
    }

    /** {@return columns, in pixels} */
    public int width() {
        return width;
    }

    /** {@return rows, in pixels} */
    public int height() {
        return height;
    }

    /** {@return the number of classes} */
    public int classes() {
        return classes;
    }

    /**
     * The class of a pixel.
     *
     * @param x column, from 0
     * @param y row, from 0
     * @return its number, from 0
     */
    public int at(int x, int y) {
        return indices[y * width + x];
    }

    /** {@return the share of the pixels that each class has, by its number} */
    public double[] shares() {
        double[] shares = new double[classes];
        for (int index : indices) {
            shares[index]++;
        }
        for (int c = 0; c < classes; c++) {
            shares[c] /= indices.length;
        }
        return shares;
    }
}
