package io.github.jvig.model.vision;

import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Images;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A net that names images: reads a file, transforms it, runs the net, and ranks the classes. Immutable; as safe for several threads as its
 * net is.
 *
 * <p>An image may be a file, a stream or bytes in memory, which give the same pixels, or be decoded already. {@link Images} lists the kinds of
 * files. An {@link ImageInput} stands for any of these. Two halves, {@code prepare} and {@link #classifyPrepared}, are there for callers that go
 * on after a bad image; {@link #pipeline} runs the first one in parallel.
 */
public final class ImageClassifier {
    /** Images of a list that run together: enough to keep the workers busy, and few enough to stay in memory. */
    static final int BATCH = 8;

    private final UnaryOperator<float[]> net;
    private final Transform transform;
    private final Labels labels;
    private final Orientation orientation;

    /**
     * A classifier of any net.
     *
     * @param net       such as a session's {@code run}: gets float32 of the shape [N, 3, H, W] (C order), with H and W of the transform, and
     *                  gives [N, {@code labels.size()}] logits
     * @param transform makes the net's input
     * @param labels    name its classes
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

    /**
     * The same classifier with another treatment of EXIF orientations; the default is {@link Orientation#STORED}.
     *
     * @param orientation what becomes of an EXIF orientation
     * @return the new classifier, on the same net
     */
    public ImageClassifier with(Orientation orientation) {
        return new ImageClassifier(net, transform, labels, orientation);
    }

    /**
     * Classifies a file.
     *
     * @param image an image file
     * @return a probability for each class
     * @throws ImageException           when the file can't be read as an image
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(Path image) throws ImageException {
        return classifyOne(prepare(image));
    }

    /**
     * Classifies a file that comes as a stream, which is read with the limits of {@link Images#read(InputStream, String)}.
     *
     * @param image the content of an image file; left open
     * @param name  what errors call it
     * @return a probability for each class
     * @throws ImageException           when the stream can't be read as an image
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(InputStream image, String name) throws ImageException {
        return classifyOne(prepare(image, name));
    }

    /**
     * Classifies a file that is in memory.
     *
     * @param image the content of an image file
     * @param name  what errors call it
     * @return a probability for each class
     * @throws ImageException           when it can't be read as an image
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(byte[] image, String name) throws ImageException {
        return classifyOne(prepare(image, name));
    }

    /**
     * Classifies an image that is decoded already.
     *
     * @param image of any size
     * @return a probability for each class
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(RgbImage image) {
        return classifyOne(prepare(image));
    }

    /**
     * Classifies one of Java's images.
     *
     * @param image of any type and size; see {@link Images#of}
     * @return a probability for each class
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(BufferedImage image) {
        return classify(Images.of(image));
    }

    private Classifications classifyOne(float[] input) {
        return classifyPrepared(List.of(input)).getFirst();
    }

    /**
     * Classifies an image that is known by name, such as {@link ImageFiles#find} gives it.
     *
     * @param image not opened yet
     * @return a probability for each class
     * @throws ImageException           when it can't be read as an image
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public Classifications classify(ImageInput image) throws ImageException {
        return classifyOne(prepare(image));
    }

    /**
     * Classifies many images, a few at a time, and ends at the first bad one. {@link #pipeline} is faster and goes on.
     *
     * @param images such as {@link ImageFiles#find} gives them
     * @return a result for each image, in order
     * @throws ImageException           when one can't be read as an image; there is no result for the others then
     * @throws IllegalArgumentException when the net gives a logit that is NaN or infinite, or not one for each label
     */
    public List<Classifications> classify(List<ImageInput> images) throws ImageException {
        List<Classifications> results = new ArrayList<>(images.size());
        for (int from = 0; from < images.size(); from += BATCH) {
            List<float[]> inputs = new ArrayList<>(BATCH);
            for (ImageInput image : images.subList(from, Math.min(images.size(), from + BATCH))) {
                inputs.add(prepare(image));
            }
            results.addAll(classifyPrepared(inputs));
        }
        return results;
    }

    /**
     * The net's input for an image that is known by name.
     *
     * @param image not opened yet
     * @return {@code 3 * height * width} values in planes of red, green, blue
     * @throws ImageException when it can't be read as an image
     */
    public float[] prepare(ImageInput image) throws ImageException {
        return prepare(image.read(orientation));
    }

    /**
     * The net's input for a file.
     *
     * @param image an image file
     * @return {@code 3 * height * width} values in planes of red, green, blue
     * @throws ImageException when the file can't be read as an image
     */
    public float[] prepare(Path image) throws ImageException {
        return prepare(Images.read(image, orientation));
    }

    /**
     * The net's input for a file that comes as a stream, which is read with the limits of
     * {@link Images#read(InputStream, String)}.
     *
     * @param image the content of an image file; left open
     * @param name  what errors call it
     * @return {@code 3 * height * width} values in planes of red, green, blue
     * @throws ImageException when the stream can't be read as an image
     */
    public float[] prepare(InputStream image, String name) throws ImageException {
        return prepare(Images.read(image, name, orientation));
    }

    /**
     * The net's input for a file that is in memory.
     *
     * @param image the content of an image file
     * @param name  what errors call it
     * @return {@code 3 * height * width} values in planes of red, green, blue
     * @throws ImageException when it can't be read as an image
     */
    public float[] prepare(byte[] image, String name) throws ImageException {
        return prepare(Images.read(image, name, orientation));
    }

    /**
     * The net's input for an image that is decoded already.
     *
     * @param image of any size
     * @return {@code 3 * height * width} values in planes of red, green, blue
     */
    public float[] prepare(RgbImage image) {
        return transform.apply(image);
    }

    /**
     * The net's inputs for many images, decoded in parallel and ahead of the net; bad images do not end the run. To be closed.
     *
     * @param images    such as {@link ImageFiles#find} gives them
     * @param helpers   threads that decode in addition to the caller, at least 0
     * @param lookAhead how many images at most are decoded ahead, at least 1
     * @return the pipeline, whose inputs are for {@link #classifyPrepared}
     * @throws IllegalArgumentException when {@code helpers} is below 0 or {@code lookAhead} below 1
     */
    public DecodePipeline pipeline(Iterable<ImageInput> images, int helpers, int lookAhead) {
        return new DecodePipeline(images, transform, orientation, helpers, lookAhead);
    }

    /**
     * Classifies prepared inputs, all of them in one run.
     *
     * @param inputs as {@code prepare} gives them, {@code 3 * height * width} values each
     * @return a result for each input, in order
     * @throws IllegalArgumentException when an input has another length, or the net gives a logit that is NaN or infinite, or not one for
     *                                  each label
     * @throws ArithmeticException      when the inputs together are larger than one Java array can be
     */
    public List<Classifications> classifyPrepared(List<float[]> inputs) {
        float[] logits = logits(inputs);
        List<Classifications> results = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            results.add(
                    Classifications.of(Arrays.copyOfRange(logits, i * labels.size(), (i + 1) * labels.size()), labels));
        }
        return results;
    }

    /**
     * The logits of prepared inputs, all of them in one run, for callers that go on after an image whose logits are not finite:
     * {@link Classifications#of} takes those of one image.
     *
     * @param inputs as {@code prepare} gives them, {@code 3 * height * width} values each
     * @return as many as there are labels, for each input in order; as the net gives them, so they may be NaN or infinite
     * @throws IllegalArgumentException when an input has another length, or the net gives not one logit for each label
     * @throws ArithmeticException      when the inputs together are larger than one Java array can be
     */
    public float[] logits(List<float[]> inputs) {
        int inputSize = 3 * transform.height() * transform.width();
        // One image is the batch as it is; a copy would cost as much as a layer of a small net.
        float[] batch = inputs.size() == 1
                ? inputs.getFirst()
                : new float[Math.multiplyExact(inputs.size(), inputSize)];
        for (int i = 0; i < inputs.size(); i++) {
            float[] input = inputs.get(i);
            if (input.length != inputSize) {
                throw new IllegalArgumentException("input " + i + " has " + input.length + " values, not " + inputSize);
            }
            if (inputs.size() > 1) {
                System.arraycopy(input, 0, batch, i * inputSize, inputSize);
            }
        }
        if (inputs.isEmpty()) {
            return new float[0];
        }
        float[] logits = net.apply(batch);
        labels.requireSize(logits.length / inputs.size());
        return logits;
    }
}
