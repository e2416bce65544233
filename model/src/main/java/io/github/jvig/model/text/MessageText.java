package io.github.jvig.model.text;

/**
 * Pieces of messages. What a file says is cut short and stripped of control characters, so that every message stays one
 * line.
 */
public final class MessageText {
    private static final int LONGEST = 120;

    private MessageText() {
    }

    /** A name from a file. */
    public static String quote(String name) {
        return "'" + plain(name) + "'";
    }

    /** Text from a file or a library, as one line. */
    public static String plain(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.codePoints().map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
