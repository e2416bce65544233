package io.github.jvig.model;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Guesses what name was meant. */
final class Names {
    private Names() {
    }

    /** The candidate, lower case, that the fewest single-letter edits turn {@code name} into; the first of several. */
    static String nearest(String name, List<String> candidates) {
        String lower = name.toLowerCase(Locale.ROOT);
        return candidates.stream().min(Comparator.comparingInt(c -> distance(lower, c))).orElseThrow();
    }

    /** Levenshtein's distance, row by row. */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
