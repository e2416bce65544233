package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.kernels.MapLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class FourierPositionsOpTest {
    /**
     * Three rows of two pixels. One channel takes the cosine of the row itself, one the sine of the column divided by {@code 10000^(1/16)}, one
     * half the slowest cosine of the column.
     */
    @Test
    void featuresOfRowsAndColumns() {
        float[] weight = new float[3 * 64];
        weight[1] = 1;
        weight[64 + 32 + 2] = 1;
        weight[2 * 64 + 32 + 31] = 0.5f;
        FourierPositionsOp op = new FourierPositionsOp(weight, new float[]{0, 10, -1});
        float[] encoding = op.weights(op.spec(List.of(MapLayout.of(3, 2, 3))));
        // cos of 120, 240 and 360 degrees; sin of pi and 2 pi over 1.77827941; cos of pi and 2 pi over 5623.41325.
        float left = (float) (10 + 0.9808824);
        float right = (float) (10 - 0.3817621);
        float slowLeft = (float) (0.5 * 0.99999984395 - 1);
        float slowRight = (float) (0.5 * 0.99999937579 - 1);
        assertArrayEquals(new float[]{-0.5f, left, slowLeft, -0.5f, right, slowRight, -0.5f, left, slowLeft, -0.5f,
                right, slowRight, 1, left, slowLeft, 1, right, slowRight}, encoding, 3e-6f);
    }

    @Test
    void channelsAndWeights() {
        FourierPositionsOp op = new FourierPositionsOp(new float[128], new float[2]);
        assertEquals(130, op.parameters());
        assertEquals(2, op.channels(List.of(2)));
        refused("takes 2 channels and gets 3", () -> op.channels(List.of(3)));
        refused("for 2 channels has 64 weights for each, not 127 in all",
                () -> new FourierPositionsOp(new float[127], new float[2]));
        refused("for 0 channels", () -> new FourierPositionsOp(new float[0], new float[0]));
    }

    private static void refused(String words, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertEquals(true, message.contains(words), message);
    }
}
