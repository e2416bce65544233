package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.MatrixProduct.Matrices;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link MatrixProduct} refuses, and a product by hand. */
class MatrixProductTest {
    private static final MapLayout SIX = MapLayout.of(1, 1, 6);
    private static final Matrices BY_ROWS = new Matrices(0, 0, 3, 1, List.of());

    private static void refused(String message, Runnable make) {
        String actual = assertThrows(IllegalArgumentException.class, make::run).getMessage();
        assertTrue(actual.contains(message), actual);
    }

    @Test
    void refusesWhatLiesOutside() {
        refused("have no elements",
                () -> new MatrixProduct(List.of(SIX), List.of(0), 2, 3, 2, BY_ROWS, BY_ROWS));
        refused("with 0 batch strides",
                () -> new MatrixProduct(List.of(SIX), List.of(2), 2, 3, 2, BY_ROWS, BY_ROWS));
        // A map of six channels has a stride of 16.
        refused("end at element 17", () -> new MatrixProduct(List.of(SIX), List.of(), 6, 3, 2, BY_ROWS,
                new Matrices(0, 0, 1, 1, List.of())));
        refused("both sides", () -> new MatrixProduct(List.of(), List.of(), 2, 3, 2,
                new Matrices(Matrices.WEIGHTS, 0, 3, 1, List.of()),
                new Matrices(Matrices.WEIGHTS, 0, 2, 1, List.of())));
        refused("reads nothing from map 2", () -> new MatrixProduct(List.of(SIX, SIX), List.of(), 2, 3, 2, BY_ROWS,
                new Matrices(0, 0, 2, 1, List.of())));
        refused("not negative", () -> new Matrices(0, 0, -1, 1, List.of()));
        refused("larger than 4 GiB", () -> new MatrixProduct(List.of(SIX), List.of(1 << 20), 1 << 10, 1, 1 << 10,
                new Matrices(0, 0, 0, 0, List.of(0)), new Matrices(0, 0, 0, 0, List.of(0))));
    }

    /** {@code [[1 2 3] [4 5 6]]} by its own transpose. */
    @Test
    void productWithItsTranspose() {
        MatrixProduct spec = new MatrixProduct(List.of(SIX), List.of(), 2, 3, 2, BY_ROWS,
                new Matrices(0, 0, 1, 3, List.of()));
        assertEquals(12, spec.macs());
        assertEquals(0, spec.weightCount());
        float[] in = new float[SIX.length()];
        for (int i = 0; i < 6; i++) {
            in[i] = i + 1;
        }
        for (KernelProvider kernels : ActivationsTest.providers()) {
            float[] out = new float[spec.out().length()];
            kernels.kernel(spec).run(Operands.of(in, out));
            assertArrayEquals(new float[]{14, 32, 32, 77}, java.util.Arrays.copyOf(out, 4), kernels.name());
        }
    }

    /** The loops of tiles of several rows add up offsets as ints, so they refuse very long rows; another kernel has to take these. */
    @Test
    void veryLongRowsHaveAKernel() {
        assertEquals(List.of("1x4"), tiles(1 << 23));
        assertTrue(tiles((1 << 23) - 1).containsAll(List.of("7x3", "6x2", "1x4")), tiles((1 << 23) - 1)::toString);
    }

    /** Of the kernels of eight such rows by sixteen columns, without making them. */
    private static List<String> tiles(int depth) {
        MatrixProduct spec = new MatrixProduct(
                List.of(MapLayout.of(1, 1, 8 * depth), MapLayout.of(1, 1, 16 * depth)), List.of(), 8, depth, 16,
                new Matrices(0, 0, depth, 1, List.of()), new Matrices(1, 0, 16, 1, List.of()));
        return KernelProvider.vector().candidates(spec, null, null).stream().map(KernelCandidate::name)
                .filter(name -> name.contains("matrix-product-") && !name.contains("rows"))
                .map(name -> name.replaceAll("f32-matrix-product-|-vector\\d+", "")).toList();
    }
}
