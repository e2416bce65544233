package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Computation;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a plan, computed in two ways.
 *
 * @param name      the step's name
 * @param kernel    the plan's kernel
 * @param reference kernels that compute the same, one after another; several where the step is a chain
 * @param seconds   of a chain, as in {@link FusedChain#seconds}; empty where the step is one operation
 */
public record StepKernels(String name, Kernel kernel, List<Kernel> reference, List<Integer> seconds) {
    /** Copies the lists. */
    public StepKernels {
        reference = List.copyOf(reference);
        seconds = List.copyOf(seconds);
    }

    /** {@return the maps that the step reads} */
    public List<MapLayout> inputs() {
        return kernel.spec().inputs();
    }

    /** {@return whether both ways are the same code, so that there is nothing to compare} */
    public boolean sameCode() {
        return reference.size() == 1 && reference.getFirst().name().equals(kernel.name());
    }

    /**
     * Runs the plan's kernel.
     *
     * @param maps one array for each of {@link #inputs()}, in its layout
     * @return the result as {@code [channels][height][width]}
     */
    public float[] run(List<float[]> maps) {
        return planes(kernel.spec().out(), run(kernel, maps));
    }

    /**
     * Runs the kernels of the reference.
     *
     * @param maps one array for each of {@link #inputs()}, in its layout
     * @return the result as {@code [channels][height][width]}
     */
    public float[] runReference(List<float[]> maps) {
        List<float[]> values = new ArrayList<>();
        values.add(maps.getFirst());
        for (int i = 0; i < reference.size(); i++) {
            List<float[]> inputs = maps;
            if (!seconds.isEmpty()) {
                inputs = new ArrayList<>(List.of(values.getLast()));
                if (reference.get(i).spec().inputs().size() > 1) {
                    int second = seconds.get(i);
                    inputs.add(second == FusedChain.SECOND_INPUT ? maps.get(1) : values.get(second));
                }
            }
            values.add(run(reference.get(i), inputs));
        }
        return planes(kernel.spec().out(), values.getLast());
    }

    private static float[] run(Kernel kernel, List<float[]> maps) {
        Computation spec = kernel.spec();
        float[] out = new float[spec.out().length()];
        kernel.run(Operands.of(maps.stream().map(map -> new Operands.Input(map, 0)).toList(), out, 0));
        return out;
    }

    private static float[] planes(MapLayout layout, float[] map) {
        float[] planes = new float[layout.pixels() * layout.channels()];
        layout.toPlanes(map, 0, planes, 0);
        return planes;
    }
}
