package io.github.jvig.spark;

import io.github.jvig.model.vision.DigitSamples;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small image files of several kinds, the same in every run; some of them broken. */
final class TestImages {
    private static final String[] KINDS = {"png", "jpg", "bmp", "gif"};

    private TestImages() {
    }

    /** Writes that many files into folders of 100; every 25th is broken in one of five ways. */
    static List<Path> write(Path folder, int count) throws IOException {
        List<Path> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Path sub = folder.resolve("part " + i / 100);
            Files.createDirectories(sub);
            String kind = KINDS[i % KINDS.length];
            byte[] content = content(i, kind);
            files.add(Files.write(sub.resolve("image%05d.%s".formatted(i, kind)),
                    i % 25 == 7 ? broken(i, content) : content));
        }
        return files;
    }

    private static byte[] broken(int number, byte[] content) {
        return switch (number / 25 % 5) {
            case 0 -> new byte[0];
            case 1 -> "<html>404</html>".getBytes(StandardCharsets.UTF_8);
            case 2 -> Arrays.copyOf(content, 20);
            case 3 -> new byte[1000];
            default -> HexFormat.of().parseHex("0000001c66747970686569630000000068656963"); // HEIC
        };
    }

    /** A digit with noise, of a size of its own. */
    static byte[] content(int number, String kind) throws IOException {
        Random random = new Random(number);
        return content(number, kind, 20 + random.nextInt(30), 20 + random.nextInt(30));
    }

    /** The same of a size. */
    static byte[] content(int number, String kind, int width, int height) throws IOException {
        Random random = new Random(number);
        BufferedImage digit;
        try (InputStream in = DigitSamples.open(DigitSamples.names().get(number % DigitSamples.names().size()))) {
            digit = ImageIO.read(in);
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = digit.getRGB(x * digit.getWidth() / image.getWidth(),
                        y * digit.getHeight() / image.getHeight());
                image.setRGB(x, y, rgb ^ random.nextInt(0x40) * 0x010101);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, kind, out)) {
            throw new IOException("no writer for " + kind);
        }
        return out.toByteArray();
    }
}
