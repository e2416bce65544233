package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LayerRunTest {
    @Test
    void everyLayerGivesWhatTheReferenceGives() throws IOException {
        for (BenchLayer layer : LayerList.read("mobilevig_ti")) {
            LayerRun run = LayerRun.hot(layer, KernelProvider.vector());
            run.run();
            run.check();
        }
    }

    /** The gathers and the operations that compute their thresholds; the other layers are of the kinds tested above. */
    @Test
    void layersWithASpecialSecondOperandDoToo() throws IOException {
        int gathers = 0;
        for (BenchLayer layer : LayerList.read("greedyvig_s")) {
            if (layer.spec().macs() == 0) {
                LayerRun run = LayerRun.hot(layer, KernelProvider.vector());
                run.run();
                run.check();
                gathers += layer.spec() instanceof ThresholdedMaxRelative ? 1 : 0;
            }
        }
        assertEquals(4, gathers);
    }

    @Test
    void operationsOfSinglePapersDoToo() throws IOException {
        for (BenchLayer layer : LayerList.read(PaperLayers.NAME)) {
            LayerRun run = LayerRun.hot(layer, KernelProvider.vector());
            run.run();
            run.check();
        }
    }

    @Test
    void aWrongResultIsFound() throws IOException {
        BenchLayer layer = LayerList.read("mobilevig_ti").getLast();
        LayerRun run = LayerRun.hot(layer, KernelProvider.vector());
        run.run()[17] += 1;
        String message = assertThrows(IllegalStateException.class, run::check).getMessage();
        assertTrue(message.contains("at element 17"), message);
        run.run()[17] = Float.NaN;
        assertThrows(IllegalStateException.class, run::check);
    }

    @Test
    void coldRunsTakeTurnsBeyondTheCache() throws IOException {
        BenchLayer layer = LayerList.read("mobilevig_ti").getFirst();
        LayerRun hot = LayerRun.hot(layer, KernelProvider.vector());
        assertSame(hot.run(), hot.run());
        LayerRun cold = LayerRun.cold(layer, KernelProvider.vector());
        assertTrue(cold.copies() * layer.bytes() >= 4 * Caches.get().last());
        float[] first = cold.run();
        for (int i = 1; i < cold.copies(); i++) {
            assertNotSame(first, cold.run());
        }
        assertSame(first, cold.run());
        cold.check();
        assertEquals(1, hot.copies());
    }
}
