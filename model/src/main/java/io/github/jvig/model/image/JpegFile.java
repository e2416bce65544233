package io.github.jvig.model.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JPEG (ITU-T T.81): markers, each with a segment, and after a start of scan the coded data. Scans are decoded as they come ({@link JpegScan}); which
 * colors the components are is decided here, by libjpeg's rules. The result is libjpeg-turbo's, byte for byte: its integer IDCT, its
 * smooth upsampling of halved sides, its color conversion. Where pixels would be made up, since data are missing or damaged, the file is
 * refused; extra bytes between segments are skipped.
 */
final class JpegFile {
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int RST0 = 0xd0;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    /** A block of 8x8 pixels takes at least a bit, so a file that claims more lacks its data. */
    private static final long MAX_PIXELS_PER_BYTE = 64 * 8;

    /**
     * How many blocks may be visited: as often as a usual progressive file does three times over, and for each byte what a run of empty
     * blocks can be worth. More scans than that take time and add nothing.
     */
    private static final int VISITS_OF_A_BLOCK = 24;
    private static final int VISITS_PER_BYTE = 8;
    private static final int MAX_BLOCKS_IN_MCU = 10;
    /** From this coefficient on libjpeg takes for zero what a progressive file does not send; others it makes up from the blocks around. */
    private static final int FIRST_OF_FINE_DETAIL = 10;

    private final ImageSource source;
    private final ByteBuffer in;
    /** Whether the pixels are wanted, not the header alone. */
    private final boolean whole;
    /** Whether two components are allowed, which mean nothing outside of a TIFF file. */
    private boolean anyComponents;
    private final int[][] quantization = new int[4][];
    private final JpegHuffman[] dcTables = new JpegHuffman[4];
    private final JpegHuffman[] acTables = new JpegHuffman[4];
    private int restartInterval;
    private int width;
    private int height;
    private boolean progressive;
    private JpegComponent[] components;
    private int mcusAcross;
    private int mcusDown;
    private long visits;
    private boolean jfif;
    /** The color transform that an Adobe segment names; negative without one. */
    private int adobeTransform = -1;
    private final Exif.Notes notes = new Exif.Notes();

    private JpegFile(ImageSource source, boolean whole) {
        this.source = source;
        this.whole = whole;
        in = source.bigEndian();
    }

    static long declaredPixels(ImageSource head) throws ImageException {
        JpegFile file = new JpegFile(head, false);
        while (file.components == null && file.in.remaining() >= 2) {
            file.next();
        }
        return (long) file.width * file.height;
    }

    static RgbImage decode(ImageSource source, Orientation orientation) throws ImageException {
        JpegFile file = new JpegFile(source, true);
        file.parse();
        RgbImage image = file.image(file.colors());
        return orientation == Orientation.EXIF ? file.notes.upright(image) : image;
    }

    /**
     * The samples of a JPEG inside a TIFF file, whose tags say what they mean.
     *
     * @param bytes interleaved, {@code samples} for each pixel
     */
    record Part(int width, int height, int samples, byte[] bytes) {}

    /**
     * A JPEG inside a TIFF file.
     *
     * @param tables an abbreviated stream of tables, null without one
     * @param ycc    whether three components are YCbCr, which become RGB; else samples are given as they are
     */
    static Part part(ImageSource source, ImageSource tables, boolean ycc) throws ImageException {
        JpegFile file = new JpegFile(source, true);
        file.anyComponents = true;
        if (tables != null) {
            JpegFile abbreviated = new JpegFile(tables, true);
            while (abbreviated.in.remaining() >= 4) {
                abbreviated.next();
            }
            System.arraycopy(abbreviated.quantization, 0, file.quantization, 0, 4);
            System.arraycopy(abbreviated.dcTables, 0, file.dcTables, 0, 4);
            System.arraycopy(abbreviated.acTables, 0, file.acTables, 0, 4);
        }
        file.parse();
        int samples = file.components.length;
        byte[] bytes = new byte[Math.multiplyExact(file.width * file.height, samples)];
        file.convert(ycc && samples == 3 ? JpegColors.YCBCR : JpegColors.AS_STORED, samples, bytes);
        return new Part(file.width, file.height, samples, bytes);
    }

