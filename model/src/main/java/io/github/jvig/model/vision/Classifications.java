package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The result for one image: a probability for each class. Immutable. */
public final class Classifications {
    private static final int SHOWN = 5;

    private final double[] probabilities;
    private final List<Classification> ranked;

    private Classifications(double[] probabilities, Labels labels) {
        this.probabilities = probabilities;
        List<Classification> all = new ArrayList<>(probabilities.length);
        for (int i = 0; i < probabilities.length; i++) {
            all.add(new Classification(i, labels.name(i), probabilities[i]));
        }
        // The sort is stable, so equal classes stay in the order of their indices.
        all.sort(Comparator.comparingDouble(Classification::probability).reversed());
        ranked = List.copyOf(all);
    }

    /**
     * The softmax of one image's logits, in double precision. A single logit is that of a yes or no: its probability is the sigmoid.
     *
     * @param logits one for each class
     * @param labels of the classes
     * @return the probabilities, whose sum is 1 but for rounding where there are two classes or more
     * @throws IllegalArgumentException when there are more or fewer logits than labels, or one is NaN or infinite
     */
    public static Classifications of(float[] logits, Labels labels) {
        labels.requireSize(logits.length);
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            if (!Float.isFinite(logits[i])) {
                throw new IllegalArgumentException("logit " + i + " is " + logits[i]);
            }
            max = Math.max(max, logits[i]);
        }
        if (logits.length == 1) {
            return new Classifications(new double[]{1 / (1 + Math.exp(-logits[0]))}, labels);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - max);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return new Classifications(probabilities, labels);
    }

    /**
     * The most probable class.
     *
     * @return of equal ones the one with the lowest index
     */
    public Classification best() {
        return ranked.getFirst();
    }

    /**
     * The most probable classes.
     *
     * @param k how many, at least 1
     * @return best first, equal ones in the order of their indices; all classes where there are fewer than {@code k}; can't be changed
     * @throws IllegalArgumentException when {@code k} is below 1
     */
    public List<Classification> top(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("the top " + k + " classes can't be listed");
        }
        return ranked.subList(0, Math.min(k, ranked.size()));
    }

    /**
     * The probability of a class.
     *
     * @param index of the logit
     * @return from 0 to 1
     * @throws IndexOutOfBoundsException when there is no such class
     */
    public double probability(int index) {
        return probabilities[index];
    }

    /**
     * The number of classes.
     *
     * @return at least 1
     */
    public int size() {
        return probabilities.length;
    }

    /** The best five, such as {@code tench 93.1 %, goldfish 3.0 %}. */
    @Override
    public String toString() {
        return top(SHOWN).stream().map(Classification::toString).collect(Collectors.joining(", "));
    }
}
