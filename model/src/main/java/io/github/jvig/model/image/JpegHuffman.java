package io.github.jvig.model.image;

import java.util.HexFormat;

/**
 * A Huffman table of a JPEG (ITU-T T.81, annex C and F.2.2.3), with a direct look-up of short codes. For AC coefficients an entry holds the
 * coefficient too where its bits fit into the look-up.
 */
final class JpegHuffman {
    /** Codes of this length and shorter are found by one look-up. */
    static final int LOOK_AHEAD = 10;
    /** Set in an entry of {@link #coefficients} that holds a whole AC coefficient: length, run and value. */
    static final int WHOLE = 1 << 5;
    private static final int MAX_CODE_LENGTH = 16;

    private static final String DC_LUMA_COUNTS = "00010501010101010100000000000000";
    private static final String DC_CHROMA_COUNTS = "00030101010101010101010000000000";
    private static final String DC_SYMBOLS = "000102030405060708090a0b";
    private static final String AC_LUMA_COUNTS = "0002010303020403050504040000017d";
    private static final String AC_LUMA_SYMBOLS = "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
            + "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa"
            + "b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";
    private static final String AC_CHROMA_COUNTS = "00020102040403040705040400010277";
    private static final String AC_CHROMA_SYMBOLS = "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738"
            + "393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7"
            + "a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";

    /** By the next {@value #LOOK_AHEAD} bits: in bits 0 to 4 the code's length, in 8 to 15 the symbol; 0 for a longer code. */
    final int[] look = new int[1 << LOOK_AHEAD];
    /**
     * As {@link #look}, but where the coefficient's bits are among those looked up, {@link #WHOLE} is set, and bits 0 to 4 are the length of
     * code and coefficient, 8 to 11 the run, 16 to 31 the coefficient. Null in a table of DC coefficients.
     */
    final int[] coefficients;
    private final byte[] symbols;
    /** By length: one more than the last code, aligned to the left in 16 bits; 0 where there is none of this length or a shorter one. */
    private final int[] limit = new int[MAX_CODE_LENGTH + 2];
    /** By length: what is added to a code to get the index of its symbol. */
    private final int[] delta = new int[MAX_CODE_LENGTH + 1];

    /**
     * @param counts  how many codes there are of each length from 1 to 16
     * @param symbols in the order of the codes
     * @param ac      whether the symbols are those of AC coefficients
     * @throws IllegalArgumentException when there are more codes than bits allow
     */
    JpegHuffman(int[] counts, byte[] symbols, boolean ac) {
        this.symbols = symbols;
        coefficients = ac ? new int[1 << LOOK_AHEAD] : null;
        int code = 0;
        int index = 0;
        for (int length = 1; length <= MAX_CODE_LENGTH; length++) {
            delta[length] = index - code;
            for (int i = 0; i < counts[length - 1]; i++, index++, code++) {
                if (length <= LOOK_AHEAD && code < 1 << length) {
                    int entry = length | (symbols[index] & 0xff) << 8;
                    int first = code << LOOK_AHEAD - length;
                    for (int rest = 0; rest < 1 << LOOK_AHEAD - length; rest++) {
                        look[first + rest] = entry;
                        if (ac) {
                            coefficients[first + rest] = whole(first + rest, entry);
                        }
                    }
                }
            }
            if (code > 1 << length) {
                throw new IllegalArgumentException("a Huffman table has too many codes of " + length + " bits");
            }
            limit[length] = code << MAX_CODE_LENGTH - length;
            code <<= 1;
        }
        limit[MAX_CODE_LENGTH + 1] = Integer.MAX_VALUE;
    }

    /** The entry with the coefficient that follows the code, if its bits are among those looked up. */
    private static int whole(int bits, int entry) {
        int length = entry & 31;
        int size = entry >> 8 & 15;
        if (size == 0 || length + size > LOOK_AHEAD) {
            return entry;
        }
        int value = bits >> LOOK_AHEAD - length - size & (1 << size) - 1;
        return extend(value, size) << 16 | (entry >> 12 & 15) << 8 | WHOLE | length + size;
    }

    /** The value that {@code size} bits stand for (T.81, F.2.2.1). */
    static int extend(int bits, int size) {
        return bits < 1 << size - 1 ? bits - (1 << size) + 1 : bits;
    }

    /** Symbol and length, as in an entry of {@link #look}, of a code that is longer than the look-up; 0 when there is no such code. */
    int longCode(int sixteenBits) {
        int length = LOOK_AHEAD + 1;
        while (sixteenBits >= limit[length]) {
            length++;
        }
        if (length > MAX_CODE_LENGTH) {
            return 0;
        }
        int index = (sixteenBits >> MAX_CODE_LENGTH - length) + delta[length];
        // Shorter codes that are not in use lead to an index below the first one of this length.
        return index < 0 || index >= symbols.length ? 0 : length | (symbols[index] & 0xff) << 8;
    }

    /** The table of T.81, annex K.3, which a file without tables (a frame of Motion JPEG) is meant to be read with. */
    static JpegHuffman standard(boolean ac, int id) {
        String counts = ac ? id == 0 ? AC_LUMA_COUNTS : AC_CHROMA_COUNTS : id == 0 ? DC_LUMA_COUNTS : DC_CHROMA_COUNTS;
        String symbols = ac ? id == 0 ? AC_LUMA_SYMBOLS : AC_CHROMA_SYMBOLS : DC_SYMBOLS;
        int[] lengths = new int[MAX_CODE_LENGTH];
        for (int i = 0; i < MAX_CODE_LENGTH; i++) {
            lengths[i] = Integer.parseInt(counts, 2 * i, 2 * i + 2, 16);
        }
        return new JpegHuffman(lengths, HexFormat.of().parseHex(symbols), ac);
    }
}
