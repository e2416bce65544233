package io.github.jvig.model.cpu;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Computation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.lowering.BufferPlanner;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run on the CPU does, decided once. Value 0 is the input; stage {@code i} writes value {@code i + 1}.
 */
final class CpuPlan {
    /**
     * One kernel with the values that it reads.
     *
     * @param parameters weights and biases that the graph's node holds
     * @param inputs     value numbers of the maps that it reads, in the order of its spec
     * @param choice     why this kernel
     */
    record Stage(String name, Kernel kernel, long parameters, List<Integer> inputs, String choice) {
        Stage {
            inputs = List.copyOf(inputs);
        }
    }

    private final MapLayout input;
    private final List<Stage> stages;
    private final int[] outputs;
    private final BufferPlanner buffers;
    private final int scratch;

    /** @param outputs value numbers */
    CpuPlan(MapLayout input, List<Stage> stages, int[] outputs) {
        this.input = input;
        this.stages = List.copyOf(stages);
        this.outputs = outputs.clone();
        int[] lastRead = new int[stages.size() + 1];
        for (int i = 0; i < stages.size(); i++) {
            lastRead[i + 1] = i;
            for (int value : stages.get(i).inputs()) {
                lastRead[value] = i;
            }
        }
        for (int output : outputs) {
            lastRead[output] = stages.size();
        }
        List<BufferPlanner.Lifetime> lives = new ArrayList<>();
        lives.add(new BufferPlanner.Lifetime(input.length(), -1, lastRead[0]));
        for (int i = 0; i < stages.size(); i++) {
            lives.add(new BufferPlanner.Lifetime(shape(i + 1).length(), i, lastRead[i + 1]));
        }
        this.buffers = new BufferPlanner(lives);
        this.scratch = MapLayout.padded(stages.stream().mapToInt(s -> s.kernel().scratch()).max().orElse(0));
    }

    MapLayout input() {
        return input;
    }

    List<Stage> stages() {
        return stages;
    }

    /** Value numbers of the outputs. */
    int[] outputs() {
        return outputs;
    }

    MapLayout shape(int value) {
        return value == 0 ? input : stages.get(value - 1).kernel().spec().out();
    }

    /** Floats of the array that holds all values, and behind them the private space of each thread. */
    int arena(int threads) {
        return scratchOffset(threads);
    }

    /** Where the private space of a thread starts in the arena. */
    int scratchOffset(int thread) {
        return Math.addExact(AlignedFloats.FIRST + buffers.length(), Math.multiplyExact(thread, scratch));
    }

    /** Where a value starts in the arena. */
    int offset(int value) {
        return AlignedFloats.FIRST + buffers.offset(value);
    }

    /** Operands of every stage in an arena. */
    Operands[] operands(float[] arena) {
        Operands[] operands = new Operands[stages.size()];
        for (int i = 0; i < operands.length; i++) {
            Stage stage = stages.get(i);
            List<Operands.Input> inputs = stage.inputs().stream().map(v -> new Operands.Input(arena, offset(v)))
                    .toList();
            operands[i] = Operands.of(inputs, arena, offset(i + 1)).check(stage.kernel().spec());
        }
        return operands;
    }

    /** What a stage reads and writes at least: its maps once, its weights once. */
    private static long bytes(Stage stage) {
        Computation spec = stage.kernel().spec();
        long read = spec.inputs().stream().mapToLong(MapLayout::length).sum();
        long floats = read + spec.out().length() + stage.parameters();
        return Float.BYTES * floats;
    }

    List<PlanStep> steps() {
        List<PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            steps.add(new PlanStep(stage.name(), stage.kernel().spec(), stage.kernel().name(), stage.parameters(),
                    bytes(stage), offset(i + 1), stage.choice()));
        }
        return steps;
    }
}
