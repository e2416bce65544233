package io.github.jvig.cli;

import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.vision.ClassMap;
import io.github.jvig.model.vision.Detection;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.List;

/** Colors of classes: those of PASCAL VOC, in which the bits of a class's number are spread over red, green and blue. */
final class Palette {
    private static final int COLORS = 256;

    private Palette() {
    }

    /** The color of a class as {@code 0xRRGGBB}; classes from 256 on begin again. */
    static int color(int index) {
        int rgb = 0;
        for (int bit = 0; bit < 8; bit++) {
            int three = index % COLORS >> 3 * bit & 7;
            for (int channel = 0; channel < 3; channel++) {
                rgb |= (three >> channel & 1) << 7 - bit << 16 - 8 * channel;
            }
        }
        return rgb;
    }

    /**
     * The map as an image with this palette, whose values are the numbers of classes.
     *
     * @throws IllegalArgumentException if there are more than 256 classes
     */
    static BufferedImage picture(ClassMap map) {
        if (map.classes() > COLORS) {
            throw new IllegalArgumentException("a PNG with a palette holds 256 classes, not " + map.classes());
        }
        byte[] red = new byte[COLORS];
        byte[] green = new byte[COLORS];
        byte[] blue = new byte[COLORS];
        for (int i = 0; i < COLORS; i++) {
            red[i] = (byte) (color(i) >> 16);
            green[i] = (byte) (color(i) >> 8);
            blue[i] = (byte) color(i);
        }
        BufferedImage picture = new BufferedImage(map.width(), map.height(), BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, COLORS, red, green, blue));
        WritableRaster raster = picture.getRaster();
        for (int y = 0; y < map.height(); y++) {
            for (int x = 0; x < map.width(); x++) {
                raster.setSample(x, y, 0, map.at(x, y));
            }
        }
        return picture;
    }

    /** The image with boxes and labels drawn on it. */
    static BufferedImage drawn(RgbImage image, List<Detection> boxes) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, image.width(), image.height(), image.toArgb(), 0, image.width());
        Graphics2D graphics = picture.createGraphics();
        int line = Math.max(1, Math.min(image.width(), image.height()) / 200);
        graphics.setStroke(new BasicStroke(line));
        // The best box is drawn last, over the others.
        for (Detection box : boxes.reversed()) {
            // The first color is black, which is the background's.
            Color color = new Color(color(box.index() % (COLORS - 1) + 1));
            graphics.setColor(color);
            graphics.drawRect((int) Math.rint(box.x()), (int) Math.rint(box.y()), (int) Math.rint(box.width()),
                    (int) Math.rint(box.height()));
            label(graphics, box, color, Math.max(10, 6 * line));
        }
        graphics.dispose();
        return picture;
    }

    private static void label(Graphics2D graphics, Detection box, Color color, int size) {
        try {
            graphics.setFont(graphics.getFont().deriveFont((float) size));
            FontMetrics font = graphics.getFontMetrics();
            String text = box.label() + NumberFormats.format(" %.0f %%", 100 * box.score());
            int x = (int) Math.rint(box.x());
            int y = Math.max((int) Math.rint(box.y()), font.getHeight());
            graphics.fillRect(x, y - font.getHeight(), font.stringWidth(text) + 2, font.getHeight());
            graphics.setColor(
                    color.getRed() + color.getGreen() + color.getBlue() > 3 * 127 ? Color.BLACK : Color.WHITE);
            graphics.drawString(text, x + 1, y - font.getDescent());
        } catch (RuntimeException | Error e) {
            if (e instanceof VirtualMachineError && !(e instanceof InternalError)) {
                throw e;
            }
            // A Java without fonts fails in ways of its own; the boxes are there.
        }
    }
}
