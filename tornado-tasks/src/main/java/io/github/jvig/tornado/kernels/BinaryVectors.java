package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** Two maps of one shape, element by element, for processors; a work item computes a vector of 16. */
public final class BinaryVectors {
    private BinaryVectors() {
    }

    /**
     * The kernel.
     *
     * @param image      floats per image in {@code memory}
     * @param operator   one of {@link BinaryPerItem#number}
     * @param activation one of {@link Activations#ofVectors}
     */
    public static void run(KernelContext context, FloatArray memory, int image, int in, int in2, int out,
            int operator, int activation) {
        item(context.globalIdx, context.globalIdy, memory, image, in, in2, out, operator, activation);
    }

    static void item(int id, int n, FloatArray memory, int image, int in, int in2, int out, int operator,
            int activation) {
        VectorFloat16 all = new VectorFloat16(memory);
        int base = n * image / VectorTasks.WIDTH + id;
        Float16 x = all.get(base + in / VectorTasks.WIDTH);
        Float16 y = all.get(base + in2 / VectorTasks.WIDTH);
        Float16 z = VectorTasks.activate(activation, combine(operator, x, y));
        all.set(base + out / VectorTasks.WIDTH, z);
    }

    private static Float16 combine(int operator, Float16 x, Float16 y) {
        Float16 z = y;
        if (operator == BinaryPerItem.ADD) {
            z = Float16.add(x, y);
        } else if (operator == BinaryPerItem.SUBTRACT) {
            z = Float16.sub(x, y);
        } else if (operator == BinaryPerItem.MULTIPLY) {
            z = Float16.mult(x, y);
        } else if (operator == BinaryPerItem.MAXIMUM) {
            z = VectorTasks.max(x, y);
        }
        return z;
    }
}
