package io.github.jvig.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes, written as {@code 1500000}, {@code 512KB}, {@code 1.5MB} or {@code 2MiB}. */
public record MemorySize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s?([A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.of("", 1L, "b", 1L, "kb", 1_000L, "mb", 1_000_000L, "gb",
            1_000_000_000L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    /** Parses the value of {@code --memory}. */
    public static final class Converter implements ITypeConverter<MemorySize> {
        @Override
        public MemorySize convert(String value) {
            Matcher matcher = FORM.matcher(value);
            Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
            if (unit == null) {
                throw new TypeConversionException(
                        "'" + value + "' is no number of bytes, such as 1500000, 512KB, 1.5MB or 2MiB");
            }
            BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
            if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
                throw new TypeConversionException("a memory of " + value + " can't be asked for");
            }
            return new MemorySize(bytes.longValue());
        }
    }
}
