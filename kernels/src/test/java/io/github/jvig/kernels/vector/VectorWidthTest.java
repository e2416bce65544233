package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.common.VectorWidth;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorWidthTest {
    /** What makes the runs of these tests at several widths worth their time. */
    @Test
    void theWidthAskedForIsInUse() {
        Widths.assume();
        int bits = Widths.wanted();
        assertEquals(bits, VectorConfig.FLOATS.vectorBitSize());
        KernelProvider kernels = KernelProvider.vector();
        assertEquals("vector" + bits, kernels.name());
        MapLayout map = MapLayout.of(8, 8, 3);
        for (Kernel kernel : List.of(kernels.kernel(new PointwiseConv(map, 3, Epilogue.NONE), new float[9], null),
                kernels.kernel(new Conv2d(map, 3, Window.same(3), Epilogue.NONE), new float[81], null),
                kernels.kernel(new DepthwiseConv(map, Window.same(3), Epilogue.NONE), new float[27], null),
                kernels.kernel(new DepthwiseConv(map, Window.same(5), Epilogue.NONE), new float[75], null),
                kernels.kernel(MaxRelative.svga(map, 2)), kernels.kernel(new GlobalAveragePool(map)),
                kernels.kernel(new LayerNorm(map, 1e-5), new float[3], null),
                kernels.kernel(new AvgPoolBlend(map, 3), new float[6], null),
                kernels.kernel(new Attention(map, 1, 1, 1), new float[64 * 64], null),
                kernels.kernel(new Binary(map, map, Binary.Operator.ADD, Activation.NONE)))) {
            assertTrue(kernel.name().matches("f32-[a-z0-9-]+-vector" + bits), kernel.name());
        }
    }

    @Test
    void widerThanTheMachineIsRefused() {
        if (Widths.available()) {
            assertEquals(Widths.wanted(), VectorWidth.chosen());
        } else {
            assertThrows(UnsupportedOperationException.class, KernelProvider::vector);
        }
        var refusal = assertThrows(UnsupportedOperationException.class, () -> VectorWidth.chosen("512", 256));
        assertEquals("-Djvig.vectorBits=512 is wider than this machine's vectors of 256 bits", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "1024", "0", "-128", "wide", "", "256 "})
    void otherWidthsAreRefused(String wish) {
        var refusal = assertThrows(UnsupportedOperationException.class, () -> VectorWidth.chosen(wish, 512));
        assertEquals("-Djvig.vectorBits=" + wish + " is none of 128, 256, 512", refusal.getMessage());
    }

    @Test
    void withoutAWishItIsTheWidest() {
        assertEquals(256, VectorWidth.chosen(null, 256));
        assertThrows(UnsupportedOperationException.class, () -> VectorWidth.chosen(null, 64));
    }

    /** The rows ask the machine, so a table for another one can be made and looked at. */
    @ParameterizedTest
    @CsvSource({"32, 49, 7x3", "32, 7, 7x3", "32, 6, 1x4", "16, 49, 6x2", "16, 6, 6x2", "16, 5, 1x4", "16, 1, 1x4"})
    void tilesByRegistersAndPixels(int registers, int pixels, String tile) {
        Machine machine = new Machine("some", registers, Caches.get());
        PointwiseConv spec = new PointwiseConv(MapLayout.of(1, pixels, 3), 3, Epilogue.NONE);
        var choice = new KernelTable<>("some", machine, VectorKernels.rows()).candidates(spec, new float[9], null);
        assertEquals("f32-pointwise-" + tile + "-" + VectorConfig.NAME, choice.getFirst().name());
    }
}
