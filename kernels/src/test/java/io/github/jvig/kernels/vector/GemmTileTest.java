package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.KernelCheck;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RandomSpecs;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tile on every machine, whether the table would pick it there or not. */
class GemmTileTest {
    @BeforeAll
    static void width() {
        Widths.assume();
    }

    static List<GemmTile> tiles() {
        return GemmTile.ALL;
    }

    @ParameterizedTest
    @MethodSource("tiles")
    void pointwise(GemmTile tile) {
        RandomSpecs specs = new RandomSpecs(61);
        int done = 0;
        for (int i = 0; i < 400 && done < 40; i++) {
            PointwiseConv spec = specs.pointwise();
            if (spec.in().pixels() >= tile.rows) {
                KernelCheck check = new KernelCheck(spec, i);
                VectorPointwise kernel = new VectorPointwise(spec, check.weight(), check.bias(), tile);
                check.check(kernel.withPrefetch(false));
                check.check(kernel.withPrefetch(true));
                done++;
            }
        }
        assertTrue(done >= 20, "only " + done + " shapes for " + tile);
    }

    @Test
    void prefetchPaysForManyWeightsInAFarCache() {
        Caches server = new Caches(48 << 10, 2 << 20, 300L << 20);
        Caches desktop = new Caches(48 << 10, 2 << 20, 32L << 20);
        assertTrue(GemmTile.prefetchPays(512 * 512, server));
        assertFalse(GemmTile.prefetchPays(512 * 512, desktop));
        assertFalse(GemmTile.prefetchPays(64 * 128, server));
    }

    @ParameterizedTest
    @MethodSource("tiles")
    void attention(GemmTile tile) {
        RandomSpecs specs = new RandomSpecs(63);
        int done = 0;
        for (int i = 0; i < 400 && done < 20; i++) {
            Attention spec = specs.attention();
            if (spec.queries() >= tile.rows) {
                KernelCheck check = new KernelCheck(spec, i);
                check.check(new VectorAttention(spec, check.weight(), tile));
                done++;
            }
        }
        assertTrue(done >= 20, "only " + done + " shapes for " + tile);
    }

    @ParameterizedTest
    @MethodSource("tiles")
    void dense(GemmTile tile) {
        RandomSpecs specs = new RandomSpecs(62);
        int done = 0;
        for (int i = 0; i < 400 && done < 20; i++) {
            Conv2d spec = specs.dense();
            if (spec.out().pixels() >= tile.rows) {
                KernelCheck check = new KernelCheck(spec, i);
                check.check(new VectorConv2d(spec, check.weight(), check.bias(), tile));
                done++;
            }
        }
        assertTrue(done >= 20, "only " + done + " shapes for " + tile);
    }
}
