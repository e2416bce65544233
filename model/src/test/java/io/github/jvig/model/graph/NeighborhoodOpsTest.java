package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.model.nets.OverLoCK;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Scores, neighborhood aggregation and pools to a fixed size: specs, and what is refused. */
class NeighborhoodOpsTest {
    private static final MapLayout MAP = MapLayout.of(5, 6, 20);

    private static void refused(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void scores() {
        AttentionScoresOp op = new AttentionScoresOp(4, 6);
        MapLayout keys = MapLayout.of(2, 3, 20);
        assertEquals(24, op.channels(List.of(20, 20)));
        assertEquals(new AttentionScores(MAP, keys, 4), op.spec(List.of(MAP, keys)));
        assertEquals("attention scores, 4 heads by 6 keys", op.describe());
        refused("reads 6 keys and gets 2x2x20", () -> op.spec(List.of(MAP, MapLayout.of(2, 2, 20))));
        assertThrows(IllegalArgumentException.class, () -> op.channels(List.of(20, 24)));
        refused("4 heads do not divide 18", () -> op.channels(List.of(18, 18)));
        refused("0 heads by 6 keys", () -> new AttentionScoresOp(0, 6));
        refused("4 heads by 0 keys", () -> new AttentionScoresOp(4, 0));
    }

    @Test
    void aggregation() {
        float[] bias = new float[2 * 81];
        NeighborhoodAggregationOp op = new NeighborhoodAggregationOp(2, 5, 16, 4, 1, 30, bias);
        MapLayout weights = MAP.withChannels(61);
        assertEquals(16, op.channels(List.of(20, 61)));
        NeighborhoodAggregation spec = new NeighborhoodAggregation(MAP, 4, weights, 1, 30, MAP.withChannels(16), 2, 5);
        assertEquals(spec, op.spec(List.of(MAP, weights)));
        assertSame(bias, op.weights(spec));
        assertEquals(162, op.parameters());
        assertEquals("neighborhood aggregation 5x5, 2 heads", op.describe());
        refused("2 heads and 5x5 taps does not have 161 biases",
                () -> new NeighborhoodAggregationOp(2, 5, 16, 4, 1, 30, new float[161]));
        refused("do not hold 25 taps", () -> op.spec(List.of(MAP, MAP.withChannels(55))));
        MapLayout small = MapLayout.of(4, 6, 20);
        refused("does not fit into 4x6x20", () -> op.spec(List.of(small, small.withChannels(61))));
    }

    @Test
    void pools() {
        AdaptiveAveragePoolOp op = new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.Fixed(7, 3));
        assertEquals(20, op.channels(List.of(20)));
        assertEquals(new AdaptiveAveragePool(MAP, MapLayout.of(7, 3, 20)), op.spec(List.of(MAP)));
        assertEquals("average pool to 7x3", op.describe());
        AdaptiveAveragePoolOp same = new AdaptiveAveragePoolOp(new AdaptiveAveragePoolOp.OfAnother());
        MapLayout another = MapLayout.of(2, 5, 3);
        assertEquals(new AdaptiveAveragePool(MAP, MapLayout.of(2, 5, 20), Optional.of(another)),
                same.spec(List.of(MAP, another)));
        assertEquals(20, same.channels(List.of(20, 3)));
        assertEquals("average pool to the size of another", same.describe());
        refused("in the size of 2x5x3 is not 5x2x20",
                () -> new AdaptiveAveragePool(MAP, MapLayout.of(5, 2, 20), Optional.of(another)));
    }

    @Test
    void aNetRefusesHeadsThatDoNotDivide() {
        refused("heads divide", () -> new OverLoCK(List.of(1, 1, 1, 1), List.of(1, 1), List.of(16, 16, 32, 48),
                List.of(2, 5), 10, false));
    }
}