    /** Walks to the end of the image, and decodes the scans on the way. */
    private void parse() throws ImageException {
        int marker;
        do {
            marker = next();
        } while (marker != EOI);
        if (components == null) {
            throw source.truncated();
        }
    }

    /** Takes the next marker with its segment, if it has one, and gives its code. */
    private int next() throws ImageException {
        int marker = nextMarker();
        if (marker > EOI || marker >= 0xc0 && marker < RST0) {
            segment(marker);
        }
        return marker;
    }

    /** The code of the next marker; bytes before it and fill bytes are skipped. */
    private int nextMarker() throws ImageException {
        while (in.remaining() >= 2) {
            if ((in.get() & 0xff) == 0xff) {
                int code = in.get(in.position()) & 0xff;
                if (code != 0 && code != 0xff) {
                    in.get();
                    return code;
                }
            }
        }
        throw source.truncated();
    }

    private void segment(int marker) throws ImageException {
        int start = in.position();
        int length = in.remaining() < 2 ? Integer.MAX_VALUE : in.getShort(start) & 0xffff;
        if (length < 2) {
            throw source.error("a JPEG segment has the length " + length);
        }
        if (length > in.remaining()) {
            throw source.truncated();
        }
        int end = start + length;
        byte[] body = Arrays.copyOfRange(source.bytes(), start + 2, end);
        in.position(end);
        switch (marker) {
            case APP0 -> jfif |= begins(body, "JFIF\0") && body.length >= 14;
            case APP1 -> {
                if (visits > 0) {
                    // PIL ends to look for notes where the pixels begin.
                    break;
                }
                if (begins(body, "Exif\0\0")) {
                    notes.moreExif(Arrays.copyOfRange(body, 6, body.length));
                } else if (begins(body, "http://ns.adobe.com/xap/1.0/\0")) {
                    notes.xmp(body);
                }
            }
            case APP14 -> {
                if (begins(body, "Adobe") && body.length >= 12) {
                    adobeTransform = body[11] & 0xff;
                }
            }
            case DQT -> quantization(ByteBuffer.wrap(body));
            case DHT -> huffman(ByteBuffer.wrap(body));
            case DRI -> restartInterval = ByteBuffer.wrap(body).getShort() & 0xffff;
            case SOS -> {
                int coded = in.position();
                skipCodedData();
                if (whole) {
                    scan(ByteBuffer.wrap(body), coded, in.position());
                }
            }
            default -> {
                if (marker >= 0xc0 && marker < RST0 && marker != JPG && marker != DAC) {
                    frame(marker, body);
                }
            }
        }
    }

    private void quantization(ByteBuffer tables) throws ImageException {
        while (tables.hasRemaining()) {
            int selector = tables.get() & 0xff;
            if ((selector & 15) > 3 || selector >> 4 > 1) {
                throw source.error("a JPEG quantization table has the number " + selector);
            }
            int[] table = new int[64];
            for (int i = 0; i < 64; i++) {
                int factor = selector >> 4 == 0 ? tables.get() & 0xff : tables.getShort() & 0xffff;
                table[JpegScan.naturalOrder(i)] = factor;
            }
            quantization[selector & 15] = table;
        }
    }

    private void huffman(ByteBuffer tables) throws ImageException {
        while (tables.hasRemaining()) {
            int selector = tables.get() & 0xff;
            int[] counts = new int[16];
            int symbols = 0;
            for (int i = 0; i < 16; i++) {
                counts[i] = tables.get() & 0xff;
                symbols += counts[i];
            }
            if ((selector & 15) > 3 || selector >> 4 > 1 || symbols > 256) {
                throw source.error("a JPEG Huffman table is damaged");
            }
            byte[] values = new byte[symbols];
            tables.get(values);
            boolean ac = selector >> 4 == 1;
            (ac ? acTables : dcTables)[selector & 15] = new JpegHuffman(counts, values, ac);
        }
    }

