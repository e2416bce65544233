package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
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
     * @param second     value number of the second operand, or {@link #NONE}
     * @param choice     why this kernel
     */
    record Stage(String name, Kernel kernel, long parameters, int input, int second, String choice) {
        static final int NONE = -1;
    }

    /**
     * Under G1 the elements of a large array start 16 bytes behind a cache line; from this element on they are on its start. Nothing
     * depends on it but speed.
     */
    static final int ALIGNING = 12;

    private final FeatureMap input;
    private final List<Stage> stages;
    private final int[] outputs;
    private final BufferPlanner buffers;
    private final int scratch;

    /** @param outputs value numbers */
    CpuPlan(FeatureMap input, List<Stage> stages, int[] outputs) {
        this.input = input;
        this.stages = List.copyOf(stages);
        this.outputs = outputs.clone();
        int[] lastRead = new int[stages.size() + 1];
        for (int i = 0; i < stages.size(); i++) {
            lastRead[i + 1] = i;
            lastRead[stages.get(i).input()] = i;
            if (stages.get(i).second() != Stage.NONE) {
                lastRead[stages.get(i).second()] = i;
            }
        }
        for (int output : outputs) {
            lastRead[output] = stages.size();
        }
        List<BufferPlanner.Life> lives = new ArrayList<>();
        lives.add(new BufferPlanner.Life(input.length(), -1, lastRead[0]));
        for (int i = 0; i < stages.size(); i++) {
            lives.add(new BufferPlanner.Life(shape(i + 1).length(), i, lastRead[i + 1]));
        }
        this.buffers = new BufferPlanner(lives);
        this.scratch = FeatureMap.padded(stages.stream().mapToInt(s -> s.kernel().scratch()).max().orElse(0));
    }

    FeatureMap input() {
        return input;
    }

    List<Stage> stages() {
        return stages;
    }

    /** Value numbers of the outputs. */
    int[] outputs() {
        return outputs;
    }

    FeatureMap shape(int value) {
        return value == 0 ? input : stages.get(value - 1).kernel().spec().out();
    }

    /** Floats of the array that holds all values, and behind them the private space of each thread. */
    int arena(int threads) {
        return scratchAt(threads);
    }

    /** Where the private space of a thread starts in the arena. */
    int scratchAt(int thread) {
        return Math.addExact(ALIGNING + buffers.length(), Math.multiplyExact(thread, scratch));
    }

    /** Where a value starts in the arena. */
    int offset(int value) {
        return ALIGNING + buffers.offset(value);
    }

    /** Operands of every stage in an arena. */
    Operands[] operands(float[] arena) {
        Operands[] operands = new Operands[stages.size()];
        for (int i = 0; i < operands.length; i++) {
            Stage stage = stages.get(i);
            boolean second = stage.second() != Stage.NONE;
            operands[i] = new Operands(arena, offset(stage.input()), second ? arena : null,
                    second ? offset(stage.second()) : 0, arena, offset(i + 1)).check(stage.kernel().spec());
        }
        return operands;
    }

    /** What a stage reads and writes at least: its maps once, its weights once. */
    private static long bytes(Stage stage) {
        Spec spec = stage.kernel().spec();
        long second = spec.second().map(FeatureMap::length).orElse(0);
        long floats = spec.in().length() + second + spec.out().length() + stage.parameters();
        return Float.BYTES * floats;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            steps.add(new Step(stage.name(), stage.kernel().spec(), stage.kernel().name(), stage.parameters(),
                    bytes(stage), offset(i + 1), stage.choice()));
        }
        return steps;
    }
}
