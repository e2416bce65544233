package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A block of an {@link EfficientNet}. Blocks are written in timm's notation, a kind and numbers behind letters, separated by underscores:
 * {@code "ir_r2_k3_s2_e6_c24_se0.25_nre"} is two inverted residual blocks with a window of 3x3, the first with stride 2, an expansion of 6,
 * 24 output channels, squeeze-and-excitation by 0.25, and ReLU.
 *
 * @param kind        the layers in it
 * @param kernel      {@code k}: side of the depthwise window, or of the dense one where the kind has none; 0 for none
 * @param startKernel {@code a}: side of the depthwise window in front of the expansion; 0 for none
 * @param stride      {@code s}: of the window
 * @param expansion   {@code e}: channels inside the block against those of its input
 * @param channels    {@code c}: of the result
 * @param squeeze     {@code se}: channels of the squeezed vector against those that it gates; 0 for no gate
 * @param activation  {@code n}: empty for the net's
 * @param skip        whether the input is added where the shape stays; not with {@code noskip}
 * @param heads       {@code h}: heads of the attention
 * @param headDim     {@code d}: channels of a query, of a key and of a value
 * @param keyStride   {@code v}: pixels of the input along one side for one key
 */
record EfficientNetBlock(Kind kind, int kernel, int startKernel, int stride, double expansion, int channels,
        double squeeze, Optional<Activation> activation, boolean skip, int heads, int headDim, int keyStride) {
    /** The layers of a block. */
    enum Kind {
        /** A convolution. */
        CN,
        /** Depthwise, project: depthwise separable. */
        DS,
        /** Depthwise separable, with an activation at the end and nothing added. */
        DSA,
        /** Expand, depthwise, project: inverted residual. */
        IR,
        /** Dense expand, project: fused inverted residual. */
        ER,
        /** (Depthwise,) expand, (depthwise,) project: universal inverted bottleneck. */
        UIR,
        /** Attention of several queries to one key and value. */
        MQA
    }

    /** Which number of repeats is scaled how: the blocks of a stage, in order. */
    private record Repeated(EfficientNetBlock block, int count) {}

    /** How a number of blocks is rounded after scaling. */
    enum Rounding {
        /** Up. */
        CEIL,
        /** To the nearest, at least one. */
        NEAREST
    }

    /**
     * The blocks of one stage.
     *
     * @param depth    factor of their number
     * @param rounding of the scaled number
     * @param texts    kinds of block in their order
     */
    static List<EfficientNetBlock> stage(double depth, Rounding rounding, List<String> texts) {
        List<Repeated> parts = texts.stream().map(EfficientNetBlock::parse).toList();
        int count = parts.stream().mapToInt(Repeated::count).sum();
        int scaled = rounding == Rounding.CEIL
                ? (int) Math.ceil(count * depth)
                : (int) Math.max(1, Math.rint(count * depth));
        List<EfficientNetBlock> blocks = new ArrayList<>();
        // From the last kind to the first, each its share of what is left.
        for (Repeated part : parts.reversed()) {
            int copies = (int) Math.max(1, Math.rint((double) part.count / count * scaled));
            for (int i = 0; i < copies; i++) {
                blocks.addFirst(part.block);
            }
            count -= part.count;
            scaled -= copies;
        }
        return firstStrided(blocks);
    }

    /** Only the first block of a stage has a stride. */
    private static List<EfficientNetBlock> firstStrided(List<EfficientNetBlock> blocks) {
        List<EfficientNetBlock> result = new ArrayList<>();
        for (EfficientNetBlock block : blocks) {
            result.add(result.isEmpty() ? block : block.with(1, block.channels));
        }
        return List.copyOf(result);
    }

    /** The same block with other channels of the result. */
    EfficientNetBlock withChannels(int newChannels) {
        return with(stride, newChannels);
    }

    private EfficientNetBlock with(int newStride, int newChannels) {
        return new EfficientNetBlock(kind, kernel, startKernel, newStride, expansion, newChannels, squeeze, activation,
                skip, heads, headDim, keyStride);
    }

    private static Repeated parse(String text) {
        String[] words = text.split("_");
        Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
        int repeats = 1;
        int kernel = 1;
        int start = 0;
        int stride = 1;
        double expansion = 1;
        int channels = 0;
        double squeeze = 0;
        Optional<Activation> activation = Optional.empty();
        boolean skip = kind != Kind.DSA && kind != Kind.CN;
        int heads = 1;
        int headDim = 0;
        int keyStride = 1;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            int letters = 0;
            while (letters < word.length() && Character.isLetter(word.charAt(letters))) {
                letters++;
            }
            String number = word.substring(letters);
            switch (word.substring(0, letters)) {
                case "r" -> repeats = Integer.parseInt(number);
                case "k" -> kernel = Integer.parseInt(number);
                case "a" -> start = Integer.parseInt(number);
                case "s" -> stride = Integer.parseInt(number);
                case "e" -> expansion = Double.parseDouble(number);
                case "c" -> channels = Integer.parseInt(number);
                case "se" -> squeeze = Double.parseDouble(number);
                case "h" -> heads = Integer.parseInt(number);
                case "d" -> headDim = Integer.parseInt(number);
                case "v" -> keyStride = Integer.parseInt(number);
                case "nre" -> activation = Optional.of(Activation.RELU);
                case "noskip" -> skip = false;
                default -> throw new IllegalArgumentException("'" + word + "' in the block '" + text
                        + "' is none of the known words");
            }
        }
        return new Repeated(new EfficientNetBlock(kind, kernel, start, stride, expansion, channels, squeeze, activation,
                skip, heads, headDim, keyStride), repeats);
    }
}
