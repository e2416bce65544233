package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.Random;

/** A random first layer of a net, a batch of images for it, and what the scalar kernels make of them. */
record FirstLayers(Graph graph, int height, int width, int batch, float[] images, float[][] expected) {
    /** With any window of a convolution, any number of channels and of images, and any activation. */
    static FirstLayers random(long seed) {
        Random random = new Random(seed);
        Activation[] activations = Activation.values();
        Window window = TestMaps.window(random, 4, 2);
        MapLayout map = TestMaps.map(random, window, 1 + random.nextInt(5));
        // A 1x1 convolution is another operation.
        Window used = window.taps() == 1 ? Window.same(3) : window;
        return of(
                SmallNets.firstConv(map.channels(), used, Epilogue.of(activations[(int) seed % activations.length]),
                        random),
                map.height(), map.width(), 1 + random.nextInt(3), random);
    }

    /** A net that is run on random images. */
    static FirstLayers of(Graph graph, int height, int width, int batch, Random random) {
        float[] images = TestMaps.normal(batch * graph.input().channels() * height * width, 1, random);
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(height, width, 1))) {
            return new FirstLayers(graph, height, width, batch, images, run(scalar, images, batch));
        }
    }

    /** Runs a batch. */
    static float[][] run(Executable executable, float[] images, int batch) {
        float[][] results = executable.outputs().stream()
                .map(map -> new float[batch * map.pixels() * map.channels()]).toArray(float[][]::new);
        executable.run(images, batch, results);
        return results;
    }

    /** @param tolerance of a result, as a share of one plus the result */
    void check(float[][] results, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertEquals(expected[i][j], results[i][j], tolerance * (1 + Math.abs(expected[i][j])),
                        "output " + i + ", element " + j + " of " + graph.outputs().get(i).op());
            }
        }
    }
}
