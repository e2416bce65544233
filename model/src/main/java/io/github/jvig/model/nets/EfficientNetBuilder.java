package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes an {@link EfficientNet} from blocks in timm's notation ({@link EfficientNetBlock}), stage by stage, and from what scales them. What is not
 * said is as in the original EfficientNet-B0, but for the activation, which is ReLU.
 */
final class EfficientNetBuilder {
    private static final double TENSORFLOW_EPSILON = 1e-3;

    private final List<List<String>> stages = new ArrayList<>();
    private int stem = 32;
    private boolean scaledStem = true;
    private double width = 1;
    private double roundLimit = EfficientNet.ROUND_LIMIT;
    private double depth = 1;
    private EfficientNetBlock.Rounding rounding = EfficientNetBlock.Rounding.CEIL;
    private boolean scaledEnds = true;
    private Activation activation = Activation.RELU;
    private EfficientNet.Squeeze squeeze = EfficientNet.Squeeze.DEFAULT;
    private EfficientNet.Head head = EfficientNet.Head.CONV_POOL;
    private int features = 1280;
    private boolean samePadding;
    private double epsilon = 1e-5;
    private boolean layerScale;

    /** Another stage of blocks, one kind after another. */
    EfficientNetBuilder stage(String... blocks) {
        stages.add(Arrays.asList(blocks));
        return this;
    }

    /** Channels of the stem, before they are scaled. */
    EfficientNetBuilder stem(int channels) {
        stem = channels;
        return this;
    }

    /** The stem keeps its channels, whatever the width. */
    EfficientNetBuilder fixedStem() {
        scaledStem = false;
        return this;
    }

    /** The first and the last stage keep their number of blocks, whatever the depth. */
    EfficientNetBuilder fixedEnds() {
        scaledEnds = false;
        return this;
    }

    /** Factor of all channels; each product is rounded to a multiple of 8. */
    EfficientNetBuilder width(double factor) {
        width = factor;
        return this;
    }

    /** Share of a product that the rounded number of channels has at least. */
    EfficientNetBuilder roundLimit(double limit) {
        roundLimit = limit;
        return this;
    }

    /** Factor of each stage's number of blocks. */
    EfficientNetBuilder depth(double factor, EfficientNetBlock.Rounding newRounding) {
        depth = factor;
        rounding = newRounding;
        return this;
    }

    EfficientNetBuilder activation(Activation function) {
        activation = function;
        return this;
    }

    EfficientNetBuilder squeeze(EfficientNet.Squeeze how) {
        squeeze = how;
        return this;
    }

    /** What comes behind the blocks, and the channels of its convolution, which are not scaled. */
    EfficientNetBuilder head(EfficientNet.Head kind, int channels) {
        head = kind;
        features = channels;
        return this;
    }

    /** Padding and epsilon of weights that were trained in TensorFlow. */
    EfficientNetBuilder tensorFlow() {
        samePadding = true;
        return tensorFlowEpsilon();
    }

    /** Only the epsilon of the normalizations is TensorFlow's. */
    EfficientNetBuilder tensorFlowEpsilon() {
        epsilon = TENSORFLOW_EPSILON;
        return this;
    }

    /** The result of each block has a learned factor for each channel. */
    EfficientNetBuilder layerScale() {
        layerScale = true;
        return this;
    }

    /** Channels after scaling. */
    int channels(int unscaled) {
        return EfficientNet.divisible(unscaled * width, roundLimit);
    }

    EfficientNet build() {
        List<List<EfficientNetBlock>> scaled = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            boolean end = i == 0 || i == stages.size() - 1;
            List<EfficientNetBlock> blocks = EfficientNetBlock.stage(end && !scaledEnds ? 1 : depth, rounding,
                    stages.get(i));
            scaled.add(blocks.stream().map(b -> b.withChannels(channels(b.channels()))).toList());
        }
        return new EfficientNet(new EfficientNet.Config(scaledStem ? channels(stem) : stem, scaled, head, features,
                activation, squeeze, samePadding, epsilon, layerScale));
    }
}
