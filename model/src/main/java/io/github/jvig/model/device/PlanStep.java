package io.github.jvig.model.device;

import io.github.jvig.kernels.Computation;
import io.github.jvig.kernels.MapLayout;

/**
 * One step of a plan, for people to read.
 *
 * @param name       the graph node's name
 * @param spec       what is computed
 * @param kernel     the kernel picked
 * @param parameters weights and biases that the step holds
 * @param bytes      read and written at least: the step's maps once, its weights once
 * @param offset     where the result lies in the workspace, in floats
 * @param choice     why this kernel, and which were passed over
 * @param liveBytes  of the activations that are in memory while the step runs, the threads' work space included; 0 where that is not known
 */
public record PlanStep(String name, Computation spec, String kernel, long parameters, long bytes, int offset,
        String choice, long liveBytes) {
    /**
     * A step of which it is not known what is in memory meanwhile.
     *
     * @param name       the graph node's name
     * @param spec       what is computed
     * @param kernel     the kernel picked
     * @param parameters weights and biases that the step holds
     * @param bytes      read and written at least: the step's maps once, its weights once
     * @param offset     where the result lies in the workspace, in floats
     * @param choice     why this kernel, and which were passed over
     */
    public PlanStep(String name, Computation spec, String kernel, long parameters, long bytes, int offset,
            String choice) {
        this(name, spec, kernel, parameters, bytes, offset, choice, 0);
    }

    /** {@return what is computed, in words, with sizes} */
    public String operation() {
        return spec.toString();
    }

    /** {@return the shape of the result} */
    public MapLayout out() {
        return spec.out();
    }

    /** {@return multiply-accumulates for one image} */
    public long macs() {
        return spec.macs();
    }
}
