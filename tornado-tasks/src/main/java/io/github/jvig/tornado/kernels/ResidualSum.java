package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** {@code activation(in) + residual}, a work item for each vector of sixteen, where no convolution comes before that could do it. */
public final class ResidualSum {
    private ResidualSum() {
    }

    /**
     * A task's method.
     *
     * @param image   floats of one image in {@code memory}
     * @param in      where the map under the activation lies in them
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int residual, int out,
            int activation) {
        item(context.globalIdx, context.globalIdy, memory, image, in, residual, out, activation);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int residual, int out, int activation) {
        VectorFloat16 all = new VectorFloat16(memory);
        int base = n * image / VectorTasks.WIDTH + id;
        Float16 x = VectorTasks.activate(activation, all.get(base + in / VectorTasks.WIDTH));
        all.set(base + out / VectorTasks.WIDTH, Float16.add(x, all.get(base + residual / VectorTasks.WIDTH)));
    }

    /** One number by itself. */
    static void number(int id, int n, FloatArray memory, int image, int in, int residual, int out, int activation) {
        int base = n * image + id;
        memory.set(base + out, ScalarMath.activate(activation, memory.get(base + in)) + memory.get(base + residual));
    }
}