    private void frame(int marker, byte[] body) throws ImageException {
        // Baseline, extended and progressive, all with Huffman codes.
        if (marker > 0xc2) {
            String kind = marker == 0xc3
                    ? ", lossless"
                    : marker > DAC - 4 && marker != DAC ? ", arithmetic coding" : ", hierarchical";
            throw source.error("JPEG process SOF" + (marker - 0xc0) + kind + ", is not supported");
        }
        ByteBuffer frame = ByteBuffer.wrap(body);
        int bits = frame.get();
        height = frame.getShort() & 0xffff;
        width = frame.getShort() & 0xffff;
        int count = frame.get() & 0xff;
        if (components != null) {
            throw source.error("the JPEG file has two frames");
        }
        if (bits != 8 || count < 1 || count > 4 || count == 2 && !anyComponents) {
            throw source.error("a JPEG of " + count + " components with " + bits + " bits is not supported");
        }
        source.checkSize(width, height);
        JpegComponent[] found = new JpegComponent[count];
        int maxAcross = 1;
        int maxDown = 1;
        for (int i = 0; i < count; i++) {
            int id = frame.get() & 0xff;
            int sampling = frame.get() & 0xff;
            found[i] = new JpegComponent(id, sampling >> 4, sampling & 15, frame.get() & 0xff);
            maxAcross = Math.max(maxAcross, found[i].across);
            maxDown = Math.max(maxDown, found[i].down);
        }
        for (JpegComponent c : found) {
            if (c.across < 1 || c.across > 4 || c.down < 1 || c.down > 4 || maxAcross % c.across != 0
                    || maxDown % c.down != 0) {
                throw source.error("a JPEG with the sampling " + c.across + "x" + c.down + " of " + maxAcross + "x"
                        + maxDown + " is not supported");
            }
            c.size(width, height, maxAcross, maxDown);
        }
        if (whole) {
            // A block of the largest component takes at least a bit.
            if ((long) width * height > source.bytes().length * MAX_PIXELS_PER_BYTE) {
                throw source.truncated();
            }
            progressive = marker == 0xc2;
            mcusAcross = (width + 8 * maxAcross - 1) / (8 * maxAcross);
            mcusDown = (height + 8 * maxDown - 1) / (8 * maxDown);
        }
        components = found;
    }

    /** Leaves the buffer at the next marker that is no part of the scan. */
    private void skipCodedData() throws ImageException {
        int code;
        do {
            code = nextMarker();
        } while (code >= RST0 && code < SOI);
        in.position(in.position() - 2);
    }

