package io.github.jvig.model.vision;

import java.util.Locale;

/**
 * One class and its probability.
 *
 * @param index       of the logit
 * @param label       the class's name
 * @param probability from 0 to 1
 */
public record Classification(int index, String label, double probability) {
    /** The label and the probability in percent, such as {@code tench 93.1 %}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %%", label, 100 * probability);
    }
}
