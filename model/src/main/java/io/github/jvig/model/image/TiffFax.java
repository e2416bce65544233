package io.github.jvig.model.image;

import java.util.Arrays;

/**
 * The compressions of black and white in TIFF (ITU-T T.4 and T.6): modified Huffman, Group 3 in one and two dimensions, Group 4. A row is a list
 * of the places where its color changes, the first run being white; in the output white is 0, as libtiff has it.
 */
final class TiffFax {
    // By run length, for 0 to 63, then multiples of 64: the code behind a 1, in hexadecimal digits.
    private static final String WHITE = "135 47 17 18 1b 1c 1e 1f 33 34 27 28 48 43 74 75 6a 6b a7 8c 88 97 83 84 a8 ab 93 a4 98 102 103 11a "
            + "11b 112 113 114 115 116 117 128 129 12a 12b 12c 12d 104 105 10a 10b 152 153 154 155 124 125 158 159 "
            + "15a 15b 14a 14b 132 133 134 3b 32 57 b7 136 137 164 165 168 167 2cc 2cd 2d2 2d3 2d4 2d5 2d6 2d7 2d8 "
            + "2d9 2da 2db 298 299 29a 58 29b";
    private static final String BLACK = "437 a 7 6 b 13 12 23 45 44 84 85 87 104 107 218 417 418 408 867 868 86c 837 828 817 818 10ca 10cb "
            + "10cc 10cd 1068 1069 106a 106b 10d2 10d3 10d4 10d5 10d6 10d7 106c 106d 10da 10db 1054 1055 1056 1057 "
            + "1064 1065 1052 1053 1024 1037 1038 1027 1028 1058 1059 102b 102c 105a 1066 1067 40f 10c8 10c9 105b "
            + "1033 1034 1035 206c 206d 204a 204b 204c 204d 2072 2073 2074 2075 2076 2077 2052 2053 2054 2055 205a "
            + "205b 2064 2065";
    /** Multiples of 64 from 1792 on, of both colors. */
    private static final String LONG = "808 80c 80d 1012 1013 1014 1015 1016 1017 101c 101d 101e 101f";
    private static final int TERMINATING = 64;
    private static final int CODE_BITS = 13;
    private static final int[] WHITE_CODES = table(WHITE);
    private static final int[] BLACK_CODES = table(BLACK);

    /** Bits of the zeros that begin an end of line. */
    private static final int LINE_ZEROS = 11;

    private final byte[] data;
    private final int end;
    private final int columns;
    private int position;
    private int bits;
    private int count;

    /** Where the color changes in the row above and in this one; behind the last change stands the width, more than once. */
    private int[] above;
    private int[] row;
    private int changes;

    private TiffFax(byte[] data, int at, int length, int columns) {
        this.data = data;
        position = at;
        end = at + length;
        this.columns = columns;
        above = new int[columns + 4];
        row = new int[columns + 4];
        Arrays.fill(above, columns);
    }

    /**
     * Modified Huffman: rows of runs, each from a whole byte on.
     *
     * @throws IllegalArgumentException when the data are damaged or end early; so do the others
     */
    static byte[] huffman(byte[] data, int at, int length, int columns, int rows) {
        TiffFax fax = new TiffFax(data, at, length, columns);
        byte[] out = fax.output(rows);
        for (int y = 0; y < rows; y++) {
            fax.runs();
            fax.put(out, y);
            fax.count -= fax.count % 8;
        }
        return out;
    }

    /** Group 3: an end of line before each row, and behind it whether the row is coded alone, if others may be. */
    static byte[] group3(byte[] data, int at, int length, int columns, int rows, boolean twoDimensions) {
        TiffFax fax = new TiffFax(data, at, length, columns);
        byte[] out = fax.output(rows);
        for (int y = 0; y < rows; y++) {
            fax.endOfLine();
            if (!twoDimensions || fax.take(1) == 1) {
                fax.runs();
            } else {
                fax.differences();
            }
            fax.put(out, y);
        }
        return out;
    }

    /** Group 4: rows as differences from the row above, the first one from white. */
    static byte[] group4(byte[] data, int at, int length, int columns, int rows) {
        TiffFax fax = new TiffFax(data, at, length, columns);
        byte[] out = fax.output(rows);
        for (int y = 0; y < rows; y++) {
            fax.differences();
            fax.put(out, y);
        }
        return out;
    }

