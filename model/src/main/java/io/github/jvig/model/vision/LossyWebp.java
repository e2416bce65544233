package io.github.jvig.model.vision;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/** The decoder of lossy WebP, made directly: what ImageIO's registry finds depends on the application, and its decoder is not this one. */
final class LossyWebp {
    private LossyWebp() {
    }

    /** @param file a container with nothing but the bitstream */
    static BufferedImage image(byte[] file) throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        try (ImageInputStream in = new Bytes(file)) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /**
     * Bytes, then some zeros, then an exception that is no {@link IOException}: the decoder catches those and goes on with a zero for each
     * bit that is missing, which takes minutes in a damaged file.
     */
    private static final class Bytes extends ImageInputStreamImpl {
        private static final int ZEROS = 64;

        private final byte[] file;
        private int beyond;

        Bytes(byte[] file) {
            this.file = file;
        }

        @Override
        public int read() {
            bitOffset = 0;
            if (streamPos < file.length) {
                return file[(int) streamPos++] & 0xff;
            }
            checkEnd();
            return -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            bitOffset = 0;
            if (streamPos >= file.length) {
                checkEnd();
                return -1;
            }
            int n = (int) Math.min(length, file.length - streamPos);
            System.arraycopy(file, (int) streamPos, into, offset, n);
            streamPos += n;
            return n;
        }

        private void checkEnd() {
            if (beyond++ == ZEROS) {
                throw new IllegalStateException("the coded data end before the image does");
            }
        }

        @Override
        public long length() {
            return file.length;
        }
    }
}
