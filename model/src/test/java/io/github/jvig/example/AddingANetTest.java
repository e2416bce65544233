package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Features;
import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.Session;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.nets.GraphBuilder;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of model/README.md that defines a net outside of JViG's packages. */
class AddingANetTest {
    // README: begin
    /** A stem, one depthwise separable convolution with a residual, a pooled head. */
    record Tiny(int classes) implements Net {
        @Override
        public Tiny configuredFor(Weights weights) throws WeightsException {
            return new Tiny(weights.shape("head.weight")[0]);
        }

        @Override
        public Graph build(Parameters parameters) throws WeightsException {
            GraphBuilder net = new GraphBuilder(parameters);
            Node x = net.conv("stem", net.input(3), 16, Window.of(3, 2, 1));
            x = net.gelu("stem.act", net.batchNorm("stem.norm", x));
            Node y = net.depthwise("block.dw", x, Window.same(5));
            y = net.activation("block.act", net.batchNorm("block.norm", y), Activation.RELU);
            x = net.add("block", x, net.pointwise("block.pw", y, 16));
            Node logits = net.linear("head", net.globalAveragePool("pool", x), classes);
            return new Graph(List.of(logits), List.of(x));
        }
    }
    // README: end

    private static Weights weights() {
        Map<String, int[]> shapes = new java.util.LinkedHashMap<>();
        shapes.put("stem.weight", new int[]{16, 3, 3, 3});
        shapes.put("block.dw.weight", new int[]{16, 1, 5, 5});
        shapes.put("block.pw.weight", new int[]{16, 16, 1, 1});
        shapes.put("head.weight", new int[]{4, 16});
        for (String name : List.of("stem", "block.dw", "block.pw", "stem.norm", "block.norm")) {
            shapes.put(name + ".bias", new int[]{16});
        }
        shapes.put("head.bias", new int[]{4});
        for (String norm : List.of("stem.norm", "block.norm")) {
            for (String part : List.of(".weight", ".running_mean", ".running_var")) {
                shapes.put(norm + part, new int[]{16});
            }
        }
        Map<String, Weights.Tensor> tensors = new java.util.LinkedHashMap<>();
        shapes.forEach((name, shape) -> tensors.put(name, new Weights.Tensor(shape, Seeded.values(name, shape))));
        return new Weights("tiny.pth", tensors);
    }

    @Test
    void aNetOfAnApplicationRuns() throws Exception {
        Model model = Models.of(ModelInfo.of("tiny", new Tiny(1000), 32), weights());
        float[] image = Seeded.values("input/tiny", 1, 3, 32, 32);
        try (Session fast = model.compile(o -> o.threads(2).warmUp(false).features(true));
                Session scalar = model.compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            Features features = fast.features(image);
            float[] expected = scalar.run(image);
            assertEquals(4, expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], features.logits()[i], 1e-5);
            }
            assertEquals(List.of(2), model.strides());
            assertEquals(5, fast.steps().size(), "stem, depthwise, pointwise with the residual, pool, head");
        }
    }

    @Test
    void theReadmeShowsIt() throws Exception {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("model/README.md"))) {
            root = root.getParent();
        }
        String source = Files
                .readString(root.resolve("model/src/test/java/io/github/jvig/example/AddingANetTest.java"));
        String shown = source.substring(source.indexOf("// README: begin\n") + "// README: begin\n".length(),
                source.indexOf("    // README: end")).stripTrailing().stripIndent();
        assertTrue(Files.readString(root.resolve("model/README.md")).contains(shown), shown);
    }
}
