package io.github.jvig.tornado.kernels;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Functions for maps in half precision. Inlined into every kernel. */
final class HalfMath {
    private HalfMath() {
    }

    /** {@link ScalarMath#finish} with maps in half precision: the epilogue is computed in single precision and rounded once. */
    static void finish(HalfFloatArray memory, int offset, int residualOffset, int residual, int epilogue, int channel,
            float sum) {
        float y = sum;
        if (residual >= 0 && Activations.residualFirst(epilogue) == 1) {
            y += memory.get(residualOffset).getFloat32();
        }
        y = ScalarMath.activate(Activations.activation(epilogue), y);
        if (Activations.kept(epilogue) > 0 && channel >= Activations.kept(epilogue)) {
            y = 0f;
        }
        if (residual >= 0 && Activations.residualFirst(epilogue) == 0) {
            y += memory.get(residualOffset).getFloat32();
        }
        memory.set(offset, new HalfFloat(y));
    }
}
