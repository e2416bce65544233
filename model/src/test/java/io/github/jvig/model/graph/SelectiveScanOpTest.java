package io.github.jvig.model.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.SelectiveScan;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectiveScanOpTest {
    private static final int WEIGHTS = 3 * 2 + 3 + 5 * 2;
    private final SelectiveScanOp op = new SelectiveScanOp(3, 2, 1, 4, new float[WEIGHTS], new float[3]);

    @Test
    void specOfAMap() {
        MapLayout map = MapLayout.of(4, 5, 3);
        MapLayout ways = map.withChannels(7);
        SelectiveScan spec = op.spec(List.of(map, map, ways));
        assertEquals(new SelectiveScan(map, map, ways, map, 2, 1, 4), spec);
        assertEquals(WEIGHTS, spec.weightCount());
        assertSame(op.weight(), op.weights(spec));
        assertSame(op.bias(), op.biases());
        assertEquals(WEIGHTS, op.parameters());
        assertEquals(3, op.channels(List.of(3, 3, 6)));
        assertEquals("selective scan, 2 states", op.describe());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> op.channels(List.of(3, 3, 5)));
        assertThrows(IllegalArgumentException.class, () -> op.channels(List.of(3, 4, 6)));
        assertThrows(IllegalArgumentException.class, () -> op.channels(List.of(4, 3, 6)));
        assertThrows(IllegalArgumentException.class,
                () -> new SelectiveScanOp(3, 2, 1, 4, new float[WEIGHTS - 1], new float[3]));
        assertThrows(IllegalArgumentException.class,
                () -> new SelectiveScanOp(3, 2, 1, 4, new float[WEIGHTS], new float[2]));
    }
}
