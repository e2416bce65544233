package io.github.jvig.model.device;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a device stores maps and weights. Sums are in single precision in any case. */
public enum Precision {
    /** Single precision, IEEE 754 binary32. Every device has it. */
    SINGLE,
    /**
     * Half precision, IEEE 754 binary16, where the device has kernels for it; other operations stay in single precision. Logits then differ
     * by up to two hundredths of their standard deviation, which is the bound that small nets are tested for. Numbers beyond 65504 become
     * infinite, so that a net with such maps gives NaN.
     */
    HALF;

    /** {@return the name for people and command lines: {@code "single"} or {@code "half"}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The precision of this name.
     *
     * @param name {@code "single"} or {@code "half"}
     * @return the precision
     * @throws IllegalArgumentException when there is none of this name; it lists the names
     */
    public static Precision named(String name) {
        return Arrays.stream(values()).filter(precision -> precision.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no precision '" + name + "'; there are "
                        + Arrays.stream(values()).map(Precision::toString).collect(Collectors.joining(" and "))));
    }
}
