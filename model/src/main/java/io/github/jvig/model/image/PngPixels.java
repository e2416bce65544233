package io.github.jvig.model.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The pixels of a PNG: inflated, unfiltered, put together of the passes of an interlaced one, and made RGB. */
final class PngPixels {
    private static final int[] FIRST_X = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] FIRST_Y = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] STEP_X = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] STEP_Y = {8, 8, 8, 4, 4, 2, 2};

    private final int width;
    private final int height;
    private final int bits;
    private final int color;
    private final boolean interlaced;
    private final int channels;

    PngPixels(int width, int height, int bits, int color, boolean interlaced) {
        this.width = width;
        this.height = height;
        this.bits = bits;
        this.color = color;
        this.interlaced = interlaced;
        channels = switch (color) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** How many bytes the data must at least inflate to. */
    long rawBytes() {
        return (long) width * channels * bits / 8 * height;
    }

    /** @throws IllegalArgumentException or {@link DataFormatException} when the data are damaged */
    RgbImage decode(byte[] packed, byte[] palette) throws DataFormatException {
        if (color == 3 && (palette == null || palette.length < 3)) {
            throw new IllegalArgumentException("the palette is missing");
        }
        byte[] rgb = RgbImage.allocate(width, height);
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            int[] colors = color == 3 ? colors(palette) : null;
            for (int pass = 0; pass < (interlaced ? 7 : 1); pass++) {
                pass(inflater, pass, colors, rgb);
            }
            // The checksum is behind the last row. It counts where it is there; no pixel is missing without it.
            byte[] rest = new byte[64];
            boolean more = true;
            while (more && !inflater.finished()) {
                more = inflater.inflate(rest) > 0 || !inflater.needsInput() && !inflater.needsDictionary();
            }
        } finally {
            inflater.end();
        }
        return new RgbImage(width, height, rgb);
    }

    private static int[] colors(byte[] palette) {
        int[] colors = new int[256];
        for (int i = 0; i < colors.length && 3 * i + 2 < palette.length; i++) {
            colors[i] = (palette[3 * i] & 0xff) << 16 | (palette[3 * i + 1] & 0xff) << 8 | palette[3 * i + 2] & 0xff;
        }
        return colors;
    }

    private void pass(Inflater inflater, int pass, int[] colors, byte[] rgb) throws DataFormatException {
        int x = interlaced ? FIRST_X[pass] : 0;
        int stepX = interlaced ? STEP_X[pass] : 1;
        int stepY = interlaced ? STEP_Y[pass] : 1;
        int columns = (width - x + stepX - 1) / stepX;
        if (columns <= 0) {
            return;
        }
        int rowBytes = Math.toIntExact(((long) columns * channels * bits + 7) / 8);
        int pixelBytes = Math.max(1, channels * bits / 8);
        byte[] filter = new byte[1];
        byte[] row = new byte[rowBytes];
        byte[] above = new byte[rowBytes];
        for (int y = interlaced ? FIRST_Y[pass] : 0; y < height; y += stepY) {
            inflate(inflater, filter);
            inflate(inflater, row);
            unfilter(filter[0], row, above, pixelBytes);
            put(row, columns, colors, rgb, 3 * (y * width + x), 3 * stepX);
            byte[] next = above;
            above = row;
            row = next;
        }
    }

    private static void inflate(Inflater inflater, byte[] into) throws DataFormatException {
        for (int at = 0; at < into.length;) {
            int n = inflater.inflate(into, at, into.length - at);
            if (n == 0) {
                throw new IllegalArgumentException("the data end too early");
            }
            at += n;
        }
    }

    private static void unfilter(int filter, byte[] row, byte[] above, int step) {
        switch (filter) {
            case 0 -> {
            }
            case 1 -> {
                for (int i = step; i < row.length; i++) {
                    row[i] += row[i - step];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += (byte) ((i < step ? 0 : row[i - step] & 0xff) + (above[i] & 0xff) >> 1);
                }
            }
            case 4 -> {
                for (int i = 0; i < Math.min(step, row.length); i++) {
                    row[i] += above[i];
                }
                for (int i = step; i < row.length; i++) {
                    row[i] += (byte) paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
                }
            }
            default -> throw new IllegalArgumentException("filter " + (filter & 0xff) + " does not exist");
        }
    }

    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    private void put(byte[] row, int columns, int[] colors, byte[] rgb, int to, int step) {
        int each = bits == 16 ? 2 : 1;
        boolean gray = channels < 3;
        if (bits < 8) {
            int mask = (1 << bits) - 1;
            for (int i = 0; i < columns; i++, to += step) {
                int sample = row[i * bits >> 3] >> 8 - bits - (i * bits & 7) & mask;
                RgbImage.put(rgb, to, colors == null ? sample * 255 / mask * 0x010101 : colors[sample]);
            }
        } else if (colors != null) {
            for (int i = 0; i < columns; i++, to += step) {
                RgbImage.put(rgb, to, colors[row[i] & 0xff]);
            }
        } else {
            int pixel = channels * each;
            // The high byte of 16 bits comes first.
            int second = gray ? 0 : each;
            for (int i = 0, from = 0; i < columns; i++, to += step, from += pixel) {
                rgb[to] = row[from];
                rgb[to + 1] = row[from + second];
                rgb[to + 2] = row[from + 2 * second];
            }
        }
    }
}
