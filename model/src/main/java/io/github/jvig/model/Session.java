package io.github.jvig.model;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Transform;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * A model compiled for one device and one input size, with its threads and buffers. Any number of threads may use a session at a time;
 * results are the same bits for any number of threads. Close it to free its threads and buffers; closing it again does nothing. A session
 * that is dropped without being closed is freed after the garbage collector has found it.
 */
public final class Session implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final ModelInfo info;
    private final String device;
    private final String deviceChoice;
    private final Executable executable;
    private final int threads;
    private final List<Integer> strides;
    private final Cleaner.Cleanable cleanable;

    /** @param strides of the features, which are the executable's outputs behind the logits; empty when there are none */
    Session(ModelInfo info, DeviceSelector.Selection selection, int threads, List<Integer> strides) {
        this.info = info;
        this.device = selection.device().name();
        this.deviceChoice = selection.report();
        this.executable = selection.executable();
        this.threads = threads;
        this.strides = List.copyOf(strides);
        // The action holds the executable, which knows nothing of the session.
        this.cleanable = CLEANER.register(this, executable::close);
    }

    /** {@return the name of the model} */
    public String modelName() {
        return info.name();
    }

    /** {@return what the model is} */
    public ModelInfo info() {
        return info;
    }

    /** {@return the name of the device that it runs on} */
    public String device() {
        return device;
    }

    /** {@return the measured time of each device in one line, where {@code auto} had several to choose among; else empty} */
    public String deviceChoice() {
        return deviceChoice;
    }

    /** {@return the threads that it was compiled for, the caller's included; a device without threads of its own ignores them} */
    public int threads() {
        return threads;
    }

    /** {@return the number of logits of an image} */
    public int classes() {
        return info.net().classes();
    }

    /** {@return rows of the input, in pixels} */
    public int height() {
        return executable.input().height();
    }

    /** {@return columns of the input, in pixels} */
    public int width() {
        return executable.input().width();
    }

    /** {@return channels of the input: 3} */
    public int channels() {
        return executable.input().channels();
    }

    /**
     * A classifier that preprocesses images as the model's evaluation does, runs this session, and names classes by the model's labels. It
     * works as long as the session is open.
     *
     * @return the classifier, as safe for several threads as the session
     * @throws IllegalStateException when the model has no labels, or others than its weights have classes
     */
    public ImageClassifier classifier() {
        Labels labels = info.labels().orElseThrow(() -> new IllegalStateException(
                "the model " + modelName() + " has no labels; construct an ImageClassifier with your own Labels"));
        if (labels.size() != classes()) {
            throw new IllegalStateException(
                    "the weights of " + modelName() + " have " + classes() + " classes, its labels "
                            + labels.size() + "; construct an ImageClassifier with your own Labels");
        }
        return new ImageClassifier(this::run, transform(), labels);
    }

    /** {@return the transform from an image to this session's input that the model's evaluation uses} */
    public Transform transform() {
        return info.preprocessing().transform(height(), width());
    }

    /**
     * Logits of a batch. NaN or an infinity in an image spoils that image's logits, not those of others.
     *
     * @param nchw normalized images, {@code [batch][3][height][width]}, C order; the length decides the batch
     * @return {@code [batch][classes]}
     * @throws IllegalArgumentException when the length is not a whole number of images, at least one
     * @throws IllegalStateException    when the session is closed
     */
    public float[] run(float[] nchw) {
        int batch = batch(nchw);
        float[] logits = new float[Math.multiplyExact(batch, classes())];
        run(nchw, batch, new float[][]{logits});
        return logits;
    }

    /**
     * Logits and feature maps of a batch. The session has to be compiled for it ({@link SessionOptions.Builder#features}).
     *
     * @param nchw as for {@link #run}
     * @return logits and maps, one for each of {@link #featureMaps()}
     * @throws IllegalArgumentException when the length is not a whole number of images, at least one
     * @throws IllegalStateException    when the session is closed, or was compiled without features
     */
    public Features features(float[] nchw) {
        if (strides.isEmpty()) {
            throw new IllegalStateException(
                    "the session was compiled without features; compile it with the option features(true)");
        }
        int batch = batch(nchw);
        float[][] results = new float[1 + strides.size()][];
        List<Features.Level> maps = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            MapLayout map = executable.outputs().get(i);
            results[i] = new float[Math.multiplyExact(batch, map.pixels() * map.channels())];
            if (i > 0) {
                maps.add(new Features.Level(strides.get(i - 1), map.channels(), map.height(), map.width(), results[i]));
            }
        }
        run(nchw, batch, results);
        return new Features(results[0], List.copyOf(maps));
    }

    private void run(float[] nchw, int batch, float[][] results) {
        try {
            executable.run(nchw, batch, results);
        } finally {
            // Else a caller's last use of the session could have it freed before the run has begun.
            Reference.reachabilityFence(this);
        }
    }

    /** {@return shapes of the feature maps, the largest first; none when the session was compiled without features} */
    public List<MapLayout> featureMaps() {
        return executable.outputs().subList(executable.outputs().size() - strides.size(), executable.outputs().size());
    }

    /** How many images these are. */
    private int batch(float[] nchw) {
        int image = channels() * height() * width();
        if (nchw.length == 0 || nchw.length % image != 0) {
            throw new IllegalArgumentException(
                    "an image takes " + image + " floats (" + channels() + "x" + height() + "x"
                            + width() + "); " + nchw.length + " floats are not a whole number of images");
        }
        return nchw.length / image;
    }

    /** {@return what a run does, step by step} */
    public List<PlanStep> steps() {
        return executable.steps();
    }

    /** {@return multiply-accumulates of one image} */
    public long macs() {
        return steps().stream().mapToLong(PlanStep::macs).sum();
    }

    /**
     * Memory of the buffers that one image is run in. A batch that keeps all threads busy takes about as much for each thread.
     *
     * @return bytes
     */
    public long workspaceBytes() {
        return executable.workspaceBytes();
    }

    /**
     * Runs one image and takes each step's time.
     *
     * @param nchw one normalized image, {@code [3][height][width]}
     * @return nanoseconds, one value for each of {@link #steps()}
     * @throws IllegalArgumentException when the length is not that of one image
     * @throws IllegalStateException    when the session is closed
     */
    public long[] profile(float[] nchw) {
        try {
            return executable.profile(nchw);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Frees threads and buffers. A run that is under way ends well; later ones are refused. */
    @Override
    public void close() {
        cleanable.clean();
    }

    /** {@return model, device, input size and threads: {@code "mobilevig_ti on cpu, 224x224, 2 threads"}} */
    @Override
    public String toString() {
        return modelName() + " on " + device + ", " + height() + "x" + width() + ", " + threads(threads);
    }

    static String threads(int count) {
        return count == 1 ? "1 thread" : count + " threads";
    }
}
