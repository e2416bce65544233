package io.github.jvig.model.vision;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * GIF: a logical screen, then blocks. The first frame is placed on its screen; where it does not cover it, the screen has the transparent
 * color, or the first one of the palette where none is transparent, as in PIL.
 */
final class GifFile {
    private static final int SCREEN_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int FRAME = 0x2c;
    private static final int TRAILER = 0x3b;

    private GifFile() {
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        ByteBuffer in = head.littleEndian();
        return head.pixels(in.getShort(6) & 0xffff, in.getShort(8) & 0xffff);
    }

    static RgbImage decode(ImageSource source) throws IOException {
        ByteBuffer in = source.littleEndian();
        int screenWidth = in.getShort(6) & 0xffff;
        int screenHeight = in.getShort(8) & 0xffff;
        source.checkSize(screenWidth, screenHeight);
        in.position(SCREEN_END + paletteBytes(in.get(10)));
        ByteArrayOutputStream frame = new ByteArrayOutputStream(source.bytes().length);
        frame.write(source.bytes(), 0, in.position());

        int background = 0;
        while (true) {
            int block = in.get() & 0xff;
            if (block == EXTENSION) {
                int label = in.get() & 0xff;
                int size = in.get(in.position()) & 0xff;
                if (label == GRAPHIC_CONTROL && size == 4 && (in.get(in.position() + 1) & 1) != 0) {
                    background = in.get(in.position() + 4) & 0xff;
                }
                skipSubBlocks(in);
            } else if (block == FRAME) {
                break;
            } else {
                throw source.error("the GIF file holds no frame");
            }
        }

        int start = in.position() - 1;
        int left = in.getShort() & 0xffff;
        int top = in.getShort() & 0xffff;
        int width = in.getShort() & 0xffff;
        int height = in.getShort() & 0xffff;
        source.checkSize(width, height);
        int canvasWidth = Math.max(screenWidth, left + width);
        int canvasHeight = Math.max(screenHeight, top + height);
        source.checkSize(canvasWidth, canvasHeight);
        byte flags = in.get();
        // The local palette and the LZW code size are before the data.
        in.position(in.position() + paletteBytes(flags) + 1);
        skipSubBlocks(in);
        frame.write(source.bytes(), start, in.position() - start);
        frame.write(TRAILER);

        BufferedImage image = Codec.image(ImageFormat.GIF, frame.toByteArray());
        int[] palette = new int[256];
        ((IndexColorModel) image.getColorModel()).getRGBs(palette);
        return Canvas.place(Rasters.rgb(image), left, top, canvasWidth, canvasHeight, palette[background]);
    }

    private static int paletteBytes(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    private static void skipSubBlocks(ByteBuffer in) {
        for (int size = in.get() & 0xff; size != 0; size = in.get() & 0xff) {
            in.position(in.position() + size);
        }
    }
}
