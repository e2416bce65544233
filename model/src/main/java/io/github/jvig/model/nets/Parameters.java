package io.github.jvig.model.nets;

import io.github.jvig.model.weights.WeightsException;
import java.util.SplittableRandom;

/** Where a net gets its tensors while it is built. */
public interface Parameters {
    /**
     * The tensor of this name.
     *
     * @param name  as the checkpoint has it
     * @param shape sizes, outermost first; none for a scalar
     * @return its values in C order, all finite; not to be changed
     * @throws WeightsException when there is no such tensor, it has another shape, or a value is NaN or infinite; it names the tensor
     */
    float[] floats(String name, int... shape) throws WeightsException;

    /** {@return what the tensors come from, such as a file's name, for messages} */
    String source();

    /**
     * Values for a net without a checkpoint, such that activations keep their size from layer to layer.
     *
     * @param seed the same seed gives the same values, in every run and on every machine
     * @return parameters that have a tensor of any name and shape
     */
    static Parameters random(long seed) {
        return new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                long length = 1;
                for (int size : shape) {
                    length *= size;
                }
                SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
                float[] values = new float[Math.toIntExact(length)];
                double spread = shape.length == 4 ? Math.sqrt(3.0 * shape[0] / length) : 0.1;
                double center = shape.length == 1 && (name.endsWith("weight") || name.endsWith("var")) ? 1 : 0;
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (center + random.nextDouble(-spread, spread));
                }
                return values;
            }

            @Override
            public String source() {
                return "random weights";
            }
        };
    }
}
