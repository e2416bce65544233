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

    /** Text of any length, such as a path, as one line for a message or a terminal; what could steer it becomes a question mark. */
    public static String line(String text) {
        return text.codePoints().allMatch(MessageText::isPrintable)
                ? text
                : text.codePoints().map(c -> isPrintable(c) ? c : '?')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /** Control characters steer a terminal; those of format (such as a change of direction) let text look like another one. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
