package io.github.jvig.model.vision;

import java.util.Locale;

/**
 * One class and how sure the net is of it.
 *
 * @param index       of the logit
 * @param label       the class's name
 * @param probability 0 to 1
 */
public record Classification(int index, String label, double probability) {
    /** Such as {@code tench 93.1 %}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %%", label, 100 * probability);
    }
}
