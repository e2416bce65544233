package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelExtension;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.Session;
import io.github.jvig.model.graph.CustomOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.nets.GraphBuilder;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operation, its kernel and a net that uses it, all from outside the modules. */
class AddingAnOperationTest {
    /** {@code x * min(6, max(0, x + 3)) / 6}, element by element (Howard et al., arXiv 1905.02244). */
    record HardSwish(MapLayout in) implements Spec {
        @Override
        public String operation() {
            return "hard-swish";
        }

        @Override
        public List<MapLayout> inputs() {
            return List.of(in);
        }

        @Override
        public MapLayout out() {
            return in;
        }
    }

    /** A unit is a row. Zero stays zero, so pad lanes do. */
    record HardSwishKernel(String name, HardSwish spec) implements Kernel {
        @Override
        public int units() {
            return spec.in().height();
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            int row = spec.in().width() * spec.in().stride();
            for (int i = from * row; i < to * row; i++) {
                float x = o.in()[o.inOffset() + i];
                o.out()[o.outOffset() + i] = x * Math.min(6, Math.max(0, x + 3)) / 6;
            }
        }
    }

    /** Found by its entry in META-INF/services. */
    public static final class Rows implements KernelExtension {
        @Override
        public List<KernelRow<?, Kernel>> rows(Machine machine) {
            String id = "f32-hard-swish-" + machine.isa();
            return List.of(KernelRow.of(HardSwish.class, id, (spec, _, _) -> new HardSwishKernel(id, spec)));
        }
    }

    record HardSwishOp() implements CustomOp {
        @Override
        public Spec spec(List<MapLayout> inputs) {
            return new HardSwish(inputs.getFirst());
        }

        @Override
        public String describe() {
            return "hard-swish";
        }
    }

    /** A 1x1 convolution, the operation, a pooled head. */
    record Tiny(int classes) implements Net {
        @Override
        public Tiny configuredFor(Weights weights) throws WeightsException {
            return this;
        }

        @Override
        public Graph build(Parameters parameters) throws WeightsException {
            GraphBuilder net = new GraphBuilder(parameters);
            Node x = net.pointwise("stem", net.input(3), 5);
            x = new Node("stem.act", new HardSwishOp(), List.of(x));
            return new Graph(List.of(net.linear("head", net.globalAveragePool("pool", x), classes)));
        }
    }

    private static final int CLASSES = 4;
    private static final int PIXELS = 6 * 6;

    private static Weights.Tensor tensor(String name, int... shape) {
        return new Weights.Tensor(shape, Seeded.values(name, shape));
    }

    private static Model model() throws Exception {
        Map<String, Weights.Tensor> tensors = Map.of("stem.weight", tensor("stem.weight", 5, 3, 1, 1), "stem.bias",
                tensor("stem.bias", 5), "head.weight", tensor("head.weight", CLASSES, 5), "head.bias",
                tensor("head.bias", CLASSES));
        return Models.of(ModelInfo.of("tiny", new Tiny(CLASSES), 6), new Weights("tiny.pth", tensors));
    }

    /** The net by its formula, in double. */
    private static float[] expected(float[] image) {
        float[] stem = Seeded.values("stem.weight", 5, 3, 1, 1);
        float[] stemBias = Seeded.values("stem.bias", 5);
        float[] head = Seeded.values("head.weight", CLASSES, 5);
        double[] pooled = new double[5];
        for (int p = 0; p < PIXELS; p++) {
            for (int o = 0; o < 5; o++) {
                double x = stemBias[o];
                for (int i = 0; i < 3; i++) {
                    x += (double) stem[o * 3 + i] * image[i * PIXELS + p];
                }
                pooled[o] += x * Math.min(6, Math.max(0, x + 3)) / 6 / PIXELS;
            }
        }
        float[] logits = Seeded.values("head.bias", CLASSES).clone();
        for (int c = 0; c < CLASSES; c++) {
            double sum = logits[c];
            for (int o = 0; o < 5; o++) {
                sum += head[c * 5 + o] * pooled[o];
            }
            logits[c] = (float) sum;
        }
        return logits;
    }

    @Test
    void aNetWithItRunsOnEveryProvider() throws Exception {
        float[] image = Seeded.values("input/tiny", 1, 3, 6, 6);
        for (String device : List.of("scalar", "cpu")) {
            try (Session session = model().compile(o -> o.device(device).threads(2).warmUp(false))) {
                assertArrayEquals(expected(image), session.run(image), 1e-5f);
                assertTrue(session.steps().stream().anyMatch(step -> step.kernel().startsWith("f32-hard-swish-")),
                        device);
            }
        }
    }

    @Test
    void asOnnxItIsRefusedByName(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tiny.onnx");
        Graph graph = model().graph();
        String message = assertThrows(UnsupportedOperationException.class, () -> OnnxExport.write(graph, 6, 6, file))
                .getMessage();
        assertEquals("stem.act: hard-swish can't be written as ONNX", message);
        assertTrue(Files.notExists(file));
    }
}
