package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Resize;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Compares the kernels that read their sizes from memory, run as plain Java, with the scalar kernels, on random shapes. */
class SizedKernelsTest {
    private static final KernelTable<SizedKernels.Sized> TABLE = new KernelTable<>("sized", Machine.of("any"),
            SizedKernels.rows());

    static Stream<Arguments> asJava() {
        return RandomLayers.sized(30);
    }

    @ParameterizedTest
    @MethodSource
    void asJava(String operation, RandomLayers.Case layer) {
        SizedKernels.Sized kernel = TABLE.kernel(layer.spec(), layer.weight(), layer.bias());
        TestMaps maps = new TestMaps(layer.spec(), layer.weight(), layer.bias(), kernel.scratch(),
                RandomLayers.SIZED_SCALE,
                layer.random());
        // TornadoVM does not support empty arrays.
        FloatArray weights = FloatArray
                .fromArray(kernel.weights().length == 0 ? new float[1] : kernel.weights());
        for (SizedKernels.Phase phase : kernel.phases()) {
            phase.pipeline().apply(maps.memory, weights, phase.sizes(TestMaps.BATCH, maps.offsets()));
        }
        maps.check();
    }

    /** What is not finite goes where the pixel is copied to, as it is, and nowhere else. */
    @ParameterizedTest
    @EnumSource(names = {"NEAREST", "PAD_OR_CROP"})
    void copiesAreCopies(Resize.Mode mode) {
        Resize spec = new Resize(MapLayout.of(3, 4, 2), 5, 6, mode);
        SizedKernels.Sized kernel = TABLE.kernel(spec, null, null);
        TestMaps maps = new TestMaps(spec, null, null, kernel.scratch(), RandomLayers.SIZED_SCALE, new Random(1));
        maps.memory.set(maps.in + 6 * spec.in().stride(), Float.POSITIVE_INFINITY);
        for (SizedKernels.Phase phase : kernel.phases()) {
            phase.pipeline().apply(maps.memory, FloatArray.fromArray(kernel.weights()),
                    phase.sizes(TestMaps.BATCH, maps.offsets()));
        }
        for (int pixel = 0; pixel < spec.out().pixels(); pixel++) {
            int row = pixel / 6;
            int column = pixel % 6;
            boolean copied = mode == Resize.Mode.NEAREST
                    ? row * 3 / 5 == 1 && column * 4 / 6 == 2
                    : row == 1 && column == 2;
            float value = maps.memory.get(maps.out + pixel * spec.out().stride());
            assertEquals(copied, value == Float.POSITIVE_INFINITY, "pixel " + pixel);
            assertEquals(!copied, Float.isFinite(value), "pixel " + pixel);
        }
    }

    @Test
    void everyRowIsTested() {
        assertEquals(TABLE.rows().stream().map(row -> row.spec()).collect(Collectors.toSet()),
                RandomLayers.operations(RandomLayers.sized(1)));
    }

    @Test
    void aDeviationOfOnePixelIsRefused() {
        var spec = new GlobalDeviation(MapLayout.of(1, 1, 3), 1, 0);
        var e = assertThrows(UnsupportedOperationException.class, () -> TABLE.kernel(spec, null, null));
        assertEquals("there is no sized kernel for global-deviation 1x1x3, correction 1", e.getMessage());
    }
}
