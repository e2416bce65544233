package io.github.jvig.tornado.tasks;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel for one operation: its packed weights, its grid, and how it is added to a task graph. The offsets of its maps are not part of
 * it; see {@link BufferOffsets}.
 *
 * @param kernel  id of its row, as in {@code "f32-pointwise-14x16"}
 * @param choice  why this kernel was chosen
 * @param weights in the kernel's order, empty if it has none
 * @param items   work items per image
 * @param group   work-group size, which divides {@code items}; 0 for a kernel that processes all images in a single work item
 * @param task    adds the kernel to a task graph
 */
record KernelLaunch(String kernel, String choice, float[] weights, int items, int group, Task task) {
    /** Maximum work-group size on a processor: large enough to make the cost of starting a group small. */
    private static final int MAX_GROUP = 64;
    /** Minimum number of work-groups to distribute over the threads of a processor. */
    private static final int MIN_GROUPS = 16;

    /**
     * Adds a kernel to a task graph. Its second array holds the weights; for uploads and downloads it holds the planes.
     */
    interface Task {
        void addTo(TaskGraph graph, String id, KernelContext context, FloatArray memory, FloatArray weights,
                BufferOffsets at);
    }

    KernelLaunch {
        if (items < 1 || group > 0 && items % group != 0) {
            throw new IllegalArgumentException("groups of " + group + " do not divide " + items + " work items");
        }
    }

    /** A kernel that runs as a single work item. */
    static KernelLaunch single(float[] weights, Task task) {
        return new KernelLaunch("", "", weights, 1, 0, task);
    }

    /** This launch with a kernel id and the reason why it was chosen. */
    KernelLaunch named(String newKernel, String newChoice) {
        return new KernelLaunch(newKernel, newChoice, weights, items, group, task);
    }

    /** Whether the kernel runs on a grid of work items. */
    boolean hasGrid() {
        return group > 0;
    }

    /** A kernel with a work-group size for processors, which depends on the number of work items only. */
    static KernelLaunch of(float[] weights, int items, Task task) {
        int group = Math.clamp(items / MIN_GROUPS, 1, MAX_GROUP);
        while (items % group != 0) {
            group--;
        }
        return new KernelLaunch("", "", weights, items, group, task);
    }
}
