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
     * @param vectors of one map
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int residual, int out,
            int vectors, int activation) {
        item(context.globalIdx, memory, image, in, residual, out, vectors, activation);
    }

    static void item(int id, FloatArray memory, int image, int in, int residual, int out, int vectors, int activation) {
        VectorFloat16 all = new VectorFloat16(memory);
        int base = id / vectors * image / Lanes.WIDTH + id % vectors;
        Float16 x = Lanes.activate(activation, all.get(base + in / Lanes.WIDTH));
        all.set(base + out / Lanes.WIDTH, Float16.add(x, all.get(base + residual / Lanes.WIDTH)));
    }
}
