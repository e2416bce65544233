package io.github.jvig.tornado.tasks;

import io.github.jvig.model.device.Precision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.nets.Parameters;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Looks for the kernels of every built-in net, without compiling them. */
class BuiltInNetsTest {
    private static final Parameters ZEROS = new Parameters() {
        @Override
        public float[] floats(String name, int... shape) {
            int length = 1;
            for (int size : shape) {
                length *= size;
            }
            return new float[length];
        }

        @Override
        public String source() {
            return "zeros";
        }
    };

    @Test
    void everyOperationHasAKernelForEveryKindOfDevice() throws Exception {
        List<DeviceKernels> kinds = List.of(new ProcessorKernels(), new GpuKernels(Precision.SINGLE),
                new FpgaKernels());
        Set<String> refused = new TreeSet<>();
        for (ModelInfo model : Models.all()) {
            Graph graph = Passes.optimize(model.net().build(ZEROS));
            int size = model.preprocessing().size();
            for (LoweredOp op : LoweredOp.of(graph, size, size)) {
                for (DeviceKernels kernels : kinds) {
                    try {
                        kernels.table().candidates(op.spec(), null, null);
                    } catch (UnsupportedOperationException e) {
                        refused.add(op.spec().operation());
                    }
                }
            }
        }
        assertEquals(Set.of(), refused);
    }
}
