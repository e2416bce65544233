package io.github.jvig.model.weights;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Walks over a pickle's opcodes without acting on them. It finds where the pickle ends and makes sure, before anything is allocated by
 * what the pickle says, that no length in it passes the bytes that are there, that its numbers are short, and that there are not more
 * opcodes than a checkpoint can have. Opcodes and their arguments are those of
 * Python's {@code pickletools}.
 */
final class PickleScan {
    /**
     * The longest pickle that is read. A training checkpoint of a thousand tensors with its optimizer has less than 1 MB.
     */
    static final int MAX_BYTES = 32 << 20;
    /** Each opcode makes the reader keep about 100 bytes at most. */
    static final int MAX_OPCODES = 2_000_000;
    /** The longest integer in bytes or digits: beyond any use, and still parsed in no time. */
    static final int MAX_NUMBER = 1024;

    private static final String TOO_LONG = "is longer than " + MAX_BYTES + " bytes";
    private static final byte STOP = '.';

    /** What follows an opcode. */
    private enum Argument {
        NONE, BYTE, TWO, FOUR, EIGHT, MEMO, FRAME, LINE, TWO_LINES, NUMBER, TEXT1, TEXT4, TEXT8, NUMBER4
    }

    private static final Argument[] ARGUMENTS = new Argument[256];

    static {
        set(Argument.NONE, "().012NQRabdelostu]}", 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8F, 0x90, 0x91, 0x92, 0x93,
                0x94);
        set(Argument.BYTE, "Khq", 0x80, 0x82);
        set(Argument.TWO, "M", 0x83);
        set(Argument.FOUR, "J", 0x84);
        set(Argument.EIGHT, "G");
        set(Argument.MEMO, "jr");
        set(Argument.FRAME, "", 0x95);
        set(Argument.LINE, "PSV");
        set(Argument.NUMBER, "FILgp");
        set(Argument.TWO_LINES, "ci");
        set(Argument.TEXT1, "UC", 0x8A, 0x8C);
        set(Argument.TEXT4, "TXB");
        set(Argument.NUMBER4, "", 0x8B);
        set(Argument.TEXT8, "", 0x8D, 0x8E, 0x96);
    }

    private final InputStream in;
    private final long available;
    private long position;

    private PickleScan(InputStream in, long available) {
        this.in = in;
        this.available = available;
    }

    private static void set(Argument argument, String letters, int... codes) {
        letters.chars().forEach(c -> ARGUMENTS[c] = argument);
        for (int code : codes) {
            ARGUMENTS[code] = argument;
        }
    }

    /**
     * Checks the pickle that starts at byte {@code start}.
     *
     * @return its length up to and with the STOP opcode
     * @throws PickleRefused when it passes a limit, has an unknown opcode or is cut short
     */
    static int scan(ByteSource bytes, long start) throws IOException {
        try (InputStream in = new BufferedInputStream(bytes.open(start))) {
            return new PickleScan(in, Math.min(MAX_BYTES, bytes.length() - start)).scan();
        }
    }

    private int scan() throws IOException {
        for (int opcodes = 0; opcodes < MAX_OPCODES; opcodes++) {
            int code = (int) number(1);
            if (code == STOP) {
                return (int) position;
            }
            Argument argument = ARGUMENTS[code];
            if (argument == null) {
                throw new PickleRefused(
                        "has the unknown opcode 0x" + Integer.toHexString(code) + " at byte " + (position - 1));
            }
            pass(argument);
        }
        throw new PickleRefused("has more than " + MAX_OPCODES + " opcodes");
    }

    private void pass(Argument argument) throws IOException {
        switch (argument) {
            case NONE -> {
            }
            case BYTE -> skip(1);
            case TWO -> skip(2);
            case FOUR -> skip(4);
            case EIGHT -> skip(8);
            case MEMO -> {
                long index = number(4);
                // Every memo entry takes an opcode of its own.
                if (index > position) {
                    throw new PickleRefused("has the memo index " + index + " at byte " + (position - 4));
                }
            }
            case FRAME -> within(number(8));
            case LINE -> line(Integer.MAX_VALUE);
            case NUMBER -> line(MAX_NUMBER);
            case TWO_LINES -> {
                line(MAX_NUMBER);
                line(MAX_NUMBER);
            }
            case TEXT1 -> skip(number(1));
            case TEXT4 -> skip(number(4));
            case TEXT8 -> skip(number(8));
            case NUMBER4 -> {
                long length = number(4);
                if (length > MAX_NUMBER) {
                    throw new PickleRefused("has an integer of " + length + " bytes at byte " + (position - 4));
                }
                skip(length);
            }
        }
    }

    private void line(int max) throws IOException {
        long start = position;
        while (number(1) != '\n') {
            if (position - start > max) {
                throw new PickleRefused("has a line of more than " + max + " characters at byte " + start);
            }
        }
    }

    private void skip(long n) throws IOException {
        within(n);
        in.skipNBytes(n);
        position += n;
    }

    private void within(long n) throws PickleRefused {
        if (n < 0 || n > available - position) {
            throw new PickleRefused(available == MAX_BYTES
                    ? "is longer than " + MAX_BYTES + " bytes"
                    : "says that " + Long.toUnsignedString(n) + " bytes follow at byte " + position + ", there are "
                            + (available - position));
        }
    }

    /** A little-endian number of that many bytes; negative when it passes a long. */
    private long number(int bytes) throws IOException {
        if (bytes > available - position) {
            throw new PickleRefused(
                    available == MAX_BYTES ? TOO_LONG : "is cut short: it goes on beyond its " + available + " bytes");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            value |= (long) b << 8 * i;
        }
        position += bytes;
        return value;
    }
}
