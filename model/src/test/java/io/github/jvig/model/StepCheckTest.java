package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Computation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.model.StepCheck.Outcome;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.cpu.StepKernels;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that computes right passes; a kernel or a device that is wrong on one kind of input is found, by its step and that kind. */
class StepCheckTest {
    private static final CompileOptions SIZE = CompileOptions.of(32, 32, 1);

    /** With chains, as a bound of the activations makes them. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 300_000})
    void thisMachineIsRight(long bytes) {
        SessionOptions options = SessionOptions.builder().device("cpu").threads(1).size(96, 96)
                .activationBytes(bytes).build();
        List<StepCheck> steps = StepCheck.of(Models.random("mobilenetv2_050"), options);
        for (StepCheck step : steps) {
            assertTrue(step.passed(), step::toString);
        }
        if (bytes < Long.MAX_VALUE && KernelProvider.get().name().startsWith("vector")) {
            assertTrue(steps.stream().anyMatch(step -> step.kernel().contains("(")), steps::toString);
        }
    }

    /** Graph features, too, do the same with NaN and infinities. */
    @Test
    void graphFeaturesAreRight() {
        SessionOptions options = SessionOptions.builder().device("cpu").threads(1).build();
        List<StepCheck> steps = StepCheck.of(Models.digits(), options);
        assertTrue(steps.stream().anyMatch(step -> step.kernel().contains("max-relative")), steps::toString);
        for (StepCheck step : steps) {
            assertTrue(step.passed(), step::toString);
        }
    }

    @Test
    void stepsOfTheSameCodeAreNotCompared() {
        Graph graph = Passes.optimize(Models.digits().graph());
        for (StepCheck step : StepCheck.of(Devices.named("scalar"), graph, SIZE)) {
            assertEquals(Outcome.SAME_CODE, step.outcome(), step::toString);
        }
    }

    @Test
    void aWrongKernelIsFoundByTheInputsThatShowIt() {
        assertEquals(Outcome.EQUAL, check(v -> v * (1 + 1e-6)).outcome());
        assertEquals("large", found(v -> Math.abs(v) > 1e6 ? v * 1.01 : v));
        assertEquals("tiny", found(v -> Math.abs(v) < 1e-15 ? 0 : v));
        assertEquals("zeros", found(v -> v == 0 ? 1e-3 : v));
        assertEquals("NaN and infinities", found(v -> Double.isNaN(v) ? 0 : v));
        assertEquals("random", found(v -> Math.abs(v) > 1 && Math.abs(v) < 100 ? v * 1.01 : v));
    }

    /** Sums in floats may pass the range of float where those in doubles come back into it; far from its end that is an error. */
    @Test
    void atTheEndOfTheRangeInfinitiesAreNotCompared() {
        DoubleUnaryOperator overflows = v -> Math.abs(v) > 1e9 ? Double.POSITIVE_INFINITY : v;
        assertEquals("large", found(overflows));
        StepCheck atTheEnd = check(v -> Math.abs(v) > 1e37 ? Double.POSITIVE_INFINITY : v, 1e27f);
        assertEquals(Outcome.EQUAL, atTheEnd.outcome(), atTheEnd::toString);
        StepCheck wrong = check(v -> Math.abs(v) < 1e30 ? v * 1.01 : v, 1e27f);
        assertFalse(wrong.passed(), wrong::toString);
    }

    private static String found(DoubleUnaryOperator error) {
        StepCheck check = check(error);
        assertFalse(check.passed(), check::toString);
        assertTrue(check.error() > check.tolerance(), check::toString);
        return check.worst();
    }

    private static StepCheck check(DoubleUnaryOperator error) {
        return check(error, 1);
    }

    private static StepCheck check(DoubleUnaryOperator error, float scale) {
        PointwiseConv spec = new PointwiseConv(MapLayout.of(7, 7, 16), 16, Epilogue.NONE);
        float[] weight = new float[256];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (i * 37 % 101 - 50) / 50f * scale;
        }
        Kernel right = KernelProvider.scalar().kernel(spec, weight, null);
        return StepCheck.of(new StepKernels("step", new Wrong(right, error), List.of(right), List.of()));
    }

    /** A kernel with an error. */
    private record Wrong(Kernel right, DoubleUnaryOperator error) implements Kernel {
        @Override
        public Computation spec() {
            return right.spec();
        }

        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public int units() {
            return right.units();
        }

        @Override
        public void run(Operands operands, float[] scratch, int scratchOffset, int from, int to) {
            right.run(operands, scratch, scratchOffset, from, to);
            change(operands.out(), error);
        }
    }

    private static void change(float[] values, DoubleUnaryOperator error) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) error.applyAsDouble(values[i]);
        }
    }

    @Test
    void aDeviceIsComparedByTheResultsOfItsSteps() {
        Graph graph = Passes.optimize(Models.digits().graph());
        for (StepCheck step : StepCheck.of(new WrongInOneStep(-1), graph, SIZE)) {
            assertEquals(Outcome.EQUAL, step.outcome(), step::toString);
        }
        List<StepCheck> steps = StepCheck.of(new WrongInOneStep(3), graph, SIZE);
        for (int i = 0; i < steps.size(); i++) {
            assertEquals(i != 3, steps.get(i).passed(), steps.get(i)::toString);
        }
    }

    /** The scalar kernels, but one output is wrong. */
    private record WrongInOneStep(int wrong) implements Device {
        @Override
        public String name() {
            return "wrong:0";
        }

        @Override
        public String description() {
            return "a device with an error";
        }

        @Override
        public Executable compile(Graph graph, CompileOptions options) {
            Executable right = new CpuDevice("scalar", KernelProvider.scalar()).compile(graph, options);
            return new Executable() {
                @Override
                public MapLayout input() {
                    return right.input();
                }

                @Override
                public List<MapLayout> outputs() {
                    return right.outputs();
                }

                @Override
                public List<PlanStep> steps() {
                    return right.steps();
                }

                @Override
                public long workspaceBytes() {
                    return right.workspaceBytes();
                }

                @Override
                public void run(float[] nchw, int batch, float[][] results) {
                    right.run(nchw, batch, results);
                    if (wrong >= 0) {
                        change(results[wrong], v -> v * 1.01);
                    }
                }

                @Override
                public long[] profile(float[] nchw) {
                    return right.profile(nchw);
                }

                @Override
                public void close() {
                    right.close();
                }
            };
        }
    }
}
