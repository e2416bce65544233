package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import java.util.List;

/**
 * A {@link TensorFunction} as something that a kernel computes.
 *
 * @param function what is computed
 */
public record TensorSpec(TensorFunction function) implements Spec {
    @Override
    public String operation() {
        return "tensor";
    }

    @Override
    public List<MapLayout> inputs() {
        return function.inputs();
    }

    @Override
    public MapLayout out() {
        return function.out();
    }

    @Override
    public long macs() {
        return function.macs();
    }

    @Override
    public String toString() {
        return "tensor " + function.describe();
    }
}
