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

    /** Where everything lies in the array of one run, for some number of threads. */
    final class Layout {
        private final BufferPlanner buffers;
        private final int threads;

        private Layout(int threads) {
            this.threads = threads;
            List<BufferPlanner.Lifetime> lives = new ArrayList<>();
            lives.add(new BufferPlanner.Lifetime(input.length(), -1, lastRead[0]));
            for (int i = 0; i < stages.size(); i++) {
                lives.add(new BufferPlanner.Lifetime(shape(i + 1).length(), i, lastRead[i + 1]));
            }
            for (int i = 0; i < stages.size(); i++) {
                lives.add(new BufferPlanner.Lifetime(Math.multiplyExact(threads, scratch(i)), i, i));
            }
            buffers = new BufferPlanner(lives);
        }

        /** Floats of all values and of the threads' work space. */
        int length() {
            return buffers.length();
        }

        /** Where a value starts among them. */
        int offset(int value) {
            return buffers.offset(value);
        }

        /** Where a thread's work space for a stage starts among them. */
        int scratchOffset(int stage, int thread) {
            return buffers.offset(stages.size() + 1 + stage) + thread * scratch(stage);
        }

        /** Floats that are live while a stage runs, its threads' work space included. */
        long live(int stage) {
            long floats = (long) threads * scratch(stage);
            for (int value = 0; value <= stage + 1; value++) {
                floats += lastRead[value] >= stage ? shape(value).length() : 0;
            }
            return floats;
        }

        /** Operands of every stage in a place of that length. */
        Operands[] operands(AlignedFloats arena) {
            Operands[] operands = new Operands[stages.size()];
            for (int i = 0; i < operands.length; i++) {
                Stage stage = stages.get(i);
                List<Operands.Input> inputs = stage.inputs().stream()
                        .map(v -> new Operands.Input(arena.array(), arena.offset() + offset(v))).toList();
                operands[i] = Operands.of(inputs, arena.array(), arena.offset() + offset(i + 1))
                        .check(stage.kernel().spec());
            }
            return operands;
        }

        List<PlanStep> steps() {
            List<PlanStep> steps = new ArrayList<>();
            for (int i = 0; i < stages.size(); i++) {
                Stage stage = stages.get(i);
                steps.add(new PlanStep(stage.name(), stage.kernel().spec(), stage.kernel().name(), stage.parameters(),
                        bytes(stage), offset(i + 1), stage.choice(), Float.BYTES * live(i)));
            }
            return steps;
        }
    }

    private final MapLayout input;
    private final List<Stage> stages;
    private final int[] outputs;
    /** For each value the last stage that reads it. */
    private final int[] lastRead;

    /** @param outputs value numbers */
    CpuPlan(MapLayout input, List<Stage> stages, int[] outputs) {
        this.input = input;
        this.stages = List.copyOf(stages);
        this.outputs = outputs.clone();
        lastRead = new int[stages.size() + 1];
        for (int i = 0; i < stages.size(); i++) {
            lastRead[i + 1] = i;
            for (int value : stages.get(i).inputs()) {
                lastRead[value] = i;
            }
        }
        for (int output : outputs) {
            lastRead[output] = stages.size();
        }
    }

    /**
     * Places everything in one array.
     *
     * @throws IllegalArgumentException when that is larger than one Java array can be
     */
    Layout layout(int threads) {
        return new Layout(threads);
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

    /** Floats of a thread's work space for a stage. */
    private int scratch(int stage) {
        return MapLayout.padded(stages.get(stage).kernel().scratch());
    }

    /** What a stage reads and writes at least: its maps once, its weights once. */
    private static long bytes(Stage stage) {
        Computation spec = stage.kernel().spec();
        long read = spec.inputs().stream().mapToLong(MapLayout::length).sum();
        long floats = read + spec.out().length() + stage.parameters();
        return Float.BYTES * floats;
    }
}
