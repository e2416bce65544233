package io.github.jvig.model.image;

import java.util.Arrays;

/** A component of a JPEG's frame: its sampling, its samples and, in a progressive file, its coefficients. */
final class JpegComponent {
    final int id;
    /** Sampling factors: how many blocks an MCU has of this component. */
    final int across;
    final int down;
    final int quantTable;
    /** Samples that count. */
    int width;
    int height;
    /** Blocks that count, and blocks there is room for: whole MCUs. */
    int blocksWide;
    int blocksHigh;
    int blocksPerRow;
    int blockRows;
    /** {@code [y * stride + x]}, allocated when needed. */
    byte[] samples;
    int stride;
    /** 64 for each block, in natural order; null where blocks are transformed at once. */
    short[] coefficients;
    /** 64 factors in natural order; taken when the component's first scan begins. */
    int[] quantization;
    int dcPrediction;
    /** In a progressive file, by coefficient: how many of its lowest bits have not been sent; 16 before the first scan. */
    final int[] missingBits = new int[64];

    JpegComponent(int id, int across, int down, int quantTable) {
        this.id = id;
        this.across = across;
        this.down = down;
        this.quantTable = quantTable;
        Arrays.fill(missingBits, 16);
    }

    void size(int imageWidth, int imageHeight, int maxAcross, int maxDown) {
        width = (imageWidth * across + maxAcross - 1) / maxAcross;
        height = (imageHeight * down + maxDown - 1) / maxDown;
        blocksWide = (width + 7) / 8;
        blocksHigh = (height + 7) / 8;
        blocksPerRow = (imageWidth + 8 * maxAcross - 1) / (8 * maxAcross) * across;
        blockRows = (imageHeight + 8 * maxDown - 1) / (8 * maxDown) * down;
        stride = 8 * blocksPerRow;
    }

    void allocate(boolean progressive) {
        int length = Math.toIntExact(64L * blocksPerRow * blockRows);
        if (progressive) {
            coefficients = new short[length];
        } else {
            samples = new byte[length];
        }
    }

    /** Makes samples of the coefficients, which are dropped. */
    void transform() {
        samples = new byte[coefficients.length];
        short[] block = new short[64];
        JpegIdct idct = new JpegIdct();
        for (int row = 0; row < blockRows; row++) {
            for (int column = 0; column < blocksPerRow; column++) {
                System.arraycopy(coefficients, 64 * (row * blocksPerRow + column), block, 0, 64);
                idct.transform(block, quantization, samples, 8 * (row * stride + column), stride);
            }
        }
        coefficients = null;
    }

    /**
     * A row of the image at full size, by libjpeg-turbo's "fancy" upsampling: a triangle filter where a side is halved (for halved width only
     * from three samples on), repetition for other factors.
     *
     * @param y     row of the image
     * @param scale how many columns and rows of the image a sample stands for
     * @param out   room for {@code width * scaleX} samples
     * @return {@code out}, or the component's samples themselves when none is missing; the row begins at {@link #rowOffset}
     */
    byte[] row(int y, int scaleX, int scaleY, byte[] out) {
        if (scaleX == 1 && scaleY == 1) {
            return samples;
        }
        boolean wide = width > 2;
        int row = y / scaleY * stride;
        if (scaleX == 2 && scaleY == 2 && wide) {
            upsampleBoth(row, neighbor(y), out);
        } else if (scaleX == 2 && scaleY == 1 && wide) {
            upsampleAcross(row, out);
        } else if (scaleX == 1 && scaleY == 2) {
            int other = neighbor(y);
            int bias = 1 + (y & 1);
            for (int x = 0; x < width; x++) {
                out[x] = (byte) (3 * (samples[row + x] & 0xff) + (samples[other + x] & 0xff) + bias >> 2);
            }
        } else {
            for (int x = 0, to = 0; x < width; x++, to += scaleX) {
                Arrays.fill(out, to, to + scaleX, samples[row + x]);
            }
        }
        return out;
    }

    int rowOffset(int y, byte[] row) {
        return row == samples ? y * stride : 0;
    }

    /** Offset of the row of samples that is second nearest to a row of twice as many; at a border, of the border's row. */
    private int neighbor(int y) {
        int row = (y >> 1) + ((y & 1) == 0 ? -1 : 1);
        return Math.clamp(row, 0, height - 1) * stride;
    }

    private void upsampleAcross(int row, byte[] out) {
        int last = samples[row] & 0xff;
        int here = last;
        for (int x = 0; x < width; x++) {
            int next = x + 1 < width ? samples[row + x + 1] & 0xff : here;
            out[2 * x] = (byte) (3 * here + last + 1 >> 2);
            out[2 * x + 1] = (byte) (3 * here + next + 2 >> 2);
            last = here;
            here = next;
        }
    }

    private void upsampleBoth(int row, int other, byte[] out) {
        int here = 3 * (samples[row] & 0xff) + (samples[other] & 0xff);
        int last = here;
        int end = width - 1;
        for (int x = 0; x < end; x++) {
            int next = 3 * (samples[row + x + 1] & 0xff) + (samples[other + x + 1] & 0xff);
            out[2 * x] = (byte) (3 * here + last + 8 >> 4);
            out[2 * x + 1] = (byte) (3 * here + next + 7 >> 4);
            last = here;
            here = next;
        }
        out[2 * end] = (byte) (3 * here + last + 8 >> 4);
        out[2 * end + 1] = (byte) (4 * here + 7 >> 4);
    }
}
