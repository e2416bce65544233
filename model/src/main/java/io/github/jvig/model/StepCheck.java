package io.github.jvig.model;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.cpu.StepKernels;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Compares what a device computes with the scalar kernels, step by step: on random inputs and on hard ones, which are large, tiny,
 * denormal, zero, or have NaN and infinities among them. On the processor each step runs by itself on such maps. On another device the net
 * runs on such images, and every step's result is compared, so that a wrong step shows in those behind it, too.
 *
 * @param name      of the step
 * @param kernel    that was compared; the operation on a device whose kernels are not known by step
 * @param outcome   what came out
 * @param worst     the inputs on which the step differed most, relative to its tolerance; empty where nothing was compared
 * @param error     the largest difference on these inputs, as a part of the spread of the result; infinite where one is finite and the other
 *                  is not
 * @param tolerance the largest error that rounding explains: 1e-4; where the error is larger, also eight times what the scalar result changes
 *                  by when the inputs change by some units in the last place
 */
public record StepCheck(String name, String kernel, Outcome outcome, String worst, double error, double tolerance) {
    private static final double ROUNDING = 1e-4;
    private static final double FACTOR = 8;
    /** Relative change of the inputs by which a step's sensitivity is measured: four units in the last place. */
    private static final float NUDGE = 5e-7f;
    /** Results that are smaller than this altogether are compared with it instead of with their spread. */
    private static final double LEAST_SPREAD = 1e-30;
    /**
     * Where a result of finite inputs is this large, or beyond the range of float, a sum may pass that range on the way in floats and not in
     * doubles. Then it is not compared which results are finite.
     */
    private static final float END_OF_RANGE = 1e35f;
    private static final long SEED = 2026;

    /** What came out for a step. */
    public enum Outcome {
        /** The results differ by no more than rounding explains. */
        EQUAL,
        /** They differ by more. */
        DIFFERENT,
        /** Both would run the same code. */
        SAME_CODE
    }

    /** Kinds of inputs: what becomes of a normally distributed number. */
    private enum Inputs {
        RANDOM((v, _) -> v), LARGE((v, _) -> v * 1e10f), TINY((v, _) -> v * 1e-20f), DENORMAL(
                (v, _) -> v * 1e-40f),
        ZEROS((_, _) -> 0f), SPECIAL((v, random) -> switch (random.nextInt(300)) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            case 2 -> Float.NEGATIVE_INFINITY;
            default -> v;
        });

        /** Makes one number of an input. */
        private interface Make {
            float of(float value, Random random);
        }

        private final Make make;

        Inputs(Make make) {
            this.make = make;
        }

