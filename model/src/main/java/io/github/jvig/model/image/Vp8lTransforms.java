package io.github.jvig.model.image;

import java.util.Arrays;

/** The transforms of lossless WebP (RFC 9649, section 4), undone. Pixels are {@code 0xAARRGGBB}; sums are taken for each of the four bytes. */
final class Vp8lTransforms {
    private static final int BLACK = 0xff000000;

    private Vp8lTransforms() {
    }

    static int[] addGreen(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int green = pixels[i] >> 8 & 0xff;
            pixels[i] = pixels[i] & 0xff00ff00 | (pixels[i] & 0x00ff00ff) + (green << 16 | green) & 0x00ff00ff;
        }
        return pixels;
    }

    /** The colors of a table of differences, then transparent black up to 256. */
    static int[] palette(int[] differences) {
        int[] palette = Arrays.copyOf(differences, 256);
        for (int i = 1; i < differences.length; i++) {
            palette[i] = add(palette[i], palette[i - 1]);
        }
        return palette;
    }

    /** Expands indices, of which a pixel's green holds {@code 1 << bits}. */
    static int[] index(int[] pixels, int width, int height, int bits, int[] palette) {
        int perRow = width + (1 << bits) - 1 >> bits;
        int each = 8 >> bits;
        int mask = (1 << each) - 1;
        int[] colors = bits == 0 ? pixels : new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int green = pixels[y * perRow + (x >> bits)] >> 8 & 0xff;
                colors[y * width + x] = palette[green >> each * (x & (1 << bits) - 1) & mask];
            }
        }
        return colors;
    }

    static int[] correlate(int[] pixels, int width, int height, int bits, int[] blocks) {
        int blocksWide = width + (1 << bits) - 1 >> bits;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int block = blocks[(y >> bits) * blocksWide + (x >> bits)];
                int pixel = pixels[y * width + x];
                byte green = (byte) (pixel >> 8);
                int red = (pixel >> 16) + ((byte) block * green >> 5) & 0xff;
                int blue = pixel + ((byte) (block >> 8) * green >> 5) + ((byte) (block >> 16) * (byte) red >> 5) & 0xff;
                pixels[y * width + x] = pixel & 0xff00ff00 | red << 16 | blue;
            }
        }
        return pixels;
    }

    static int[] predict(int[] pixels, int width, int height, int bits, int[] blocks) {
        int blocksWide = width + (1 << bits) - 1 >> bits;
        pixels[0] = add(pixels[0], BLACK);
        for (int x = 1; x < width; x++) {
            pixels[x] = add(pixels[x], pixels[x - 1]);
        }
        for (int y = 1; y < height; y++) {
            int at = y * width;
            pixels[at] = add(pixels[at], pixels[at - width]);
            for (int x = 1; x < width; x++) {
                int mode = blocks[(y >> bits) * blocksWide + (x >> bits)] >> 8 & 15;
                int left = pixels[at + x - 1];
                int top = pixels[at + x - width];
                int topLeft = pixels[at + x - width - 1];
                // At the right border, the pixel that follows in the array: the first one of this row.
                int topRight = pixels[at + x - width + 1];
                pixels[at + x] = add(pixels[at + x], prediction(mode, left, top, topLeft, topRight));
            }
        }
        return pixels;
    }

    private static int prediction(int mode, int left, int top, int topLeft, int topRight) {
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> topRight;
            case 4 -> topLeft;
            case 5 -> average(average(left, topRight), top);
            case 6 -> average(left, topLeft);
            case 7 -> average(left, top);
            case 8 -> average(topLeft, top);
            case 9 -> average(top, topRight);
            case 10 -> average(average(left, topLeft), average(top, topRight));
            case 11 -> nearer(left, top, topLeft);
            case 12 -> sumAndDifference(left, top, topLeft);
            case 13 -> halfDifference(average(left, top), topLeft);
            default -> BLACK;
        };
    }

    private static int add(int a, int b) {
        return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00 | (a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff;
    }

    private static int average(int a, int b) {
        return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    /** The one of left and top that the gradient's estimate {@code left + top - topLeft} is nearer to; top when neither is. */
    private static int nearer(int left, int top, int topLeft) {
        int difference = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int corner = topLeft >>> shift & 0xff;
            difference += Math.abs((left >>> shift & 0xff) - corner) - Math.abs((top >>> shift & 0xff) - corner);
        }
        return difference <= 0 ? top : left;
    }

    private static int sumAndDifference(int left, int top, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = (left >>> shift & 0xff) + (top >>> shift & 0xff) - (topLeft >>> shift & 0xff);
            result |= Math.max(0, Math.min(255, value)) << shift;
        }
        return result;
    }

    private static int halfDifference(int average, int topLeft) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int a = average >>> shift & 0xff;
            int value = a + (a - (topLeft >>> shift & 0xff)) / 2;
            result |= Math.max(0, Math.min(255, value)) << shift;
        }
        return result;
    }
}
