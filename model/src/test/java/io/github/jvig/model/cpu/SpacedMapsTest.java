package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.model.Models;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link SpacedMaps}: which maps are moved apart, and that all operations agree on them. What they compute is in the golden tests. */
class SpacedMapsTest {
    /** The operations of a net on 224x224 pixels, checked: each reads its inputs as they were written. */
    private static List<LoweredOp> ops(Graph graph) {
        List<LoweredOp> usual = LoweredOp.of(graph, 224, 224);
        List<LoweredOp> ops = SpacedMaps.in(graph, usual);
        Map<Node, MapLayout> written = new IdentityHashMap<>();
        for (int i = 0; i < ops.size(); i++) {
            LoweredOp op = ops.get(i);
            for (int k = 0; k < op.node().inputs().size(); k++) {
                MapLayout read = op.spec().inputs().get(k);
                assertEquals(written.getOrDefault(op.node().inputs().get(k), read), read, op.node().name());
            }
            written.put(op.node(), op.spec().out());
            assertTrue(op.spec().out().sameShape(usual.get(i).spec().out()), op.node().name());
            assertEquals(usual.get(i).spec().macs(), op.spec().macs());
        }
        return ops;
    }

    private static Graph net(String name) {
        return Passes.optimize(Models.random(name).graph());
    }

    private static Stream<LoweredOp> spaced(List<LoweredOp> ops) {
        return ops.stream().filter(op -> op.spec().out().stride() > MapLayout.padded(op.spec().out().channels()));
    }

    /** Of V4: the hidden maps of 512 channels of its blocks, not those of other sizes and not what is added. */
    @Test
    void hiddenMapsOfManyChannelsAreMovedApart() {
        List<LoweredOp> spaced = spaced(ops(net("mobilenetv4_conv_small"))).toList();
        assertEquals(List.of("blocks.3.1.pw_exp.bn.act", "blocks.3.1.dw_mid.bn.act", "blocks.3.2.pw_exp.bn.act",
                "blocks.3.2.dw_mid.bn.act", "blocks.3.4.pw_exp.bn.act", "blocks.3.4.dw_mid.bn.act",
                "blocks.3.5.pw_exp.bn.act", "blocks.3.5.dw_mid.bn.act"),
                spaced.stream().map(op -> op.node().name()).toList());
        spaced.forEach(op -> assertEquals(new MapLayout(7, 7, 512, 528), op.spec().out()));
    }

    /** V1 is nothing but such convolutions: all of its maps of 512 and 1024 channels but the one that is averaged. */
    @Test
    void depthwiseConvolutionsInARowAreMovedApartTogether() {
        List<LoweredOp> ops = ops(net("mobilenetv1_100"));
        List<LoweredOp> many = ops.stream().filter(op -> op.spec().out().channels() % 512 == 0
                && op.spec().out().pixels() > 1).toList();
        assertEquals(many.subList(0, many.size() - 1), spaced(ops).toList());
        assertEquals(15, many.size());
    }

    /** What is an output, or read by something else too, stays as it is; so does the other side of its depthwise convolution. */
    @Test
    void outputsStayAsTheyAre() {
        Graph graph = net("mobilenetv4_conv_small");
        String output = graph.outputs().getFirst().name();
        for (String name : List.of("blocks.3.1.pw_exp.bn.act", "blocks.3.1.dw_mid.bn.act")) {
            List<String> spaced = spaced(ops(graph.withOutputs(List.of(output, name)))).map(op -> op.node().name())
                    .toList();
            assertEquals(6, spaced.size());
            assertTrue(spaced.stream().noneMatch(n -> n.startsWith("blocks.3.1.")), spaced.toString());
        }
    }

    /** A net without depthwise convolutions on such maps, and nets whose depthwise convolutions are added to what they read. */
    @Test
    void otherNetsStayAsTheyAre() {
        for (String name : List.of("resnet50", "mobilevig_b", "starnet_s1")) {
            List<LoweredOp> spaced = spaced(ops(net(name))).toList();
            assertEquals(List.of(), spaced);
        }
    }

    /** Only convolutions have such maps on either side. */
    @Test
    void onlyPointwiseAndDepthwiseConvolutionsReadThem() {
        for (String name : List.of("mobilenetv1_100", "mobilenetv4_hybrid_medium", "mobileone_s0")) {
            for (LoweredOp op : ops(net(name))) {
                boolean apart = op.spec().inputs().stream()
                        .anyMatch(map -> map.stride() > MapLayout.padded(map.channels()) && map.channels() % 512 == 0);
                assertTrue(!apart || op.spec() instanceof DepthwiseConv || op.spec() instanceof PointwiseConv,
                        op.node().name());
            }
        }
    }
}
