package io.github.jvig.model.tensor;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelExtension;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** The row that runs a {@link TensorFunction}, the same for every provider of the CPU. */
public final class TensorKernels implements KernelExtension {
    /** For the service loader. */
    public TensorKernels() {
    }

    @Override
    public List<KernelRow<?, Kernel>> rows(Machine machine) {
        String id = "f32-tensor-" + machine.isa();
        return List.of(KernelRow.of(TensorSpec.class, id, (spec, _, _) -> new FunctionKernel(id, spec)));
    }

    private record FunctionKernel(String name, TensorSpec spec) implements Kernel {
        @Override
        public int units() {
            return spec.function().units();
        }

        @Override
        public int scratch() {
            return spec.function().scratch();
        }

        @Override
        public void run(Operands operands, float[] scratch, int scratchOffset, int from, int to) {
            spec.function().run(operands, scratch, scratchOffset, from, to);
        }
    }
}
