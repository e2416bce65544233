package io.github.jvig.cli;

import java.util.Locale;

/** Numbers for people, the same in every country. */
final class NumberFormats {
    private NumberFormats() {
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Without a fraction where there is none. */
    static String number(double value) {
        return value == Math.rint(value) ? format("%.0f", value) : Double.toString(value);
    }

    /** With a unit of a thousand or a million: {@code "5.2 M"}. */
    static String large(long value) {
        return value >= 1_000_000 ? format("%.1f M", value / 1e6) : format("%.1f k", value / 1e3);
    }

    /** A share of one in percent, {@code "-"} where it is not known. */
    static String percent(double share) {
        return Double.isNaN(share) ? "-" : format("%.1f %%", 100 * share);
    }
}
