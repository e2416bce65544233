package io.github.jvig.tornado.tasks;

import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.tornado.FirstDevice;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Runs nets with a layer of each operation on the first device, a batch of two, and compares them with the scalar kernels; for simulators and
 * checkers of memory, which are a thousand times slower than a device.
 */
public final class SmallNetCheck {
    private static final int HEIGHT = 10;
    private static final int WIDTH = 14;
    private static final int BATCH = 2;
    private static final String SIZED = "one layer of each sized kernel";

    private SmallNetCheck() {
    }

    /** @param args precisions, by default single */
    public static void main(String[] args) {
        TornadoDevice device = FirstDevice.get();
        Map<String, Graph> nets = Map.of("one layer of everything", SmallNets.oneOfEverything(HEIGHT / 2, WIDTH / 2, 1),
                SIZED, SmallNets.oneOfEachSized(HEIGHT / 2, WIDTH / 2, 1));
        boolean right = true;
        for (String precision : args.length == 0 ? List.of("single") : List.of(args)) {
            Precision stored = Precision.named(precision);
            for (Map.Entry<String, Graph> net : nets.entrySet()) {
                if (stored == Precision.HALF && net.getKey().equals(SIZED)) {
                    // Signs and places of maxima change where half precision rounds their inputs.
                    continue;
                }
                double error = error(net.getValue(), device, stored);
                boolean within = error < (stored == Precision.HALF ? 2e-2 : 2e-5);
                right &= within;
                System.out.printf(Locale.ROOT, "%s, %s precision, on %s: %s, %.1e%n", net.getKey(), precision,
                        device.getPhysicalDevice().getDeviceName(), within ? "right" : "WRONG", error);
            }
        }
        System.exit(right ? 0 : 1);
    }

    /** The largest difference of a result, as a share of the root mean square of its output. */
    private static double error(Graph graph, TornadoDevice device, Precision precision) {
        float[] images = TestMaps.normal(BATCH * 3 * HEIGHT * WIDTH, 1, new Random(1));
        double largest = 0;
        try (Executable scalar = Devices.named("scalar").compile(graph, CompileOptions.of(HEIGHT, WIDTH, 1));
                Executable other = TaskExecutable.compile(graph, HEIGHT, WIDTH, "device", device, precision)) {
            float[][] expected = run(scalar, images);
            float[][] actual = run(other, images);
            for (int i = 0; i < expected.length; i++) {
                double squares = 0;
                double difference = 0;
                for (int j = 0; j < expected[i].length; j++) {
                    squares += (double) expected[i][j] * expected[i][j];
                    double one = Math.abs((double) expected[i][j] - actual[i][j]);
                    difference = Math.max(difference, Double.isNaN(one) ? Double.POSITIVE_INFINITY : one);
                }
                largest = Math.max(largest, difference / Math.sqrt(squares / expected[i].length));
            }
        }
        return largest;
    }

    private static float[][] run(Executable executable, float[] images) {
        float[][] results = executable.outputs().stream()
                .map(map -> new float[BATCH * map.pixels() * map.channels()]).toArray(float[][]::new);
        executable.run(images, BATCH, results);
        return results;
    }
}
