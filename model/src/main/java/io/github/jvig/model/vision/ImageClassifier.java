package io.github.jvig.model.vision;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A net that names images: reads a file, transforms it, runs the net, and ranks the classes. Immutable; as safe for several threads as its
 * net is.
 */
public final class ImageClassifier {
    /** Images per run where the caller names no number: enough to keep the workers busy, few enough to stay in memory. */
    public static final int DEFAULT_BATCH = 8;

    private final UnaryOperator<float[]> net;
    private final Transform transform;
    private final Labels labels;
    private final Orientation orientation;

    /**
     * @param net       from NCHW inputs, one or more, to as many times the logits of {@code labels.size()} classes; such as
     *                  {@code session::run}
     * @param transform that makes the net's input
     * @param labels    of its classes
     */
    public ImageClassifier(UnaryOperator<float[]> net, Transform transform, Labels labels) {
        this(net, transform, labels, Orientation.STORED);
    }

    private ImageClassifier(UnaryOperator<float[]> net, Transform transform, Labels labels, Orientation orientation) {
        this.net = Objects.requireNonNull(net, "net");
        this.transform = Objects.requireNonNull(transform, "transform");
        this.labels = Objects.requireNonNull(labels, "labels");
        this.orientation = Objects.requireNonNull(orientation, "orientation");
    }

    /** The same classifier with another way to take a camera's note; the default is {@link Orientation#STORED}. */
    public ImageClassifier with(Orientation orientation) {
        return new ImageClassifier(net, transform, labels, orientation);
    }

    /** @throws ImageException when the file can't be read as an image */
    public Classifications classify(Path image) throws ImageException {
        return classifyPrepared(List.of(prepare(image))).getFirst();
    }

    public Classifications classify(BufferedImage image) {
        return classifyPrepared(List.of(transform.apply(Images.of(image)))).getFirst();
    }

    /** As {@link #classify(List, int)} with batches of {@link #DEFAULT_BATCH}. */
    public List<Classifications> classify(List<Path> images) throws ImageException {
        return classify(images, DEFAULT_BATCH);
    }

    /**
     * Classifies images in their order, as many at once as {@code batch} says.
     *
     * @throws ImageException           when a file can't be read as an image; nothing is said of the others then (see {@link #prepare})
     * @throws IllegalArgumentException when {@code batch} is below 1
     */
    public List<Classifications> classify(List<Path> images, int batch) throws ImageException {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch of " + batch + " images can't be run");
        }
        List<Classifications> results = new ArrayList<>(images.size());
        for (int from = 0; from < images.size(); from += batch) {
            List<float[]> inputs = new ArrayList<>(batch);
            for (Path image : images.subList(from, Math.min(images.size(), from + batch))) {
                inputs.add(prepare(image));
            }
            results.addAll(classifyPrepared(inputs));
        }
        return results;
    }

    /**
     * The net's input for one file: the first half of {@link #classify(Path)}, for callers that go on when a file is no image.
     *
     * @return planar RGB, {@code 3 * height * width} values
     * @throws ImageException when the file can't be read as an image
     */
    public float[] prepare(Path image) throws ImageException {
        return transform.apply(Images.read(image, orientation));
    }

    /**
     * Classifies prepared inputs, all of them in one run: the second half.
     *
     * @throws IllegalArgumentException when an input has another length than {@link #prepare} gives, or the net's logits do not fit the
     *                                  labels
     */
    public List<Classifications> classifyPrepared(List<float[]> inputs) {
        int inputSize = 3 * transform.height() * transform.width();
        float[] batch = new float[Math.multiplyExact(inputs.size(), inputSize)];
        for (int i = 0; i < inputs.size(); i++) {
            float[] input = inputs.get(i);
            if (input.length != inputSize) {
                throw new IllegalArgumentException("input " + i + " has " + input.length + " values, not " + inputSize);
            }
            System.arraycopy(input, 0, batch, i * inputSize, inputSize);
        }
        if (inputs.isEmpty()) {
            return List.of();
        }
        float[] logits = net.apply(batch);
        labels.requireSize(logits.length / inputs.size());
        List<Classifications> results = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            results.add(
                    Classifications.of(Arrays.copyOfRange(logits, i * labels.size(), (i + 1) * labels.size()), labels));
        }
        return results;
    }
}