        float[] numbers(int count, long seed) {
            Random random = new Random(seed);
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = make.of((float) random.nextGaussian(), random);
            }
            return numbers;
        }

        @Override
        public String toString() {
            return this == SPECIAL ? "NaN and infinities" : name().toLowerCase(Locale.ROOT);
        }
    }

    /** The largest difference of two results, and the tolerance. */
    private record Difference(Inputs inputs, double error, double tolerance, double spread) {
        /** How many times the tolerance the error is. */
        double ratio() {
            return error / tolerance;
        }

        /**
         * Where few results are finite their spread says nothing; then that of the results on random numbers counts.
         *
         * @param earlier on other inputs, the random ones first
         */
        static double leastSpread(Inputs inputs, List<Difference> earlier) {
            return inputs == Inputs.SPECIAL ? earlier.getFirst().spread() : LEAST_SPREAD;
        }

        static Difference of(Inputs inputs, float[] actual, float[] expected, Supplier<float[]> nudged,
                double leastSpread) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (float value : expected) {
                if (Float.isFinite(value)) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                }
            }
            // A map of one value has no spread; then its size counts.
            double size = Math.max(Math.abs((double) min), Math.abs((double) max));
            double spread = max > min ? (double) max - min : max == min ? size : 1;
            spread = Math.max(spread, Math.max(leastSpread, 1e-3 * (Double.isInfinite(size) ? 0 : size)));
            boolean inRange = inputs == Inputs.SPECIAL || isInRange(expected);
            double error = distance(actual, expected, inRange) / spread;
            if (error <= ROUNDING) {
                return new Difference(inputs, error, ROUNDING, spread);
            }
            double sensitivity = distance(nudged.get(), expected, inRange) / spread;
            // At the end of float32's range rounding decides what is finite.
            return Double.isInfinite(sensitivity)
                    ? new Difference(inputs, 0, ROUNDING, spread)
                    : new Difference(inputs, error, ROUNDING + FACTOR * sensitivity, spread);
        }

        private static boolean isInRange(float[] numbers) {
            for (float number : numbers) {
                if (!(Math.abs(number) < END_OF_RANGE)) {
                    return false;
                }
            }
            return true;
        }

        /** The largest difference of two numbers at the same place. */
        private static double distance(float[] actual, float[] expected, boolean inRange) {
            double distance = 0;
            for (int i = 0; i < expected.length; i++) {
                distance = Math.max(distance, distance(actual[i], expected[i], inRange));
            }
            return distance;
        }

        /** Infinite where one of them alone is finite, if that counts; else zero. */
        private static double distance(float a, float b, boolean inRange) {
            if (Float.isFinite(a) && Float.isFinite(b)) {
                return Math.abs((double) a - b);
            }
            return inRange && (Float.isFinite(a) || Float.isFinite(b)) ? Double.POSITIVE_INFINITY : 0;
        }
    }

    /** {@return whether the step is as it should be} */
    public boolean passed() {
        return outcome != Outcome.DIFFERENT;
    }

    /**
     * Checks every step of a model.
     *
     * @param model   the model
     * @param options device, input size and threads of a session; {@code auto} is the processor
     * @return what came out for each step, in order
     * @throws IllegalArgumentException      when there is no such device, or the net can't be run at this size
     * @throws UnsupportedOperationException when the device lacks an operation of the net
     */
    public static List<StepCheck> of(Model model, SessionOptions options) {
        GraphSource.Sized sized = model.sized(options);
        CompileOptions resolved = new CompileOptions(sized.height(), sized.width(), options.threads(),
                options.tuningFile(), options.activationBytes(), options.precision());
        Device device = Devices.named(options.device().equals(SessionOptions.AUTO) ? "cpu" : options.device());
        return of(device, Passes.optimize(sized.graph()), resolved);
    }

    static List<StepCheck> of(Device device, Graph graph, CompileOptions options) {
        if (device instanceof CpuDevice cpu) {
            return cpu.withReference(graph, options, KernelProvider.scalar()).stream().map(StepCheck::of).toList();
        }
        return byOutputs(device, graph, options);
    }

    /** One step of the processor. */
    static StepCheck of(StepKernels step) {
        if (step.sameCode()) {
            return new StepCheck(step.name(), step.kernel().name(), Outcome.SAME_CODE, "", 0, 0);
        }
        List<Difference> differences = new ArrayList<>();
        for (Inputs inputs : Inputs.values()) {
            List<float[]> planes = new ArrayList<>();
            for (MapLayout map : step.inputs()) {
                planes.add(inputs.numbers(map.pixels() * map.channels(), SEED + planes.size()));
            }
            List<float[]> maps = maps(step.inputs(), planes, UnaryOperator.identity());
            differences.add(Difference.of(inputs, step.run(maps), step.runReference(maps),
                    () -> step.runReference(maps(step.inputs(), planes, StepCheck::nudged)),
                    Difference.leastSpread(inputs, differences)));
        }
        return worst(step.name(), step.kernel().name(), differences);
    }

    private static List<float[]> maps(List<MapLayout> layouts, List<float[]> planes, UnaryOperator<float[]> change) {
        List<float[]> maps = new ArrayList<>();
        for (int i = 0; i < layouts.size(); i++) {
            float[] map = new float[layouts.get(i).length()];
            layouts.get(i).fromPlanes(change.apply(planes.get(i)), 0, map, 0);
            maps.add(map);
        }
        return maps;
    }

    /** The same numbers, each a little larger or smaller. */
    private static float[] nudged(float[] numbers) {
        Random random = new Random(SEED);
        float[] nudged = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            nudged[i] = numbers[i] * (random.nextBoolean() ? 1 + NUDGE : 1 - NUDGE);
        }
        return nudged;
    }

    private static StepCheck worst(String name, String kernel, List<Difference> differences) {
        Difference worst = differences.getFirst();
        for (Difference difference : differences) {
            worst = difference.ratio() > worst.ratio() ? difference : worst;
        }
        return new StepCheck(name, kernel, worst.ratio() > 1 ? Outcome.DIFFERENT : Outcome.EQUAL,
                worst.inputs().toString(), worst.error(), worst.tolerance());
    }

    /** All results of the net on a device that shows nothing else. */
    private static List<StepCheck> byOutputs(Device device, Graph graph, CompileOptions options) {
        List<Node> nodes = graph.nodes().stream().filter(node -> !(node.op() instanceof InputOp)).toList();
        Graph all = new Graph(nodes);
        List<List<Difference>> differences = nodes.stream().map(_ -> (List<Difference>) new ArrayList<Difference>())
                .toList();
        try (Executable tested = device.compile(all, options);
                Executable scalar = Devices.named("scalar").compile(all, options)) {
            for (Inputs inputs : Inputs.values()) {
                float[] image = inputs.numbers(tested.input().pixels() * tested.input().channels(), SEED);
                float[][] actual = run(tested, image);
                float[][] expected = run(scalar, image);
                float[][] nudged = run(scalar, nudged(image));
                for (int i = 0; i < nodes.size(); i++) {
                    List<Difference> earlier = differences.get(i);
                    earlier.add(Difference.of(inputs, actual[i], expected[i], at(nudged, i),
                            Difference.leastSpread(inputs, earlier)));
                }
            }
        }
        List<StepCheck> checks = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            checks.add(worst(nodes.get(i).name(), nodes.get(i).op().getClass().getSimpleName(), differences.get(i)));
        }
        return checks;
    }

    private static Supplier<float[]> at(float[][] results, int i) {
        return () -> results[i];
    }

    private static float[][] run(Executable executable, float[] image) {
        float[][] results = WarmUp.results(executable);
        executable.run(image, 1, results);
        return results;
    }
}
