package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** {@code activation(in) + residual} where it cannot be part of a preceding convolution; a work item computes a vector of 16. */
public final class ResidualSum {
    private ResidualSum() {
    }

    /**
     * The kernel.
     *
     * @param image   floats per image in {@code memory}
     * @param in      offset of the map that the activation is applied to
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

    /** Computes a single element. */
    static void element(int id, int n, FloatArray memory, int image, int in, int residual, int out, int activation) {
        int base = n * image + id;
        memory.set(base + out, ScalarMath.activate(activation, memory.get(base + in)) + memory.get(base + residual));
    }
}
