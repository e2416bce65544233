package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Operations of single papers: specs, weights, and what they refuse. */
class PaperOpsTest {
    private static final double[] TWO = {3, -0.5};

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void piecewiseLinear() {
        PiecewiseLinearOp op = new PiecewiseLinearOp(new float[]{1, 2}, new float[]{3, 4}, new float[]{5, 6},
                new float[]{7, 8});
        assertArrayEquals(new float[]{1, 2, 3, 4, 5, 6, 7, 8}, op.weights(op.spec(List.of(MapLayout.of(3, 4, 2)))));
        assertEquals("piecewise linear", op.describe());
        assertEquals("prelu", PiecewiseLinearOp.prelu(new float[]{0.5f}).describe());
        assertEquals(2, op.channels(List.of(2)));
        refused("takes 2 channels and gets 3", () -> op.channels(List.of(3)));
        refused("of 2 knees, 2 slopes below, 1 above",
                () -> new PiecewiseLinearOp(new float[2], new float[2], new float[1], new float[2]));
    }

    @Test
    void binaryConv() {
        BinaryConvOp op = new BinaryConvOp(3, 2, 3, 2, new float[54], TWO, new double[]{1, 2});
        float[] weights = op.weights(op.spec(List.of(MapLayout.of(8, 7, 3))));
        assertEquals(56, weights.length);
        assertEquals(3, weights[54]);
        assertEquals(-0.5f, weights[55]);
        assertEquals("binary-conv 3x3s2p0,1,1,1 8x7x3->2", op.spec(List.of(MapLayout.of(8, 7, 3))).toString());
        assertEquals(2, op.stride());
        assertEquals(56, op.parameters());
        assertEquals("binary conv 3x3s2 3->2", op.describe());
        refused("with 53 weights", () -> new BinaryConvOp(3, 2, 3, 2, new float[53], TWO, TWO));
        refused("1 biases", () -> new BinaryConvOp(3, 2, 3, 2, new float[54], TWO, new double[1]));
    }

    /** The scale goes into the weights of its channel. */
    @Test
    void localDepthwise() {
        float[] ones = new float[2 * 3 * 9 * 2];
        java.util.Arrays.fill(ones, 1);
        LocalDepthwiseOp op = new LocalDepthwiseOp(2, 3, Window.of(3, 2, 1), ones, TWO, new double[2],
                Activation.RELU);
        float[] weights = op.weights(op.spec(List.of(MapLayout.of(4, 6, 2))));
        assertEquals(3, weights[106]);
        assertEquals(-0.5f, weights[107]);
        assertEquals("depthwise 3x3s2p1 by place, of 2x3+relu", op.describe());
        refused("for a result of 2x3, not 2x2", () -> op.spec(List.of(MapLayout.of(4, 4, 2))));
        refused("with 107 weights", () -> new LocalDepthwiseOp(2, 3, Window.of(3, 2, 1), new float[107], TWO, TWO,
                Activation.NONE));
    }

    @Test
    void deformableDepthwise() {
        DeformableDepthwiseOp op = new DeformableDepthwiseOp(2, 8, new float[27]);
        assertEquals(3, op.channels(List.of(3, 1)));
        refused("scales of one channel and gets 3", () -> op.channels(List.of(3, 3)));
        refused("takes 3 channels and gets 4", () -> op.channels(List.of(4, 1)));
        refused("with 26 weights", () -> new DeformableDepthwiseOp(2, 8, new float[26]));
        assertEquals("deformable depthwise 3x3s2, scales -7 to 8", op.describe());
        assertEquals(27, op.parameters());
    }
}