    private byte[] output(int rows) {
        // A row has a bit at the least.
        check(rows <= 8L * (end - position));
        return new byte[Math.multiplyExact((columns + 7) / 8, rows)];
    }

    private void endOfLine() {
        while (peek(LINE_ZEROS) != 0) {
            take(1);
        }
        take(LINE_ZEROS);
        while (take(1) == 0) {
            // Zeros may fill up.
        }
    }

    /** A row of runs, white and black in turn. */
    private void runs() {
        changes = 0;
        int x = 0;
        for (boolean black = false; x < columns; black = !black) {
            x += run(black);
            check(x <= columns);
            add(x);
        }
    }

    private void differences() {
        changes = 0;
        int x = -1;
        boolean black = false;
        int next = 0;
        while (x < columns) {
            // The first change above to the right of x that is to the other color, and the one behind it.
            next = Math.max(0, next - 2);
            next += (next & 1) == (black ? 1 : 0) ? 0 : 1;
            while (above[next] <= x && above[next] < columns) {
                next += 2;
            }
            int first = above[next];
            int mode = peek(7);
            if (mode >= 64) {
                take(1);
                x = vertical(first, x);
                black = !black;
            } else if (mode >= 32) {
                take(3);
                x = vertical(first + (mode >= 48 ? 1 : -1), x);
                black = !black;
            } else if (mode >= 16) {
                take(3);
                x = Math.max(0, x);
                for (int i = 0; i < 2; i++) {
                    x += run(i == 0 ? black : !black);
                    check(x <= columns);
                    add(x);
                }
            } else if (mode >= 8) {
                take(4);
                x = above[next + 1];
            } else if (mode >= 4) {
                take(6);
                x = vertical(first + (mode >= 6 ? 2 : -2), x);
                black = !black;
            } else {
                check(mode >= 2);
                take(7);
                x = vertical(first + (mode == 3 ? 3 : -3), x);
                black = !black;
            }
        }
    }

    private int vertical(int change, int x) {
        check(change >= Math.max(0, x) && change <= columns);
        add(change);
        return change;
    }

    private void add(int change) {
        check(changes <= columns);
        row[changes++] = change;
    }

    private int run(boolean black) {
        int[] codes = black ? BLACK_CODES : WHITE_CODES;
        int length = 0;
        while (true) {
            int entry = codes[peek(CODE_BITS)];
            check(entry != 0);
            take(entry & 15);
            length += entry >> 4;
            check(length <= columns);
            if (entry >> 4 < TERMINATING) {
                return length;
            }
        }
    }

    /** Ends the row, and stores its bits. */
    private void put(byte[] out, int y) {
        Arrays.fill(row, changes, Math.min(row.length, changes + 4), columns);
        int start = y * ((columns + 7) / 8);
        for (int i = 0; i < changes; i += 2) {
            for (int x = row[i]; x < row[i + 1]; x++) {
                out[start + (x >> 3)] |= (byte) (0x80 >> (x & 7));
            }
        }
        int[] swapped = above;
        above = row;
        row = swapped;
    }

    /** The next bits; zeros behind the end. */
    private int peek(int n) {
        while (count < n) {
            bits = bits << 8 | (position < end ? data[position] & 0xff : 0);
            position++;
            count += 8;
        }
        return bits >> count - n & (1 << n) - 1;
    }

    private int take(int n) {
        int value = peek(n);
        count -= n;
        check(8L * (position - end) <= count);
        return value;
    }

    private static int[] table(String codes) {
        int[] table = new int[1 << CODE_BITS];
        String[] digits = (codes + " " + LONG).split(" ");
        for (int i = 0; i < digits.length; i++) {
            int code = Integer.parseInt(digits[i], 16);
            int length = 31 - Integer.numberOfLeadingZeros(code);
            int run = i < TERMINATING ? i : (i - TERMINATING + 1) * TERMINATING;
            int first = code - (1 << length) << CODE_BITS - length;
            Arrays.fill(table, first, first + (1 << CODE_BITS - length), run << 4 | length);
        }
        return table;
    }

    private static void check(boolean right) {
        if (!right) {
            throw new IllegalArgumentException("a strip or tile has too few data, or impossible ones");
        }
    }
}
