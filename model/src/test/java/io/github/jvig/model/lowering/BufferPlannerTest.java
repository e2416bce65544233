package io.github.jvig.model.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.lowering.BufferPlanner.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BufferPlannerTest {
    @Test
    void aChainNeedsTwoBuffers() {
        BufferPlanner plan = new BufferPlanner(
                List.of(new Lifetime(160, -1, 0), new Lifetime(160, 0, 1), new Lifetime(160, 1, 2),
                        new Lifetime(160, 2, 3)));
        assertEquals(320, plan.length());
    }

    @Test
    void whatLivesAtOneTimeNeverOverlaps() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            List<Lifetime> lives = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int from = random.nextInt(20);
                lives.add(new Lifetime(random.nextInt(1, 500), from, from + random.nextInt(6)));
            }
            BufferPlanner plan = new BufferPlanner(lives);
            long busiest = 0;
            for (int i = 0; i < lives.size(); i++) {
                assertEquals(0, plan.offset(i) % 16);
                assertTrue(plan.offset(i) + lives.get(i).length() <= plan.length());
                for (int j = 0; j < i; j++) {
                    boolean apart = plan.offset(i) + lives.get(i).length() <= plan.offset(j)
                            || plan.offset(j) + lives.get(j).length() <= plan.offset(i);
                    assertTrue(apart || !lives.get(i).meets(lives.get(j)), lives.get(i) + " lies on " + lives.get(j));
                }
            }
            for (int step = 0; step < 26; step++) {
                int at = step;
                busiest = Math.max(busiest,
                        lives.stream().filter(l -> l.from() <= at && at <= l.to()).mapToLong(l -> l.length() + 15)
                                .sum());
            }
            assertTrue(plan.length() <= 2 * busiest, plan.length() + " floats where " + busiest + " live at most");
        }
    }

    @Test
    void moreThanOneArrayHoldsIsRefused() {
        List<Lifetime> lives = List.of(new Lifetime(Integer.MAX_VALUE - 100, 0, 1), new Lifetime(200, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new BufferPlanner(lives));
    }
}
