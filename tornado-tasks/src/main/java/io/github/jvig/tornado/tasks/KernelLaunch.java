package io.github.jvig.tornado.tasks;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel for one operation with everything but the offsets: its packed weights, its grid, and how it becomes a task.
 *
 * @param kernel  id of its row, as in {@code "f32-pointwise-14x16"}
 * @param choice  why this one
 * @param weights as the kernel reads them, empty where it has none
 * @param items   work items for one image
 * @param group   work items of a group, which divide the items; 0 for a kernel that is one work item for all images of the memory
 * @param task    adds it to a task graph
 */
record KernelLaunch(String kernel, String choice, float[] weights, int items, int group, Task task) {
    /** Work items of a group on a processor: enough to pay for starting it. */
    private static final int MAX_GROUP = 64;
    /** Groups that a processor's threads should have to share. */
    private static final int MIN_GROUPS = 16;

    /** How a kernel becomes a task; beside the memory it takes the array of weights, a way in or out that of planes. */
    interface Task {
        void addTo(TaskGraph graph, String id, KernelContext context, FloatArray memory, FloatArray weights,
                BufferOffsets at);
    }

    KernelLaunch {
        if (items < 1 || group > 0 && items % group != 0) {
            throw new IllegalArgumentException("groups of " + group + " do not divide " + items + " work items");
        }
    }

    /** A kernel that is one work item. */
    static KernelLaunch single(float[] weights, Task task) {
        return new KernelLaunch("", "", weights, 1, 0, task);
    }

    /** The same with a name. */
    KernelLaunch named(String newKernel, String newChoice) {
        return new KernelLaunch(newKernel, newChoice, weights, items, group, task);
    }

    /** Whether it takes a grid of work items. */
    boolean hasGrid() {
        return group > 0;
    }

    /** With a group for processors, by the number of items alone. */
    static KernelLaunch of(float[] weights, int items, Task task) {
        int group = Math.clamp(items / MIN_GROUPS, 1, MAX_GROUP);
        while (items % group != 0) {
            group--;
        }
        return new KernelLaunch("", "", weights, items, group, task);
    }
}
