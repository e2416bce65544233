package io.github.jvig.cli;

import java.util.Locale;

/** Formats numbers for people, independent of the locale. */
final class NumberFormats {
    private NumberFormats() {
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Formats whole numbers without a fraction. */
    static String number(double value) {
        return value == Math.rint(value) ? format("%.0f", value) : Double.toString(value);
    }

    /** Formats in thousands or millions: {@code "5.2 M"}. */
    static String large(long value) {
        return value >= 1_000_000 ? format("%.1f M", value / 1e6) : format("%.1f k", value / 1e3);
    }

    /** Formats a fraction as percent, NaN as {@code "-"}. */
    static String percent(double share) {
        return Double.isNaN(share) ? "-" : format("%.1f %%", 100 * share);
    }
}
