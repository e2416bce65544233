package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.Seeded;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the passes leave of nets whose layers are sums of branches: one convolution for each layer, as in the authors' merged form. */
class MergedBranchesTest {
    private static List<String> operations(Net net) throws Exception {
        return Passes.optimize(net.build(Seeded.parameters())).nodes().stream()
                .map(node -> node.op() instanceof ConvOp conv
                        ? conv.window() + " " + conv.groups() + " " + conv.outChannels() + " " + conv.epilogue()
                        : node.op().getClass().getSimpleName())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mobileone_s0", "mobileone_s4"})
    void mobileOneIsItsMergedForm(String name) throws Exception {
        MobileOne net = MobileOne.named().get(name);
        assertEquals(operations(new MobileOne(net.widths(), net.branches(), net.gated(), net.classes(), true)),
                operations(net));
    }

    @Test
    void uniRepLkNetIsItsMergedForm() throws Exception {
        UniRepLKNet net = UniRepLKNet.named().get("unireplknet_t");
        assertEquals(operations(new UniRepLKNet(net.width(), net.kernels(), net.classes(), true)), operations(net));
    }

    @Test
    void overLoCKIsItsMergedForm() throws Exception {
        OverLoCK net = OverLoCK.named().get("overlock_xt");
        assertEquals(operations(new OverLoCK(net.blocks(), net.focusBlocks(), net.channels(), net.heads(),
                net.classes(), true)), operations(net));
    }

    /** Two convolutions of the stem; a token mixer and two 1x1 for each block; two convolutions and two 1x1 for each halving; the head. */
    @ParameterizedTest
    @ValueSource(strings = {"repvit_m0_9", "repvit_m1"})
    void repVitHasOneConvolutionForEachLayer(String name) throws Exception {
        RepViT net = RepViT.named().get(name);
        Graph graph = Passes.optimize(net.build(Seeded.parameters()));
        int halvings = net.channels().size() - 1;
        int blocks = net.blocks().stream().mapToInt(Integer::intValue).sum() + halvings;
        int gated = net.blocks().stream().mapToInt(n -> (n + 1) / 2).sum();
        assertEquals(2 + 3 * blocks + 4 * halvings + 2 * gated + 1,
                graph.nodes().stream().filter(node -> node.op() instanceof ConvOp).count());
    }
}
