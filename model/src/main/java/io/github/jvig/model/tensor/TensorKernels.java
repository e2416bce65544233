package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelExtension;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** The row that runs a {@link TensorFunction}, the same for every provider of the CPU. */
public final class TensorKernels implements KernelExtension {
    @Override
    public List<KernelRow<?, Kernel>> rows(Machine machine) {
        String id = "f32-tensor-" + machine.isa();
        ArrayMath math = ArrayMath.of(machine);
        return List.of(KernelRow.of(TensorSpec.class, id,
                (spec, _, _) -> new FunctionKernel(id, spec, spec.function().with(math))));
    }

    private record FunctionKernel(String name, TensorSpec spec, TensorFunction function) implements Kernel {
        @Override
        public int units() {
            return function.units();
        }

        @Override
        public int scratch() {
            return function.scratch();
        }

        @Override
        public void run(Operands operands, float[] scratch, int scratchOffset, int from, int to) {
            function.run(operands, scratch, scratchOffset, from, to);
        }
    }
}
