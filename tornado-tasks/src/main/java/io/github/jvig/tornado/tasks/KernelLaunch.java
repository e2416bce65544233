package io.github.jvig.tornado.tasks;

import io.github.jvig.tornado.kernels.BufferOffsets;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * A kernel for one operation: its packed weights, its phases, and how they are added to a task graph. The offsets of its maps are not part
 * of it; see {@link BufferOffsets}.
 *
 * @param kernel  id of its row, as in {@code "f32-pointwise-14x16"}
 * @param choice  why this kernel was chosen
 * @param weights in the kernel's order, empty if it has none
 * @param scratch floats per image that the kernel needs for itself while it runs
 * @param phases  what runs, one after the other, at least one; a phase sees all that the phases before it wrote
 * @param half    whether its maps and weights are stored in half precision; scratch is in single precision all the same
 */
record KernelLaunch(String kernel, String choice, float[] weights, int scratch, List<Phase> phases, boolean half) {
    /** Maximum work-group size on a processor: large enough to make the cost of starting a group small. */
    private static final int MAX_GROUP = 64;
    /** Minimum number of work-groups to distribute over the threads of a processor. */
    private static final int MIN_GROUPS = 16;

    /** Adds a phase to a task graph. */
    interface OnArrays {
        void addTo(TaskGraph graph, String id, KernelContext context, DeviceArrays arrays, BufferOffsets at);
    }

    /** The same for a phase that knows single precision only. Its second array holds the weights; for uploads and downloads, the planes. */
    interface Task extends OnArrays {
        void addTo(TaskGraph graph, String id, KernelContext context, FloatArray memory, FloatArray weights,
                BufferOffsets at);

        @Override
        default void addTo(TaskGraph graph, String id, KernelContext context, DeviceArrays arrays, BufferOffsets at) {
            addTo(graph, id, context, arrays.memory(), arrays.second(), at);
        }
    }

    /** The same for a phase whose maps and weights are in half precision. */
    interface HalfTask extends OnArrays {
        void addTo(TaskGraph graph, String id, KernelContext context, HalfFloatArray memory, HalfFloatArray weights,
                BufferOffsets at);

        @Override
        default void addTo(TaskGraph graph, String id, KernelContext context, DeviceArrays arrays, BufferOffsets at) {
            addTo(graph, id, context, arrays.halves(), arrays.halfWeights(), at);
        }
    }

    /**
     * One task.
     *
     * @param name  a word that is added to the name of the step, empty for the only phase
     * @param items work items per image
     * @param group work-group size, which divides {@code items}; 0 for a phase that processes all images in a single work item
     * @param task  adds it to a task graph
     */
    record Phase(String name, int items, int group, OnArrays task) {
        Phase {
            if (items < 1 || group > 0 && items % group != 0) {
                throw new IllegalArgumentException("groups of " + group + " do not divide " + items + " work items");
            }
        }

        Phase(String name, int items, int group, Task task) {
            this(name, items, group, (OnArrays) task);
        }

        /** A phase with a work-group size for processors, which depends on the number of work items only. */
        static Phase of(String name, int items, Task task) {
            int group = Math.clamp(items / MIN_GROUPS, 1, MAX_GROUP);
            while (items % group != 0) {
                group--;
            }
            return new Phase(name, items, group, task);
        }

        /** A phase whose work-groups are as large as they can be, up to a maximum. */
        static Phase grouped(String name, int items, int maxGroup, OnArrays task) {
            return new Phase(name, items, largestGroup(items, maxGroup), task);
        }

        /** The largest work-group size, up to a maximum, that divides the number of work items. */
        static int largestGroup(int items, int maxGroup) {
            int group = Math.min(items, maxGroup);
            while (items % group != 0) {
                group--;
            }
            return group;
        }

        /** A phase that runs as a single work item. */
        static Phase single(String name, Task task) {
            return new Phase(name, 1, 0, task);
        }

        /** Whether the phase runs on a grid of work items. */
        boolean hasGrid() {
            return group > 0;
        }
    }

    KernelLaunch {
        phases = List.copyOf(phases);
    }

    /** A kernel of single precision. */
    KernelLaunch(String kernel, String choice, float[] weights, int scratch, List<Phase> phases) {
        this(kernel, choice, weights, scratch, phases, false);
    }

    /** A kernel of one phase. */
    static KernelLaunch of(float[] weights, Phase phase) {
        return new KernelLaunch("", "", weights, 0, List.of(phase));
    }

    /** A kernel of one phase whose maps and weights are stored in half precision. */
    static KernelLaunch half(float[] weights, int items, int group, HalfTask task) {
        return new KernelLaunch("", "", weights, 0, List.of(new Phase("", items, group, (OnArrays) task)), true);
    }

    /** The same with floats of scratch per image. */
    static KernelLaunch half(float[] weights, int scratch, int items, int group, OnArrays task) {
        return new KernelLaunch("", "", weights, scratch, List.of(new Phase("", items, group, task)), true);
    }

    /** A kernel with a work-group size for processors. */
    static KernelLaunch of(float[] weights, int items, Task task) {
        return of(weights, Phase.of("", items, task));
    }

    /** This launch with a kernel id and the reason why it was chosen. */
    KernelLaunch named(String newKernel, String newChoice) {
        return new KernelLaunch(newKernel, newChoice, weights, scratch, phases, half);
    }

    /** This launch with another phase behind its own. */
    KernelLaunch then(Phase last) {
        List<Phase> all = new ArrayList<>(phases);
        all.add(last);
        return new KernelLaunch(kernel, choice, weights, scratch, all, half);
    }
}
