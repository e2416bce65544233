package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.Partition;
import io.github.jvig.model.graph.AttentionOp;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.CrossCovarianceOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which tensors the layers of attention and of normalization read, and what they make of them. */
class AttentionLayersTest {
    private final List<String> read = new ArrayList<>();
    private final GraphBuilder net = new GraphBuilder(new Parameters() {
        @Override
        public float[] floats(String name, int... shape) {
            read.add(name + Arrays.toString(shape));
            int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            float[] values = new float[length];
            Arrays.fill(values, read.size());
            return values;
        }

        @Override
        public String source() {
            return "numbers";
        }
    });
    private final Node x = net.input(18);

    @Test
    void norms() throws WeightsException {
        MapNormOp group = (MapNormOp) net.groupNorm("a", x, 1e-5).op();
        assertEquals(MapNorm.Kind.GROUP, group.kind());
        assertEquals(1e-5, group.epsilon());
        assertEquals(2, group.bias()[17]);
        MapNormOp response = (MapNormOp) net.globalResponseNorm("b", x, 1e-6, "b.gamma", "b.beta", 1, 1, 1, 18).op();
        assertEquals(MapNorm.Kind.RESPONSE, response.kind());
        assertEquals(3, response.weight()[0]);
        assertEquals(4, response.bias()[0]);
        assertEquals(5, ((ChannelNormOp) net.rmsNorm("c", x, 1e-6).op()).weight()[0]);
        assertEquals(6, ((MapNormOp) net.groupNorm("g", x, 6, 1e-5).op()).groups());
        assertEquals(List.of("a.weight[18]", "a.bias[18]", "b.gamma[1, 1, 1, 18]", "b.beta[1, 1, 1, 18]",
                "c.weight[18]", "g.weight[18]", "g.bias[18]"), read);
        assertEquals(18, net.spatialSoftmax("f", x).channels());
        assertEquals(18, net.normalizeChannels("d", x, 1e-12).channels());
        assertEquals(MapNorm.Kind.L2, ((MapNormOp) net.normalizePixels("e", x, 1e-12).op()).kind());
    }

    @Test
    void neighborhoods() throws WeightsException {
        Node shared = net.sharedPointwise("a", x, 60, 2);
        ConvOp conv = (ConvOp) shared.op();
        assertEquals(2, conv.groups());
        assertEquals(60 * 9, conv.weight().length);
        assertEquals(2, conv.bias()[59]);
        assertEquals(8, net.neighborhoodAggregation("b", x, 9, 8, shared, 2, 27, 2, 5).channels());
        assertEquals(List.of("a.weight[30, 9, 1, 1]", "a.bias[30]", "b[2, 9, 9]"), read);
        assertEquals(6 * 20, net.attentionScores("c", x, x, 6, 20).channels());
        assertEquals(18, net.adaptiveAveragePool("d", x, 7, 5).channels());
    }

    @Test
    void attention() throws WeightsException {
        AttentionHeads heads = AttentionHeads.byKind(2, 3, 3);
        AttentionOp windows = (AttentionOp) net.attention("a", heads, Partition.blocks(2, 3), 2, 3, x).op();
        assertEquals(1 / Math.sqrt(3), windows.scale());
        assertEquals(2 * 6 * 6, windows.weights(null).length);
        Node plain = net.attention("b", heads, Partition.WHOLE, 0.5, x);
        assertEquals(0, plain.op().parameters());
        assertEquals(6, plain.channels());
        CrossCovarianceOp cross = (CrossCovarianceOp) net.crossCovariance("c", heads, 1e-12, x).op();
        assertArrayEquals(new float[]{2, 2}, cross.temperature());
        assertEquals(List.of("a.attention_biases[2, 6]", "c.temperature[2, 1, 1]"), read);
        Node linear = net.linearAttention("d", heads, LinearAttention.Feature.RELU, true, 1e-6, x);
        assertEquals(MapLayout.of(4, 5, 6), linear.op().spec(List.of(MapLayout.of(4, 5, 18))).out());
        Node odd = net.linear("e", x, 21);
        assertEquals(10, net.separableAttention("f", odd, Partition.samePlace(2, 2)).channels());
    }
}
