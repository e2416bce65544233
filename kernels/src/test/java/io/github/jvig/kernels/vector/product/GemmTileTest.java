package io.github.jvig.kernels.vector.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.KernelCheck;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RandomSpecs;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.Widths;
import io.github.jvig.kernels.vector.attention.VectorAttention;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.convolution.VectorConv2d;
import io.github.jvig.kernels.vector.convolution.VectorPointwise;
import java.util.Arrays;
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

    static List<GemmTile> tilesOfConvolutions() {
        return GemmTile.OF_CONVOLUTIONS;
    }

    /** With more outputs, if the tile does not take as many as there are. */
    private static PointwiseConv fitting(PointwiseConv spec, GemmTile tile) {
        int outputs = outputs(spec.out().channels(), tile);
        return outputs == spec.out().channels() ? spec : new PointwiseConv(spec.in(), outputs, spec.epilogue());
    }

    private static Conv2d fitting(Conv2d spec, GemmTile tile) {
        int outputs = outputs(spec.out().channels(), tile);
        return outputs == spec.out().channels()
                ? spec
                : new Conv2d(spec.in(), outputs, spec.window(), spec.epilogue());
    }

    private static int outputs(int outputs, GemmTile tile) {
        while (!tile.takes(outputs)) {
            outputs++;
        }
        return outputs;
    }

    @ParameterizedTest
    @MethodSource("tilesOfConvolutions")
    void pointwise(GemmTile tile) {
        RandomSpecs specs = new RandomSpecs(61);
        int done = 0;
        for (int i = 0; i < 400 && done < 40; i++) {
            PointwiseConv spec = fitting(specs.pointwise(), tile);
            if (spec.in().pixels() >= tile.rows) {
                KernelCheck check = new KernelCheck(spec, i);
                check.check(new VectorPointwise(spec, check.weight(), check.bias(), tile));
                done++;
            }
        }
        assertTrue(done >= 20, "only " + done + " shapes for " + tile);
    }

    /** Outputs that end in the first half of a vector, behind one to nine whole ones, and just beyond; maps of whole tiles of pairs and others. */
    @ParameterizedTest
    @MethodSource("tiles")
    void pairedPixels(GemmTile tile) {
        int half = VectorConfig.LANES / 2;
        int paired = 0;
        int seed = 0;
        for (int outputs : List.of(VectorConfig.LANES + half, VectorConfig.LANES + 1, VectorConfig.LANES + half + 1,
                2 * VectorConfig.LANES + half, 2 * VectorConfig.LANES + 1, 4 * VectorConfig.LANES + 3,
                5 * VectorConfig.LANES + half, 9 * VectorConfig.LANES + half)) {
            for (MapLayout map : List.of(MapLayout.of(5, 14, 3), MapLayout.of(9, 8, 21), MapLayout.of(7, 13, 40),
                    MapLayout.of(4, 29, 1), MapLayout.of(28, 28, 33), MapLayout.of(31, 56, 5),
                    MapLayout.of(3, 14, 600), MapLayout.of(1, 200, 20), MapLayout.of(200, 1, 20))) {
                for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.of(Activation.RELU6).plusResidual(),
                        Epilogue.of(Activation.GELU), Epilogue.of(Activation.RELU))) {
                    PointwiseConv spec = new PointwiseConv(map, outputs, epilogue);
                    KernelCheck check = new KernelCheck(spec, seed++);
                    VectorPointwise kernel = new VectorPointwise(spec, check.weight(), check.bias(), tile);
                    check.check(kernel);
                    checkRows(kernel, check.operands());
                    paired += kernel.panels().paired() ? 1 : 0;
                }
            }
        }
        assertTrue(tile.pairedRows(2) == 0 ? paired == 0 : paired >= 100, paired + " for " + tile);
    }

    /** Row by row, as in a chain, where the kernel can. */
    private static void checkRows(VectorPointwise kernel, Operands o) {
        if (!kernel.supportsRowRanges()) {
            return;
        }
        float[] whole = o.out().clone();
        Arrays.fill(o.out(), Float.NaN);
        for (int y = 0; y < kernel.spec().in().height(); y++) {
            kernel.rows(o.in(), o.inOffset(), o.in2(), o.in2Offset(), o.out(), o.outOffset(), y, y + 1);
        }
        int end = o.outOffset() + kernel.spec().out().length();
        assertArrayEquals(Arrays.copyOfRange(whole, o.outOffset(), end),
                Arrays.copyOfRange(o.out(), o.outOffset(), end), kernel.spec().toString());
    }

    /** What is not finite in one pixel of a pair stays there, and in no pad lane. */
    @Test
    void pairsDoNotMeet() {
        GemmTile tile = GemmTile.ALL.getFirst();
        PointwiseConv spec = new PointwiseConv(MapLayout.of(6, 14, 3), VectorConfig.LANES + 5, Epilogue.NONE);
        KernelCheck check = new KernelCheck(spec, 1);
        VectorPointwise kernel = new VectorPointwise(spec, check.weight(), check.bias(), tile);
        Operands operands = check.operands();
        for (int pixel = 0; pixel < spec.in().pixels(); pixel++) {
            for (float odd : new float[]{Float.NaN, Float.POSITIVE_INFINITY}) {
                int at = operands.inOffset() + pixel * spec.in().stride() + 1;
                float before = operands.in()[at];
                operands.in()[at] = odd;
                kernel.run(operands);
                operands.in()[at] = before;
                for (int i = 0; i < spec.out().length(); i++) {
                    boolean reached = i / spec.out().stride() == pixel
                            && i % spec.out().stride() < spec.out().channels();
                    assertEquals(!reached, Float.isFinite(operands.out()[operands.outOffset() + i]),
                            odd + " in pixel " + pixel + " at " + i);
                }
            }
        }
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
    @MethodSource("tilesOfConvolutions")
    void dense(GemmTile tile) {
        RandomSpecs specs = new RandomSpecs(62);
        int done = 0;
        for (int i = 0; i < 400 && done < 20; i++) {
            Conv2d spec = fitting(specs.dense(), tile);
            if (spec.out().pixels() >= tile.rows) {
                KernelCheck check = new KernelCheck(spec, i);
                check.check(new VectorConv2d(spec, check.weight(), check.bias(), tile));
                done++;
            }
        }
        assertTrue(done >= 20, "only " + done + " shapes for " + tile);
    }

    /** Maps that tiles fit, or nearly fit: there, other than in most random ones, long runs are multiplied where they are. */
    @ParameterizedTest
    @MethodSource("tilesOfConvolutions")
    void denseOfWholeTiles(GemmTile tile) {
        int seed = 0;
        for (int columns : new int[]{tile.rows, 2 * tile.rows, 8 * tile.rows + 1}) {
            for (int channels : new int[]{3, 16, 20, 64}) {
                for (Window.Axis across : List.of(Window.Axis.same(columns, 3, 1, 1), new Window.Axis(3, 1, 2, 0, 1),
                        Window.Axis.same(columns, 3, 1, 2))) {
                    Window window = new Window(new Window.Axis(3, 2, 0, 1, 1), across);
                    Conv2d spec = fitting(new Conv2d(MapLayout.of(7, columns, channels), 5 * VectorConfig.LANES - 3,
                            window, Epilogue.of(Activation.RELU).plusResidual()), tile);
                    KernelCheck check = new KernelCheck(spec, ++seed);
                    check.check(new VectorConv2d(spec, check.weight(), check.bias(), tile));
                }
            }
        }
    }

    /** Images of three channels, which are read where they lie but at the sides, by rows of several tiles and what remains of them. */
    @ParameterizedTest
    @MethodSource("tilesOfConvolutions")
    void stems(GemmTile tile) {
        int seed = 0;
        for (int columns = 2 * tile.rows; columns < 9 * tile.rows; columns += 3) {
            for (int vectors = 1; vectors <= 4; vectors++) {
                MapLayout image = seed % 3 == 0 ? MapLayout.of(5, columns, 3) : MapLayout.unpadded(5, columns, 3);
                Epilogue epilogue = Epilogue.of(seed % 2 == 0 ? Activation.RELU6 : Activation.HARD_SWISH);
                Conv2d spec = fitting(new Conv2d(image, vectors * VectorConfig.LANES - 1,
                        seed % 4 == 0 ? Window.same(3) : Window.of(3, 2, 1), epilogue), tile);
                if (spec.out().width() >= tile.rows) {
                    KernelCheck check = new KernelCheck(spec, ++seed);
                    check.check(new VectorConv2d(spec, check.weight(), check.bias(), tile));
                }
            }
        }
        assertTrue(seed > 2 * tile.rows, "only " + seed + " images for " + tile);
    }

    /** So many pixels that the pass behind the sums goes over several blocks of tiles. */
    @ParameterizedTest
    @MethodSource("tilesOfConvolutions")
    void pointwiseOfManyTiles(GemmTile tile) {
        int seed = 0;
        for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.of(Activation.RELU), Epilogue.NONE.plusResidual(),
                Epilogue.of(Activation.SILU).plusResidual(), Epilogue.of(Activation.RELU).plusResidual())) {
            for (int pixels = 11 * tile.rows; pixels < 14 * tile.rows; pixels += Math.max(1, tile.rows / 3)) {
                PointwiseConv spec = fitting(new PointwiseConv(MapLayout.of(1, pixels, 5 + seed % 3),
                        (1 + seed % 4) * VectorConfig.LANES - seed % 2, epilogue), tile);
                KernelCheck check = new KernelCheck(spec, ++seed);
                check.check(new VectorPointwise(spec, check.weight(), check.bias(), tile));
            }
        }
    }
}
