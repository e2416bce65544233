package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.SelectiveScanOp;
import io.github.jvig.model.graph.SeparableAttentionOp;
import io.github.jvig.model.lowering.LoweredOp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every size of every family against timm's or its authors' net: the number of tensors and parameters, the multiply-accumulates, and the names
 * and shapes of all tensors, by their SHA-256. {@code golden/digests.tsv} has them: net, side of the input, tensors, parameters,
 * multiply-accumulates of convolutions and products, hash of the lines {@code "name shape"} in the order of the names.
 */
class TensorDigestsTest {
    static Stream<String> nets() throws IOException {
        try (InputStream in = TensorDigestsTest.class.getResourceAsStream("/golden/digests.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("nets")
    void areThoseOfTheAuthors(String line) throws IOException, NoSuchAlgorithmException {
        String[] expected = line.split("\t");
        Map<String, String> asked = new TreeMap<>();
        long[] parameters = {0};
        Graph graph = Models.info(expected[0]).net().build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                int length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
                String sizes = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(","));
                if (asked.put(name, sizes) == null && !name.endsWith(".running_mean")
                        && !name.endsWith(".running_var")) {
                    parameters[0] += length;
                }
                return new float[length];
            }

            @Override
            public String source() {
                return "zeros";
            }
        });
        String tensors = asked.entrySet().stream().map(t -> t.getKey() + " " + t.getValue() + "\n")
                .collect(Collectors.joining());
        int side = Integer.parseInt(expected[1]);
        assertEquals(Integer.parseInt(expected[2]), asked.size(), () -> "tensors:\n" + tensors);
        assertEquals(Long.parseLong(expected[3]), parameters[0], "parameters");
        assertEquals(Long.parseLong(expected[4]), macs(graph, side), "multiply-accumulates");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(tensors.getBytes(StandardCharsets.UTF_8));
        assertEquals(expected[5], HexFormat.of().formatHex(hash), () -> "tensors:\n" + tensors);
        assertTrue(Models.info(expected[0]).net().classes() == 1000, "classes");
    }

    /**
     * Of what the checkpoint calls a convolution, a linear layer or a product of matrices: not of affines, which happen to run as a convolution,
     * and not of scans and separable attention, which PyTorch writes as products of elements. EdgeNeXt's numbers are without the projection of
     * its position encoding, which is computed when the net is built. SpaRTAN's are with two products for one in each depthwise convolution that a
     * complex product goes into.
     */
    private static long macs(Graph graph, int side) {
        return LoweredOp.of(graph, side, side).stream()
                .filter(op -> !(op.node().op() instanceof AffineOp || op.node().op() instanceof ActivateOp
                        || op.node().op() instanceof SelectiveScanOp || op.node().op() instanceof SeparableAttentionOp))
                .mapToLong(op -> op.spec().macs()).sum();
    }
}
