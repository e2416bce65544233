package io.github.jvig.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * GIF: a logical screen, then blocks. The first frame is placed on its screen; where it does not cover it, the screen has the transparent
 * color, or the first one of the palette where none is transparent, as in PIL. Without a palette, colors are the gray of their number.
 */
final class GifFile {
    private static final int SCREEN_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int FRAME = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int INTERLACED = 0x40;
    private static final int[] PASS_START = {0, 4, 2, 1};
    private static final int[] PASS_STEP = {8, 8, 4, 2};

    private GifFile() {
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        ByteBuffer in = head.littleEndian();
        // A screen without pixels may grow with the frame.
        return Math.max(1, head.pixels(Math.max(1, in.getShort(6) & 0xffff), Math.max(1, in.getShort(8) & 0xffff)));
    }

    static RgbImage decode(ImageSource source) throws ImageException {
        ByteBuffer in = source.littleEndian();
        int screenWidth = in.getShort(6) & 0xffff;
        int screenHeight = in.getShort(8) & 0xffff;
        byte screenFlags = in.get(10);
        in.position(SCREEN_END);
        int[] palette = palette(in, screenFlags, null);

        int background = 0;
        while (true) {
            int block = in.get() & 0xff;
            if (block == EXTENSION) {
                int label = in.get() & 0xff;
                int size = in.get(in.position()) & 0xff;
                if (label == GRAPHIC_CONTROL && size >= 4 && (in.get(in.position() + 1) & 1) != 0) {
                    background = in.get(in.position() + 4) & 0xff;
                }
                subBlocks(in);
            } else if (block == FRAME) {
                break;
            } else if (block == TRAILER) {
                throw source.error("the GIF file holds no frame");
            }
            // Other bytes between blocks are passed over, as PIL does it.
        }

        int left = in.getShort() & 0xffff;
        int top = in.getShort() & 0xffff;
        int width = in.getShort() & 0xffff;
        int height = in.getShort() & 0xffff;
        source.checkSize(width, height);
        int canvasWidth = Math.max(screenWidth, left + width);
        int canvasHeight = Math.max(screenHeight, top + height);
        source.checkSize(canvasWidth, canvasHeight);
        byte flags = in.get();
        int[] colors = palette(in, flags, palette);
        int codeSize = in.get() & 0xff;
        byte[] data = subBlocks(in);
        byte[] indices;
        try {
            indices = GifLzw.decode(data, codeSize, width * height);
        } catch (IllegalArgumentException e) {
            throw source.damaged("GIF", e.getMessage());
        }

        byte[] rgb = RgbImage.allocate(width, height);
        int from = 0;
        boolean interlaced = (flags & INTERLACED) != 0;
        for (int pass = 0; pass < (interlaced ? 4 : 1); pass++) {
            int step = interlaced ? PASS_STEP[pass] : 1;
            for (int y = PASS_START[pass]; y < height; y += step) {
                for (int x = 0, to = 3 * y * width; x < width; x++) {
                    to = RgbImage.put(rgb, to, colors[indices[from++] & 0xff]);
                }
            }
        }
        return Canvas.place(new RgbImage(width, height, rgb), left, top, canvasWidth, canvasHeight, colors[background]);
    }

    /**
     * The palette at the buffer's position, if there is one, with black behind its colors; grays where it and the other one are missing.
     */
    private static int[] palette(ByteBuffer in, byte flags, int[] other) {
        boolean present = (flags & 0x80) != 0;
        if (!present && other != null) {
            return other;
        }
        int[] colors = new int[256];
        if (!present) {
            for (int i = 0; i < colors.length; i++) {
                colors[i] = 0x010101 * i;
            }
        } else {
            for (int i = 0; i < 2 << (flags & 7); i++) {
                colors[i] = (in.get() & 0xff) << 16 | (in.get() & 0xff) << 8 | in.get() & 0xff;
            }
        }
        return colors;
    }

    /** The content of the sub-blocks at the buffer's position. They may end with the file; if pixels are missing then, that shows later. */
    private static byte[] subBlocks(ByteBuffer in) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (in.hasRemaining()) {
            int size = Math.min(in.get() & 0xff, in.remaining());
            if (size == 0) {
                break;
            }
            content.write(in.array(), in.position(), size);
            in.position(in.position() + size);
        }
        return content.toByteArray();
    }
}
