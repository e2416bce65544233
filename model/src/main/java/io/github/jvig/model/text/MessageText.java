package io.github.jvig.model.text;

/**
 * Pieces of messages. Text from a file is cut to {@value #MAX_LENGTH} characters, and control characters are replaced, so that every
 * message stays one line.
 */
public final class MessageText {
    private static final int MAX_LENGTH = 120;

    private MessageText() {
    }

    /** A name from a file, in quotes. */
    public static String quote(String name) {
        return "'" + plain(name) + "'";
    }

    /** Text from a file or a library, as one line. */
    public static String plain(String text) {
        String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return line(shown);
    }

    /** Text of any length, such as a path, as one line without control characters. */
    public static String line(String text) {
        return text.codePoints().map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
