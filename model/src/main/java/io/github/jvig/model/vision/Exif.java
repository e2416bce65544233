package io.github.jvig.model.vision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** EXIF orientation: 1 is as stored, 2 to 8 are mirrored and rotated. */
final class Exif {
    static final int AS_STORED = 1;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY_BYTES = 12;

    private Exif() {
    }

    /**
     * The orientation in a TIFF block, {@link #AS_STORED} where there is none or the block is damaged: broken metadata is no reason
     * to refuse the image.
     */
    static int orientation(byte[] tiff) {
        if (tiff.length < 8) {
            return AS_STORED;
        }
        ByteBuffer in = ByteBuffer.wrap(tiff);
        switch (in.getShort(0)) {
            case 0x4949 -> in.order(ByteOrder.LITTLE_ENDIAN);
            case 0x4d4d -> in.order(ByteOrder.BIG_ENDIAN);
            default -> {
                return AS_STORED;
            }
        }
        long directory = in.getInt(4) & 0xffffffffL;
        if (in.getShort(2) != 42 || directory + 2 > tiff.length) {
            return AS_STORED;
        }
        int entries = in.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long offset = directory + 2 + (long) i * ENTRY_BYTES;
            if (offset + ENTRY_BYTES > tiff.length) {
                break;
            }
            int entry = (int) offset;
            if ((in.getShort(entry) & 0xffff) == ORIENTATION_TAG) {
                int value = in.getShort(entry + 8) & 0xffff;
                boolean valid = in.getShort(entry + 2) == SHORT && in.getInt(entry + 4) == 1 && value >= 1
                        && value <= 8;
                return valid ? value : AS_STORED;
            }
        }
        return AS_STORED;
    }

    /** The image as it looks when the orientation is obeyed. */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == AS_STORED) {
            return image;
        }
        boolean transposed = orientation >= 5;
        int width = transposed ? image.height() : image.width();
        int height = transposed ? image.width() : image.height();
        byte[] rgb = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int along = transposed ? y : x;
                int down = transposed ? x : y;
                // Which stored side each walk starts from: 2, 3, 7, 8 mirror the stored x, 3, 4, 6, 7 the stored y.
                int fromX = switch (orientation) {
                    case 2, 3, 7, 8 -> image.width() - 1 - along;
                    default -> along;
                };
                int fromY = switch (orientation) {
                    case 3, 4, 6, 7 -> image.height() - 1 - down;
                    default -> down;
                };
                System.arraycopy(image.rgb(), (fromY * image.width() + fromX) * 3, rgb, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
