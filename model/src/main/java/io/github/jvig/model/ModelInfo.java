package io.github.jvig.model;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A net under a name, with what an application needs beside it: preprocessing, labels, and where its weights are published. Immutable.
 * {@link #of} is enough for a net with weights of one's own; {@link #builder} says more.
 */
public final class ModelInfo {
    private static final double CROP_FRACTION = 0.9;

    private final String name;
    private final Net net;
    private final Preprocessing preprocessing;
    private final Supplier<Optional<Labels>> labels;
    private final String paper;
    private final List<PublishedWeights> weights;

    private ModelInfo(Builder builder, Net net) {
        this.name = builder.name;
        this.net = net;
        this.preprocessing = builder.preprocessing;
        this.labels = builder.labels;
        this.paper = builder.paper;
        this.weights = List.copyOf(builder.weights);
    }

    private ModelInfo(String name, Net net, Preprocessing preprocessing, List<PublishedWeights> weights,
            ModelInfo rest) {
        this.name = name;
        this.net = net;
        this.preprocessing = preprocessing;
        this.labels = rest.labels;
        this.paper = rest.paper;
        this.weights = weights;
    }

    /**
     * A net without labels and published weights, preprocessed as the MobileViG family is evaluated: bicubic, nine tenths of the resized
     * image kept, ImageNet's mean and deviation.
     *
     * @param name for {@link Models} and messages
     * @param net  its description
     * @param size height and width of the input, in pixels
     * @return the model
     * @throws IllegalArgumentException when the name is blank or the size below 1
     */
    public static ModelInfo of(String name, Net net, int size) {
        return builder(name, net, Preprocessing.imagenet(size, CROP_FRACTION, Interpolation.BICUBIC)).build();
    }

    /**
     * Starts with what every model has.
     *
     * @param name          as in {@code Models.load} and {@code --model}; must not be blank
     * @param net           its description
     * @param preprocessing from an image to the net's input, as the net's evaluation does it
     * @return a builder
     * @throws IllegalArgumentException when the name is blank
     */
    public static Builder builder(String name, Net net, Preprocessing preprocessing) {
        return new Builder(name, net, preprocessing);
    }

    /** {@return the name by which it is asked for} */
    public String name() {
        return name;
    }

    /** {@return the net; after loading, with the number of classes and the heads that its weights have} */
    public Net net() {
        return net;
    }

    /** {@return how an image becomes the net's input, as its evaluation does it} */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * Names of the net's classes. Weights with other classes than the published ones need other labels.
     *
     * @return the labels; empty where there are none
     */
    public Optional<Labels> labels() {
        return labels.get();
    }

    /** {@return where the net is described, in a few words; empty where that is not said} */
    public String paper() {
        return paper;
    }

    /** {@return the weights that are published for it, perhaps none} */
    public List<PublishedWeights> weights() {
        return weights;
    }

    /** The same model for one of its published weights: its name has their tag behind a dot, its preprocessing is theirs. */
    Optional<ModelInfo> forTag(String tag) {
        return weights.stream().filter(w -> w.tag().equals(tag)).findFirst()
                .map(w -> new ModelInfo(name + "." + tag, net, w.preprocessing().orElse(preprocessing), List.of(w),
                        this));
    }

    /** The same model with its net fitted to some weights. */
    ModelInfo with(Net fitted) {
        return new ModelInfo(name, fitted, preprocessing, weights, this);
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }

    /** Collects what there is to say of a model. Not safe for several threads at a time. */
    public static final class Builder {
        private final String name;
        private final Net net;
        private final Preprocessing preprocessing;
        private final List<PublishedWeights> weights = new ArrayList<>();
        private Supplier<Optional<Labels>> labels = Optional::empty;
        private String paper = "";

        private Builder(String name, Net net, Preprocessing preprocessing) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("the model name is blank; give it a name for --model");
            }
            this.name = name;
            this.net = Objects.requireNonNull(net, "net");
            this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
        }

        /**
         * Names of the classes. By default there are none.
         *
         * @param newLabels asked each time that labels are needed, so that long lists are read only then: {@code Labels::imagenet1k}
         * @return this builder
         */
        public Builder labels(Supplier<Labels> newLabels) {
            Objects.requireNonNull(newLabels, "labels");
            this.labels = () -> Optional.of(newLabels.get());
            return this;
        }

        /**
         * Where the net is described. By default that is not said.
         *
         * @param newPaper in a few words
         * @return this builder
         */
        public Builder paper(String newPaper) {
            this.paper = Objects.requireNonNull(newPaper, "paper");
            return this;
        }

        /**
         * Adds weights that are published for the net. By default there are none.
         *
         * @param published where, and what is known of them
         * @return this builder
         */
        public Builder weights(PublishedWeights published) {
            weights.add(Objects.requireNonNull(published, "weights"));
            return this;
        }

        /** {@return the model as it is described now; the builder may go on} */
        public ModelInfo build() {
            return new ModelInfo(this, net);
        }
    }
}
