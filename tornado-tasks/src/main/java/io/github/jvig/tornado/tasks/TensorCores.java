package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Devices;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.WeakHashMap;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/**
 * Whether the kernels for tensor cores may be used on a device. Their instructions exist in TornadoVM's CUDA backend only, need GPUs of
 * compute capability 8.0, and were never run on one by JViG's tests. So each device has to show first that it computes a small net with them as
 * the processor does; otherwise the other kernels of half precision are used, and a warning says why.
 */
final class TensorCores {
    /** Whether to use them where they work; to be switched off in order to measure what they gain. */
    private static final boolean ENABLED = Boolean
            .parseBoolean(System.getProperty("jvig.tornado.tensor.cores", "true"));
    private static final Logger LOG = System.getLogger("io.github.jvig.tornado");
    /** Largest difference of a result, as a share of the root mean square of all; rounding gives 3e-3. */
    static final double TOLERANCE = 1e-2;
    /** Two tiles of pixels and a remainder. */
    private static final int HEIGHT = 15;
    private static final int WIDTH = 9;
    private static final int BATCH = 2;

    private static final Map<TornadoDevice, Boolean> DEVICES = Collections.synchronizedMap(new WeakHashMap<>());

    private TensorCores() {
    }

    /** Whether they are there, work, and are not switched off. The first answer for a device takes a second or two. */
    static boolean work(TornadoDevice device) {
        return ENABLED && device.getTornadoVMBackend() == TornadoVMBackendType.CUDA
                && DEVICES.computeIfAbsent(device, TensorCores::check);
    }

    private static boolean check(TornadoDevice device) {
        String name = device.getPhysicalDevice().getDeviceName();
        Graph net = net();
        try (Executable executable = TaskExecutable.compile(net, HEIGHT, WIDTH, name, device,
                new GpuKernels(Precision.HALF, true), NetTasks.MAX_TASKS_PER_GRAPH)) {
            double error = error(net, executable);
            if (error <= TOLERANCE) {
                return true;
            }
            LOG.log(Level.WARNING, "the tensor cores of " + name + " are not used: a small net differs by " + error
                    + " of its results' magnitude from the processor's results");
        } catch (RuntimeException | TornadoInternalError e) {
            LOG.log(Level.WARNING, "the tensor cores of " + name + " are not used: " + Failure.reason(e));
        }
        return false;
    }

    /** Layers with full and partial tiles of pixels, of outputs and of input channels; with activation and residual. */
    static Graph net() {
        Random random = new Random(1);
        Node input = new Node("input", new InputOp(6), List.of());
        Node wide = layer("wide", input, null, 150, Epilogue.of(Activation.GELU), random);
        Node slim = layer("slim", wide, null, 44, Epilogue.NONE, random);
        Node even = layer("even", slim, null, 128, Epilogue.of(Activation.RELU), random);
        return new Graph(List.of(layer("sum", even, slim, 44, Epilogue.NONE.plusResidual(), random)));
    }

    private static Node layer(String name, Node in, Node residual, int outputs, Epilogue epilogue, Random random) {
        float[] weight = normal(outputs * in.channels(), Math.sqrt(2.0 / in.channels()), random);
        double[] ones = new double[outputs];
        Arrays.fill(ones, 1);
        double[] bias = random.doubles(outputs, -1, 1).toArray();
        return new Node(name, new ConvOp(in.channels(), outputs, 1, Window.same(1), weight, ones, bias, epilogue),
                residual == null ? List.of(in) : List.of(in, residual));
    }

    private static float[] normal(int length, double scale, Random random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** The largest difference from the scalar kernels' results, as a share of their root mean square; infinite if a result is NaN. */
    static double error(Graph net, Executable executable) {
        float[] images = normal(BATCH * executable.input().pixels() * executable.input().channels(), 1, new Random(2));
        var out = executable.outputs().getFirst();
        float[] actual = new float[BATCH * out.pixels() * out.channels()];
        float[] expected = new float[actual.length];
        executable.run(images, BATCH, new float[][]{actual});
        try (Executable scalar = Devices.named("scalar").compile(net,
                CompileOptions.of(executable.input().height(), executable.input().width(), 1))) {
            scalar.run(images, BATCH, new float[][]{expected});
        }
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += (double) expected[i] * expected[i];
            double difference = Math.abs((double) expected[i] - actual[i]);
            largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return largest / Math.sqrt(squares / expected.length);
    }
}
