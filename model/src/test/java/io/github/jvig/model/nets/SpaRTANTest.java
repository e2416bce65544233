package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ChannelAtMaximumOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What SpaRTAN's layers make of their tensors, and what they refuse; its values are in the goldens. */
class SpaRTANTest {
    private final List<String> read = new ArrayList<>();
    /** Tensors of 1, 2, 3 and so on. */
    private final GraphBuilder net = new GraphBuilder(new Parameters() {
        @Override
        public float[] floats(String name, int... shape) {
            read.add(name + Arrays.toString(shape));
            int length = 1;
            for (int size : shape) {
                length *= size;
            }
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = i + 1;
            }
            return values;
        }

        @Override
        public String source() {
            return "numbers";
        }
    });

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    /** Weights 1 to 4 of single channels behind (1 + 2i) and (3 + 4i): a real part is re x - im y, an imaginary part im x + re y. */
    @Test
    void complexProductsGoIntoDepthwiseConvolutions() throws Exception {
        Node conv = net.complexConv("conv", "complex", net.input(4), Window.same(1), 4);
        assertEquals(List.of("complex[1, 1, 1, 2, 2]", "conv.weight[4, 1, 1, 1]"), read);
        ConvOp op = (ConvOp) conv.op();
        assertEquals(2, op.groups());
        assertArrayEquals(new float[]{1, -2, 2 * 2, 2 * 1, 3 * 3, -3 * 4, 4 * 4, 4 * 3}, op.weight());
    }

    /** Both parts of a number in a group: weights (1, 2) and (3, 4) behind 1 + 2i. */
    @Test
    void complexProductsGoIntoGroups() throws Exception {
        ConvOp op = (ConvOp) net.complexConv("conv", "complex", net.input(2), Window.same(1), 1).op();
        assertEquals(1, op.groups());
        assertArrayEquals(new float[]{1 * 1 + 2 * 2, -1 * 2 + 2 * 1, 3 * 1 + 4 * 2, -3 * 2 + 4 * 1}, op.weight());
        refused("pairs of 6 channels do not go into 2 groups",
                () -> net.complexConv("conv", "complex", net.input(6), Window.same(1), 2));
        refused("pairs of 3 channels", () -> net.complexConv("conv", "complex", net.input(3), Window.same(1), 3));
        refused("into 4 groups", () -> net.complexConv("conv", "complex", net.input(6), Window.same(1), 4));
    }

    @Test
    void channelAtMaximum() {
        ChannelAtMaximumOp op = new ChannelAtMaximumOp();
        MapLayout map = MapLayout.of(5, 6, 20);
        assertEquals(1, net.channelAtMaximum("a", net.input(3), net.input(4)).channels());
        assertEquals(new ChannelAtMaximum(map, map.withChannels(30)), op.spec(List.of(map, map.withChannels(30))));
        assertEquals("channel at maximum", op.describe());
        refused("one of 20 channels and gets 19", () -> op.channels(List.of(20, 19)));
    }

    @Test
    void sizesThatDoNotFit() {
        List<Integer> blocks = List.of(1, 1);
        List<Integer> two = List.of(2, 2);
        refused("multiples of 8", () -> new SpaRTAN(blocks, List.of(16, 20), two, 10));
        refused("an even expansion", () -> new SpaRTAN(blocks, List.of(16, 32), List.of(2, 3), 10));
        refused("an even expansion", () -> new SpaRTAN(blocks, List.of(16, 32), List.of(2, 0), 10));
        refused("an even expansion", () -> new SpaRTAN(blocks, List.of(16, 32), List.of(2), 10));
    }
}
