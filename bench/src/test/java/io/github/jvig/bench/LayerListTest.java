package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerListTest {
    static Stream<String> nets() {
        return LayerList.NETS.stream();
    }

    @ParameterizedTest
    @MethodSource("nets")
    void aFileHoldsTheLayersThatTheNetHas(String net) throws IOException {
        Model model = Models.random(net);
        List<BenchLayer> layers = LayerList.of(model);
        assertEquals(LayerList.text(layers), LayerList.text(net),
                () -> net + ".tsv is out of date; LayerList's main writes it anew");
        assertEquals(layers, LayerList.read(net));
        try (Session session = model.compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            assertEquals(2 * session.macs(), layers.stream().mapToLong(l -> l.count() * l.flops()).sum());
        }
    }

    @Test
    void aFileHoldsTheOperationsOfSinglePapers() throws IOException {
        assertEquals(LayerList.text(PaperLayers.all()), LayerList.text(PaperLayers.NAME));
        assertEquals(PaperLayers.all(), LayerList.read(PaperLayers.NAME));
    }

    @Test
    void workIsCountedByHand() {
        MapLayout map = MapLayout.of(4, 5, 6);
        BenchLayer pointwise = new BenchLayer("p", 1, new PointwiseConv(map, 7, Epilogue.NONE.plusResidual()));
        assertEquals(2 * 4 * 5 * 6 * 7, pointwise.flops());
        // Input, residual and output, weights, biases.
        assertEquals(4 * (20 * 6 + 2 * 20 * 7 + 6 * 7 + 7), pointwise.bytes());
        BenchLayer depthwise = new BenchLayer("d", 1,
                new DepthwiseConv(map, Window.of(3, 2, 1), Epilogue.of(Activation.GELU)));
        assertEquals(2 * 2 * 3 * 6 * 9, depthwise.flops());
        assertEquals(4 * (20 * 6 + 6 * 6 + 6 * 9 + 6), depthwise.bytes());
        BenchLayer gather = new BenchLayer("g", 1, MaxRelative.svga(map, 2));
        assertEquals(0, gather.flops());
        assertEquals(4 * (20 * 6 + 20 * 12), gather.bytes());
    }

    @Test
    void aNetWithoutAFileIsNamed() {
        String message = assertThrows(IllegalArgumentException.class, () -> LayerList.read("digits")).getMessage();
        assertTrue(message.contains("'digits'") && message.contains("mobilevig_b"), message);
    }
}
