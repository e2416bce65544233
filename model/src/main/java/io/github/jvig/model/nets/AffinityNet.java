package io.github.jvig.model.nets;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.weights.WeightsException;

/**
 * The net that makes the weights of a TVConv of affinity maps: 3x3 convolutions with a normalization over the whole map and a ReLU, and a last
 * convolution alone. It runs once, while a net is built.
 */
final class AffinityNet {
    private static final int POSITIONS = 4;
    private static final int CHANNELS = 16;
    private static final int LAYERS = 2;
    /** PyTorch's default epsilon of LayerNorm. */
    private static final double EPSILON = 1e-5;

    private final Parameters parameters;
    private final String name;
    private final int height;
    private final int width;

    /** @param name of the module, whose tensors start with it */
    AffinityNet(Parameters parameters, String name, int height, int width) {
        this.parameters = parameters;
        this.name = name;
        this.height = height;
        this.width = width;
    }

    /** {@return the weights, {@code [height][width][taps][channels]}} */
    float[] weights(int channels, int taps) throws WeightsException {
        MapLayout map = MapLayout.of(height, width, POSITIONS);
        float[] x = new float[map.length()];
        map.fromPlanes(parameters.floats(name + ".posi_map", 1, POSITIONS, height, width), 0, x, 0);
        for (int i = 0; i < LAYERS; i++) {
            String layer = name + ".weight_layers." + i;
            MapLayout next = map.withChannels(CHANNELS);
            x = convolve(map, x, next,
                    parameters.floats(layer + ".0.weight", CHANNELS, map.channels(), 3, 3));
            map = next;
            normalize(map, x, parameters.floats(layer + ".1.weight", CHANNELS, height, width),
                    parameters.floats(layer + ".1.bias", CHANNELS, height, width));
        }
        float[] last = parameters.floats(name + ".weight_layers." + LAYERS + ".weight", channels * taps, CHANNELS, 3,
                3);
        MapLayout result = map.withChannels(channels * taps);
        float[] weights = convolve(map, x, result, tapsFirst(last, channels, taps));
        float[] dense = new float[result.pixels() * result.channels()];
        for (int p = 0; p < result.pixels(); p++) {
            System.arraycopy(weights, p * result.stride(), dense, p * result.channels(), result.channels());
        }
        return dense;
    }

    private static float[] convolve(MapLayout map, float[] x, MapLayout out, float[] weight) {
        float[] result = new float[out.length()];
        KernelProvider.get().kernel(new Conv2d(map, out.channels(), Window.same(3), Epilogue.NONE), weight, null)
                .run(Operands.of(x, result));
        return result;
    }

    /** Outputs {@code [channels][taps]} as {@code [taps][channels]}. */
    private static float[] tapsFirst(float[] weight, int channels, int taps) {
        float[] result = new float[weight.length];
        int length = weight.length / (channels * taps);
        for (int o = 0; o < channels * taps; o++) {
            System.arraycopy(weight, o * length, result, (o % taps * channels + o / taps) * length, length);
        }
        return result;
    }

    /** Over all pixels and channels, with a factor and a summand for each place and channel, then a ReLU. */
    private static void normalize(MapLayout map, float[] x, float[] weight, float[] bias) {
        int count = map.pixels() * map.channels();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double value = x[at(map, i)];
            sum += value;
            squares += value * value;
        }
        double mean = sum / count;
        double factor = 1 / Math.sqrt(Math.max(0, squares / count - mean * mean) + EPSILON);
        for (int i = 0; i < count; i++) {
            int at = at(map, i);
            x[at] = (float) Math.max(0, (x[at] - mean) * factor * weight[i] + bias[i]);
        }
    }

    /** Where the element {@code i} of {@code [channels][height][width]} lies. */
    private static int at(MapLayout map, int i) {
        return i % map.pixels() * map.stride() + i / map.pixels();
    }
}
