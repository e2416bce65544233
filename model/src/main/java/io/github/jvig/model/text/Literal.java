package io.github.jvig.model.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a value that is written as JSON or as a Python literal, such as {@code {0: 'person', 1: "dog"}}. Nothing is evaluated. A value is a
 * {@link Map} in the text's order, a {@link List} (for tuples, too), a {@link String}, a {@link Double}, a {@link Boolean}, or
 * {@link #NONE}.
 */
public final class Literal {
    /** {@code None} or {@code null}. */
    public static final Object NONE = new Object();

    /** Deeper values are refused, so that a text of brackets can't fill the stack. */
    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;

    private Literal(String text) {
        this.text = text;
    }

    /** That the text is no literal. */
    private static final class NoLiteral extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoLiteral() {
            super("not a literal", null, false, false);
        }
    }

    /**
     * Reads a text.
     *
     * @param text JSON or a Python literal
     * @return its value; empty where it is neither
     */
    public static Optional<Object> parse(String text) {
        Literal literal = new Literal(text);
        try {
            Object value = literal.value(0);
            literal.space();
            return literal.at == text.length() ? Optional.of(value) : Optional.empty();
        } catch (NoLiteral e) {
            return Optional.empty();
        }
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new NoLiteral();
        }
        space();
        return switch (peek()) {
            case '{' -> map(depth);
            case '[' -> list(']', depth);
            case '(' -> list(')', depth);
            case '\'', '"' -> string();
            default -> word();
        };
    }

    private Map<Object, Object> map(int depth) {
        at++;
        Map<Object, Object> map = new LinkedHashMap<>();
        while (!closes('}')) {
            Object key = value(depth + 1);
            if (!closes(':')) {
                throw new NoLiteral();
            }
            map.put(key, value(depth + 1));
            if (!closes(',') && !next('}')) {
                throw new NoLiteral();
            }
        }
        return map;
    }

    private List<Object> list(char end, int depth) {
        at++;
        List<Object> list = new ArrayList<>();
        while (!closes(end)) {
            list.add(value(depth + 1));
            if (!closes(',') && !next(end)) {
                throw new NoLiteral();
            }
        }
        return list;
    }

    private String string() {
        char quote = text.charAt(at++);
        StringBuilder string = new StringBuilder();
        while (peek() != quote) {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        peek();
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> c;
        };
    }

    private char hex(int digits) {
        if (at + digits > text.length()) {
            throw new NoLiteral();
        }
        try {
            at += digits;
            return (char) Integer.parseUnsignedInt(text, at - digits, at, 16);
        } catch (NumberFormatException e) {
            throw new NoLiteral();
        }
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",:]})( \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "True", "true" -> true;
            case "False", "false" -> false;
            case "None", "null" -> NONE;
            default -> number(word);
        };
    }

    private static Double number(String word) {
        // Double.valueOf takes more than a literal may be, such as 1f and hexadecimal floats.
        if (!word.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            throw new NoLiteral();
        }
        return Double.valueOf(word);
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean next(char c) {
        space();
        return peek() == c;
    }

    /** Whether this character comes next; then it is passed. */
    private boolean closes(char c) {
        boolean next = next(c);
        at += next ? 1 : 0;
        return next;
    }

    private char peek() {
        if (at == text.length()) {
            throw new NoLiteral();
        }
        return text.charAt(at);
    }
}
