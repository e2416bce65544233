package io.github.jvig.tornado.tasks;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel picked for a layer, with all its numbers but the places.
 *
 * @param kernel  its name, as in {@code "f32-pointwise-14x16"}
 * @param choice  why this one
 * @param weights as the kernel reads them, empty where it has none
 * @param items   work items for one image
 * @param group   work items of a group, which divide the items; 0 for a kernel that is one work item for all images of the memory
 * @param task    adds it to a task graph
 */
record KernelLaunch(String kernel, String choice, float[] weights, int items, int group, Task task) {
    /** Work items of a group on a processor: enough to pay for starting it. */
    private static final int LARGEST_GROUP = 64;
    /** Groups that a processor's threads should have to share. */
    private static final int FEWEST_GROUPS = 16;

    /** How a kernel becomes a task; beside the memory it takes the array of weights, a way in or out that of planes. */
    interface Task {
        void addTo(TaskGraph graph, String id, KernelContext context, FloatArray memory, FloatArray weights, BufferOffsets at);
    }

    KernelLaunch {
        if (items < 1 || group > 0 && items % group != 0) {
            throw new IllegalArgumentException("groups of " + group + " do not divide " + items + " work items");
        }
    }

    /** A kernel that is one work item. */
    static KernelLaunch single(String kernel, String choice, float[] weights, Task task) {
        return new KernelLaunch(kernel, choice, weights, 1, 0, task);
    }

    /** Whether it takes a grid of work items. */
    boolean hasGrid() {
        return group > 0;
    }

    /** With a group for processors, by the number of items alone. */
    static KernelLaunch of(String kernel, String choice, float[] weights, int items, Task task) {
        int group = Math.clamp(items / FEWEST_GROUPS, 1, LARGEST_GROUP);
        while (items % group != 0) {
            group--;
        }
        return new KernelLaunch(kernel, choice, weights, items, group, task);
    }
}