    private void scan(ByteBuffer header, int start, int end) throws ImageException {
        if (components == null) {
            throw source.error("a JPEG scan comes before the frame");
        }
        int count = header.get() & 0xff;
        if (count < 1 || count > components.length) {
            throw source.error("a JPEG scan has " + count + " components");
        }
        JpegComponent[] scanned = new JpegComponent[count];
        int[] tables = new int[count];
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            scanned[i] = component(header.get() & 0xff, scanned);
            tables[i] = header.get() & 0xff;
            blocks += scanned[i].across * scanned[i].down;
        }
        if (count > 1 && blocks > MAX_BLOCKS_IN_MCU) {
            throw source.error("a JPEG with " + blocks + " blocks in a unit is not supported");
        }
        int[] spectral = {header.get() & 0xff, header.get() & 0xff, header.get(header.position()) >> 4 & 15,
                header.get(header.position()) & 15};
        if (progressive) {
            boolean dc = spectral[0] == 0;
            if (spectral[1] > 63 || spectral[0] > spectral[1] || dc && spectral[1] != 0 || !dc && count > 1
                    || spectral[3] > 13) {
                throw source.error("a JPEG scan has impossible parameters");
            }
        }
        JpegHuffman[] dc = new JpegHuffman[count];
        JpegHuffman[] ac = new JpegHuffman[count];
        for (int i = 0; i < count; i++) {
            JpegComponent c = scanned[i];
            visits += (long) c.blocksWide * c.blocksHigh;
            dc[i] = table(dcTables, tables[i] >> 4 & 15, false, !progressive || spectral[0] == 0 && spectral[2] == 0);
            ac[i] = table(acTables, tables[i] & 15, true, !progressive || spectral[0] > 0);
            if (c.quantization == null) {
                c.quantization = c.quantTable > 3 ? null : quantization[c.quantTable];
                if (c.quantization == null) {
                    throw source.error("a JPEG quantization table is missing");
                }
                c.allocate(progressive);
            }
        }
        checkVisits();
        try {
            new JpegScan(source.bytes(), start, end, spectral).decode(scanned, dc, ac, progressive, restartInterval,
                    mcusAcross, mcusDown);
        } catch (IllegalArgumentException e) {
            throw source.damaged("JPEG", e.getMessage());
        }
        if (progressive) {
            for (JpegComponent c : scanned) {
                Arrays.fill(c.missingBits, spectral[0], spectral[1] + 1, spectral[3]);
            }
        }
    }

    private void checkVisits() throws ImageException {
        long blocks = 0;
        for (JpegComponent c : components) {
            blocks += (long) c.blocksWide * c.blocksHigh;
        }
        if (visits > VISITS_OF_A_BLOCK * blocks + (long) VISITS_PER_BYTE * source.bytes().length) {
            throw source.error("the JPEG file has too many scans");
        }
    }

    /** The first component of a name that the scan does not have yet: some files give one name to several. */
    private JpegComponent component(int id, JpegComponent[] taken) throws ImageException {
        for (JpegComponent c : components) {
            if (c.id == id && Arrays.stream(taken).noneMatch(other -> other == c)) {
                return c;
            }
        }
        throw source.error("a JPEG scan has an unknown component");
    }

    private JpegHuffman table(JpegHuffman[] tables, int number, boolean ac, boolean needed) throws ImageException {
        if (!needed) {
            return null;
        }
        if (number < 2 && tables[number] == null && !progressive) {
            return JpegHuffman.standard(ac, number);
        }
        if (number > 3 || tables[number] == null) {
            throw source.error("a JPEG Huffman table is missing");
        }
        return tables[number];
    }

    /** After the last scan: makes samples of coefficients. */
    private void finish() throws ImageException {
        for (JpegComponent c : components) {
            if (c.quantization == null) {
                throw source.damaged("JPEG", "a component has no scan");
            }
            if (progressive) {
                for (int k = 0; k < FIRST_OF_FINE_DETAIL; k++) {
                    if (c.missingBits[k] != 0) {
                        throw source.error("scans of the progressive JPEG are missing");
                    }
                }
                c.transform();
            }
        }
    }

    private RgbImage image(JpegColors colors) throws ImageException {
        byte[] rgb = RgbImage.allocate(width, height);
        convert(colors, 3, rgb);
        return new RgbImage(width, height, rgb);
    }

    /** Fills {@code to} with so many bytes for each pixel. */
    private void convert(JpegColors colors, int each, byte[] to) throws ImageException {
        finish();
        int maxAcross = Arrays.stream(components).mapToInt(c -> c.across).max().orElse(1);
        int maxDown = Arrays.stream(components).mapToInt(c -> c.down).max().orElse(1);
        byte[][] upsampled = new byte[components.length][width + 2 * maxAcross];
        byte[][] rows = new byte[components.length][];
        int[] offsets = new int[components.length];
        for (int y = 0; y < height; y++) {
            for (int c = 0; c < components.length; c++) {
                JpegComponent component = components[c];
                rows[c] = component.row(y, maxAcross / component.across, maxDown / component.down, upsampled[c]);
                offsets[c] = component.rowOffset(y, rows[c]);
            }
            colors.convert(rows, offsets, width, to, each * y * width);
        }
    }

    private static boolean begins(byte[] body, String signature) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        return body.length >= bytes.length && Arrays.equals(body, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** libjpeg's rules: JFIF is YCbCr, then Adobe's word counts, then the components' names. */
    private JpegColors colors() {
        return switch (components.length) {
            case 1 -> JpegColors.GRAY;
            case 3 -> {
                boolean named = components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B';
                boolean plain = !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : named);
                yield plain ? JpegColors.RGB : JpegColors.YCBCR;
            }
            default -> adobeTransform > 0 ? JpegColors.YCCK : JpegColors.CMYK;
        };
    }
}
