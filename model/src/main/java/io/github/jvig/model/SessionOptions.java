package io.github.jvig.model;

import io.github.jvig.model.device.Precision;
import io.github.jvig.model.tuning.Tuning;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a model is compiled: device, threads, input size and the like. Immutable. For a single session
 * {@code model.compile(options -> options.threads(2))} needs no object of this class; build one where the same options serve several
 * sessions. Every option has a default, so a new one breaks no caller.
 */
public final class SessionOptions {
    /** The device that is chosen by measuring. */
    static final String AUTO = "auto";

    /** In the shape of an input: a size that the file fixes, or that is chosen as without a shape. */
    public static final int MODELS_OWN = -1;

    private static final int MAX_THREADS = 1024;

    private final String device;
    private final int threads;
    private final OptionalInt height;
    private final OptionalInt width;
    private final Map<String, List<Integer>> inputs;
    private final boolean warmUp;
    private final boolean features;
    private final Optional<Path> tuningFile;
    private final OptionalLong activationBytes;
    private final Precision precision;

    private SessionOptions(Builder builder) {
        device = builder.device;
        threads = builder.threads;
        height = builder.height;
        width = builder.width;
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inputs));
        warmUp = builder.warmUp;
        features = builder.features;
        tuningFile = builder.tuningFile;
        activationBytes = builder.activationBytes;
        precision = builder.precision;
    }

    /** {@return the defaults, each of which {@link Builder} names} */
    public static SessionOptions defaults() {
        return builder().build();
    }

    /** {@return a builder that starts with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a builder that starts with these options} */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.device = device;
        builder.threads = threads;
        builder.height = height;
        builder.width = width;
        builder.inputs.putAll(inputs);
        builder.warmUp = warmUp;
        builder.features = features;
        builder.tuningFile = tuningFile;
        builder.activationBytes = activationBytes;
        builder.precision = precision;
        return builder;
    }

    /** {@return the name of the device, or {@code "auto"} for the fastest} */
    public String device() {
        return device;
    }

    /** {@return threads of the session, the caller's included: 1 to 1024} */
    public int threads() {
        return threads;
    }

    /** {@return rows of the input in pixels; empty for the model's own size} */
    public OptionalInt height() {
        return height;
    }

    /** {@return columns of the input in pixels; empty for the model's own size} */
    public OptionalInt width() {
        return width;
    }

    /** {@return shapes of inputs that were given by name; empty where the model's own shapes and the size of the image tell all} */
    public Map<String, List<Integer>> inputs() {
        return inputs;
    }

    /** {@return whether compiling includes the warm-up} */
    public boolean warmUp() {
        return warmUp;
    }

    /** {@return whether the session can give the net's feature maps beside its logits} */
    public boolean features() {
        return features;
    }

    /** {@return where choices of kernels that are made by timing are kept; empty where kernels are taken from the tables} */
    public Optional<Path> tuningFile() {
        return tuningFile;
    }

    /** {@return what the activations of an image may take at most, in bytes; empty for no bound} */
    public OptionalLong activationBytes() {
        return activationBytes;
    }

    /** {@return how the device stores maps and weights} */
    public Precision precision() {
        return precision;
    }

    @Override
    public String toString() {
        return "device " + device + ", " + Session.threads(threads) + ", "
                + (height.isPresent() ? height.getAsInt() + "x" + width.getAsInt() : "the model's input size")
                + (inputs.isEmpty() ? "" : ", inputs " + inputs)
                + (warmUp ? "" : ", no warm-up") + (features ? ", features" : "")
                + tuningFile.map(file -> ", tuned in " + file).orElse("")
                + (activationBytes.isPresent()
                        ? ", activations in " + activationBytes.getAsLong() + " bytes"
                        : "")
                + (precision == Precision.SINGLE ? "" : ", " + precision + " precision");
    }

    /** Collects options. Not safe for several threads at a time. */
    public static final class Builder {
        private String device = AUTO;
        private int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        private OptionalInt height = OptionalInt.empty();
        private OptionalInt width = OptionalInt.empty();
        private final Map<String, List<Integer>> inputs = new LinkedHashMap<>();
        private boolean warmUp = true;
        private boolean features;
        private Optional<Path> tuningFile = Optional.empty();
        private OptionalLong activationBytes = OptionalLong.empty();
        private Precision precision = Precision.SINGLE;

        private Builder() {
        }

        /**
         * The device, by one of the names that {@link Devices#all()} lists, such as {@code "cpu"}. The default {@code "auto"} takes the
         * fastest, which is measured where there are several; a device that fails is then passed over.
         *
         * @param device name of the device, or {@code "auto"}
         * @return this builder
         * @throws IllegalArgumentException when the name is blank. That there is such a device is checked by {@link Model#compile}
         */
        public Builder device(String device) {
            if (Objects.requireNonNull(device, "device").isBlank()) {
                throw new IllegalArgumentException("the device name is blank; use a name such as cpu, or auto");
            }
            this.device = device;
            return this;
        }

        /**
         * Threads of the session, the caller's included; by default one for each processor. A device without threads of its own ignores
         * them.
         *
         * @param threads 1 to 1024
         * @return this builder
         * @throws IllegalArgumentException when it is not 1 to 1024
         */
        public Builder threads(int threads) {
            if (threads < 1 || threads > MAX_THREADS) {
                throw new IllegalArgumentException("threads must be 1 to " + MAX_THREADS + ", got " + threads);
            }
            this.threads = threads;
            return this;
        }

        /**
         * Size of the input in pixels; by default the size that the model was trained for. An ONNX model takes it where its file leaves height
         * and width of an image free.
         *
         * @param height in pixels, at least 1
         * @param width  in pixels, at least 1
         * @return this builder
         * @throws IllegalArgumentException when there is not one pixel. Whether the net can be run at this size is checked by
         *                                  {@link Model#compile}
         */
        public Builder size(int height, int width) {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("input size must be at least 1x1, got " + height + "x" + width);
            }
            this.height = OptionalInt.of(height);
            this.width = OptionalInt.of(width);
            return this;
        }

        /**
         * The shape of an input of an ONNX model, where its file leaves sizes free. Inputs that are not named have a batch of 1 and, if they
         * are images, the session's {@link #size}.
         *
         * @param name  of the input, as the file has it
         * @param shape sizes of all its axes, each at least 1 or {@link #MODELS_OWN}
         * @return this builder
         * @throws IllegalArgumentException when a size is below 1. Whether the model has such an input is checked by {@link Model#compile}
         */
        public Builder input(String name, int... shape) {
            if (Arrays.stream(shape).anyMatch(size -> size < 1 && size != MODELS_OWN)) {
                throw new IllegalArgumentException("sizes of the input " + name + " must be at least 1, got "
                        + Arrays.toString(shape));
            }
            inputs.put(Objects.requireNonNull(name, "name"), Arrays.stream(shape).boxed().toList());
            return this;
        }

        /**
         * Whether compiling runs the net until the JIT compiler has finished with the kernels, about two seconds, so that the first run
         * is as fast as any other (default). Without it the first runs are slower, the very first by up to a second.
         *
         * @param warmUp whether to do so
         * @return this builder
         */
        public Builder warmUp(boolean warmUp) {
            this.warmUp = warmUp;
            return this;
        }

        /**
         * Whether the session keeps the maps behind the net's stages for {@link Session#features}; not by default.
         *
         * @param features whether to do so
         * @return this builder
         */
        public Builder features(boolean features) {
            this.features = features;
            return this;
        }

        /**
         * Times the kernels that could be taken, on the real shapes, and takes the fastest. The results are kept in this machine's tuning
         * file, so that each layer is timed once: about half a second for each distinct layer. By default kernels are taken from tables.
         *
         * @return this builder
         */
        public Builder tuned() {
            return tuningFile(Tuning.standardFile());
        }

        /**
         * As {@link #tuned()} with another tuning file than this machine's.
         *
         * @param file where results are kept; it is made where there is none
         * @return this builder
         */
        public Builder tuningFile(Path file) {
            this.tuningFile = Optional.of(file);
            return this;
        }

        /**
         * A bound for the memory of the activations: the maps between the layers and the threads' work space, {@link Session#workspaceBytes()}.
         * Where the usual plan takes more, the first layers run in strips of a few rows, as many layers together as it takes; the results keep
         * their bits, the time grows. The bound is for one run at a time; the images of a batch then run one after another. Not counted are the
         * weights, the images and results that a caller hands over, and what the JVM itself takes. By default there is no bound.
         *
         * @param bytes at least 1. Whether the net can be run in so little is checked by {@link Model#compile}, which names the smallest bound
         *              that can be met
         * @return this builder
         * @throws IllegalArgumentException when it is below 1
         */
        public Builder activationBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("activations need at least a byte, got " + bytes);
            }
            this.activationBytes = OptionalLong.of(bytes);
            return this;
        }

        /**
         * How the device stores maps and weights; by default in single precision. Half precision is for GPUs that have it; others, the
         * processor too, refuse to compile for it, and {@code "auto"} passes them over.
         *
         * @param precision single or half
         * @return this builder
         */
        public Builder precision(Precision precision) {
            this.precision = Objects.requireNonNull(precision, "precision");
            return this;
        }

        /** {@return the options as they are now; the builder may go on} */
        public SessionOptions build() {
            return new SessionOptions(this);
        }
    }
}
