package io.github.jvig.model;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.jvm.CompilerWatch;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.lowering.Remainder;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Transform;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model compiled for one device and one input size, with its threads and buffers. Any number of threads may use a session at a time;
 * results are the same bits for any number of threads. Close it to free its threads and buffers; closing it again does nothing. A session
 * that is dropped without being closed is freed after the garbage collector has found it. Long, for it is what an application holds, and half of it
 * says what the methods take and give.
 */
public final class Session implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final ModelInfo info;
    private final String device;
    private final String deviceChoice;
    private final Executable executable;
    private final int threads;
    private final List<Integer> strides;
    private final int classes;
    /** Whether the first output is a softmax already. */
    private final boolean givesProbabilities;
    private final List<TensorInfo> inputs;
    private final List<TensorInfo> outputs;
    /** Of the first input. */
    private final ImageAxes image;
    /** Computes the outputs of what the executable gives; empty where these are the outputs. */
    private final Optional<Rest> rest;
    private final Cleaner.Cleanable cleanable;
    /** For sessions that are not warmed up, and those whose warm-up a busy machine has cut short. */
    private final CompilerWatch watch = new CompilerWatch();

    /** What runs behind the executable, and by what. */
    private record Rest(Remainder operators, GraphRunner runner) {
        List<OnnxTensor> run(float[][] results) {
            return operators.run(runner, results);
        }
    }

    /**
     * @param strides of the features, which are the executable's outputs behind the logits; empty when there are none
     * @param inputs  of an ONNX model, one behind the other in the executable's input; empty for the image of a named net
     * @param outputs of an ONNX model, in its order; empty for those of a named net
     * @param rest    computes the outputs of what the executable gives; empty where these are the outputs
     */
    Session(ModelInfo info, GraphSource graphs, DeviceSelector.Selection selection, int threads,
            List<Integer> strides, List<TensorInfo> inputs, List<TensorInfo> outputs,
            Optional<GraphSource.Rest> rest) {
        this.device = selection.device().name();
        this.deviceChoice = selection.report();
        this.executable = selection.executable();
        this.threads = threads;
        this.strides = List.copyOf(strides);
        this.inputs = inputs.isEmpty() ? List.of(map(NamedGraph.INPUT, executable.input())) : List.copyOf(inputs);
        this.image = ImageAxes.of(this.inputs.getFirst());
        this.outputs = outputs.isEmpty() ? namedOutputs() : List.copyOf(outputs);
        this.rest = rest.map(r -> new Rest(r.operators(),
                Devices.processor(selection.device()).runner(threads, r.kernels())));
        // The source itself is not kept: it holds the weights, which the executable has in its own order.
        this.classes = graphs.classes(this.outputs);
        this.info = graphs.compiled(info, classes);
        this.givesProbabilities = graphs.givesProbabilities();
        this.cleanable = CLEANER.register(this, freeing(executable, this.rest));
    }

    /** Holds what has threads and buffers, which knows nothing of the session. */
    private static Runnable freeing(Executable executable, Optional<Rest> rest) {
        return () -> {
            executable.close();
            rest.ifPresent(r -> r.runner().close());
        };
    }

    private static TensorInfo map(String name, MapLayout map) {
        return new TensorInfo(name, TensorInfo.Kind.FLOAT, List.of(1, map.channels(), map.height(), map.width()));
    }

    /** The logits of an image, and its feature maps. */
    private List<TensorInfo> namedOutputs() {
        List<TensorInfo> named = new ArrayList<>();
        MapLayout logits = executable.outputs().getFirst();
        named.add(new TensorInfo(NamedGraph.OUTPUT, TensorInfo.Kind.FLOAT,
                List.of(1, logits.pixels() * logits.channels())));
        for (int i = 0; i < strides.size(); i++) {
            named.add(map("stride" + strides.get(i), executable.outputs().get(1 + i)));
        }
        return List.copyOf(named);
    }

    /** {@return the inputs by name and shape, in the order of the file of an ONNX model; of a named net one image} */
    public List<TensorInfo> inputs() {
        return inputs;
    }

    /**
     * The outputs by name and shape, in the order of the file of an ONNX model; of a named net the logits of one image, and its feature maps
     * if it was compiled with them.
     *
     * @return at least one
     */
    public List<TensorInfo> outputs() {
        return outputs;
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

    /**
     * The number of logits of an image. Of an ONNX model it is the size of the second axis of the first output, or of its only axis.
     *
     * @return at least 1
     */
    public int classes() {
        return classes;
    }

    /**
     * Images in the order in which the first input of an ONNX model has them: as they are, or with the channels last where the file has the
     * shape {@code [batch, height, width, channels]}.
     *
     * @param nchw images, {@code [batch][channels][height][width]}, C order
     * @return what {@link #run(float[])} takes; the same array where nothing changes
     * @throws IllegalArgumentException when the length is not a whole number of images, at least one
     */
    public float[] imageInput(float[] nchw) {
        return image.fromPlanes(nchw, batch(nchw) * image.batch());
    }

    /** {@return rows of the input, in pixels; 1 where the first input is no image} */
    public int height() {
        return image.height();
    }

    /** {@return columns of the input, in pixels; 1 where the first input is no image} */
    public int width() {
        return image.width();
    }

    /** {@return channels of the input, 3 for most; the elements of the first input where it is no image} */
    public int channels() {
        return image.channels();
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
                "the model " + modelName() + " has no labels; give classifier(transform, labels) your own"));
        if (labels.size() != classes()) {
            throw new IllegalStateException(
                    "the weights of " + modelName() + " have " + classes() + " classes, its labels "
                            + labels.size() + "; give classifier(transform, labels) your own");
        }
        return classifier(transform(), labels);
    }

    /**
     * A classifier of this session with another transform and other labels than the model's own. Where an ONNX model ends with a softmax, its
     * probabilities are taken as they are; where its file fixes a batch above 1, images that are missing to a whole one are zeros.
     *
     * @param transform makes the session's input
     * @param labels    name its classes
     * @return the classifier, as safe for several threads as the session
     * @throws IllegalArgumentException when the session does not take images of the transform's size and give a number for each label
     */
    public ImageClassifier classifier(Transform transform, Labels labels) {
        List<Integer> wanted = List.of(image.batch(), 3, transform.height(), transform.width());
        if (inputs.size() != 1 || inputs.getFirst().shape().size() != 4
                || !wanted.equals(List.of(image.batch(), channels(), height(), width()))) {
            throw new IllegalArgumentException(modelName() + " takes " + inputs + ", not an image " + wanted
                    + ", and can't classify images");
        }
        if (outputs.getFirst().isVariable() || outputs.getFirst().elements() != image.batch() * classes()) {
            throw new IllegalArgumentException(modelName() + " gives " + outputs.getFirst()
                    + ", not a number for each class, and can't classify images");
        }
        labels.requireSize(classes());
        return new ImageClassifier(nchw -> {
            int images = nchw.length / (length() / image.batch());
            int batches = Math.ceilDiv(images, image.batch());
            float[] input = imageInput(
                    images == batches * image.batch()
                            ? nchw
                            : Arrays.copyOf(nchw, Math.multiplyExact(batches, length())));
            float[] values = givesProbabilities ? logs(input) : run(input);
            return images == batches * image.batch() ? values : Arrays.copyOf(values, images * classes());
        }, transform, labels);
    }

    /** Logits whose softmax are the probabilities that the net gives. */
    private float[] logs(float[] input) {
        float[] values = run(input);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.log(Math.max(values[i], Float.MIN_NORMAL));
        }
        return values;
    }

    /** {@return the transform from an image to this session's input that the model's evaluation uses} */
    public Transform transform() {
        return info.preprocessing().transform(height(), width());
    }

    /**
     * The first output, which are the logits of a classifier, for a batch. NaN or an infinity in an image spoils that image's logits, not
     * those of others.
     *
     * @param values normalized images, {@code [batch][3][height][width]}, C order; the length decides the batch. Of an ONNX model with several
     *               inputs, all of them one behind the other, in the order of {@link #inputs()}. Where an ONNX file fixes a batch of its own,
     *               that is what counts as one
     * @return {@code [batch][classes]}, or as many first outputs, row-major
     * @throws IllegalArgumentException when the length is not a whole number of images, at least one; of a net that gives as many elements as it
     *                                  finds, when it is not one
     * @throws IllegalStateException    when the session is closed
     */
    public float[] run(float[] values) {
        int batch = batch(values);
        if (rest.isPresent()) {
            if (batch != 1) {
                throw new IllegalArgumentException(modelName() + " gives as many elements as it finds; run its " + batch
                        + " images one after another");
            }
            return finished(values).getFirst().asFloats();
        }
        float[][] results = new float[strides.isEmpty() ? outputs.size() : 1][];
        for (int i = 0; i < results.length; i++) {
            results[i] = new float[Math.multiplyExact(batch, outputs.get(i).elements())];
        }
        run(values, batch, results);
        return results[0];
    }

    /**
     * All outputs for inputs by name.
     *
     * @param values the elements of each of {@link #inputs()}, row-major; whole numbers and truth values (0 and 1) as floats
     * @return each of {@link #outputs()} by its name, in that order
     * @throws IllegalArgumentException when an input is missing or unknown, has another number of elements than its shape, or elements that are
     *                                  not of its kind
     * @throws IllegalStateException    when the session is closed
     */
    public Map<String, Tensor> run(Map<String, float[]> values) {
        for (String name : values.keySet()) {
            if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
                throw new IllegalArgumentException("there is no input '" + name + "'; " + modelName() + " takes "
                        + inputs);
            }
        }
        for (TensorInfo input : inputs) {
            float[] given = values.get(input.name());
            if (given == null) {
                throw new IllegalArgumentException("the input " + input + " is missing");
            }
            input.check(given);
        }
        float[] packed = inputs.size() == 1 ? values.get(inputs.getFirst().name()) : packed(values);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (rest.isPresent()) {
            List<OnnxTensor> finished = finished(packed);
            for (int i = 0; i < finished.size(); i++) {
                String name = outputs.get(i).name();
                tensors.put(name, new Tensor(name, finished.get(i).shape(), finished.get(i).asFloats()));
            }
            return tensors;
        }
        float[][] results = new float[outputs.size()][];
        for (int i = 0; i < results.length; i++) {
            TensorInfo output = outputs.get(i);
            results[i] = new float[output.elements()];
            tensors.put(output.name(), new Tensor(output.name(), output.shape(), results[i]));
        }
        run(packed, 1, results);
        return tensors;
    }

    /** The outputs, where some have sizes that depend on what the executable computes. */
    private List<OnnxTensor> finished(float[] packed) {
        float[][] results = WarmUp.results(executable);
        run(packed, 1, results);
        try {
            return rest.orElseThrow().run(results);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Runs on noise what is behind the executable, if anything is, until the JIT compiler has finished with it. */
    void warmUpRest() {
        if (rest.isPresent()) {
            float[] noise = TensorInfo.random(inputs, 1);
            try {
                WarmUp.runBehind(() -> finished(noise));
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                // What noise finds may be of sizes that can't be run; what an image finds is said when it is run.
            }
        }
    }

    /** All inputs one behind the other. */
    private float[] packed(Map<String, float[]> values) {
        float[] packed = new float[length()];
        int at = 0;
        for (TensorInfo input : inputs) {
            float[] given = values.get(input.name());
            System.arraycopy(given, 0, packed, at, given.length);
            at += given.length;
        }
        return packed;
    }

    /** Floats of one run. */
    private int length() {
        return executable.input().pixels() * executable.input().channels();
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
            // A run allocates nothing but results, so not even the object of a function.
            if (watch.isDone()) {
                executable.run(nchw, batch, results);
            } else {
                watch.run(batch, () -> executable.run(nchw, batch, results));
            }
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
        int floats = length();
        if (nchw.length == 0 || nchw.length % floats != 0) {
            throw new IllegalArgumentException(inputs.size() == 1 && image.batch() == 1
                    ? "an image takes " + floats + " floats (" + channels() + "x" + height() + "x" + width() + "); "
                            + nchw.length + " floats are not a whole number of images"
                    : "the inputs " + inputs + " take " + floats + " floats together; " + nchw.length
                            + " floats are not a whole number of them");
        }
        return nchw.length / floats;
    }

    /** {@return what a run does, step by step} */
    public List<PlanStep> steps() {
        return executable.steps();
    }

    /**
     * Operators of an ONNX model that run after the steps, in a way that depends on what these compute: a detector's selection of boxes.
     *
     * @return 0 for most models
     */
    public int laterOperators() {
        return rest.map(r -> r.operators().operators()).orElse(0);
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
     * @param nchw one normalized image, {@code [3][height][width]}, or what {@link #run(float[])} takes of an ONNX model
     * @return nanoseconds, one value for each of {@link #steps()}
     * @throws IllegalArgumentException when the length is not that of one image
     * @throws IllegalStateException    when the session is closed
     */
    public long[] profile(float[] nchw) {
        try {
            long[][] nanos = new long[1][];
            watch.run(1, () -> nanos[0] = executable.profile(nchw));
            return nanos[0];
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
