package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.vector.Widths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of both providers that takes a spec, against the reference in double, over random shapes. */
class KernelProviderTest {
    static void check(Spec spec, long seed) {
        KernelCheck check = new KernelCheck(spec, seed);
        List<KernelProvider> providers = new ArrayList<>();
        if (!Widths.repeated()) {
            providers.add(KernelProvider.scalar());
        }
        if (Widths.available()) {
            providers.add(KernelProvider.vector());
        }
        for (KernelProvider provider : providers) {
            for (KernelCandidate<Kernel> candidate : provider.candidates(spec, check.weight(), check.bias())) {
                Kernel kernel = candidate.kernel().get();
                assertEquals(candidate.name(), kernel.name());
                check.check(kernel);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pointwise(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 25; i++) {
            check(specs.pointwise(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74})
    void gatedPointwise(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            check(specs.gatedPointwise(), seed * 1000 + i);
        }
        // In blocks of rows, in panels, and in both.
        Epilogue residual = Epilogue.NONE.plusResidual();
        check(new GatedPointwiseConv(MapLayout.of(56, 56, 144), 24, residual), seed);
        check(new GatedPointwiseConv(MapLayout.of(14, 14, 480), 112, residual), seed);
        check(new GatedPointwiseConv(MapLayout.of(7, 7, 672), 192, residual), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void dense(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 12; i++) {
            check(specs.dense(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void grouped(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 12; i++) {
            check(specs.grouped(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void depthwise(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 60; i++) {
            check(specs.depthwise(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void maxRelative(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            check(specs.maxRelative(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void thresholdedMaxRelative(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            check(specs.rolledL1Distance(), seed * 1000 + i);
            check(specs.meanMinusStd(), seed * 1000 + i);
            check(specs.thresholdedMaxRelative(), seed * 1000 + i);
        }
        MapLayout pixel = MapLayout.of(1, 1, 20);
        check(RolledL1Distance.halfway(pixel), seed);
        check(new MeanMinusStd(MapLayout.of(1, 1, 1)), seed);
        check(ThresholdedMaxRelative.axial(pixel, 2), seed);
    }

    /** Two pixels 20 apart: near for a limit above 20, not for one of 20. */
    @Test
    void nearIsStrict() {
        ThresholdedMaxRelative spec = ThresholdedMaxRelative.axial(MapLayout.of(1, 2, 20), 1);
        float[] in = new float[spec.in().length()];
        Arrays.fill(in, spec.in().stride(), spec.in().stride() + 20, 1);
        for (KernelProvider kernels : ActivationsTest.providers()) {
            for (float limit : new float[]{20, Math.nextUp(20f), Float.NaN}) {
                float[] out = new float[spec.out().length()];
                kernels.kernel(spec)
                        .run(Operands.of(in, new float[MapLayout.of(1, 1, 1).length()], out));
                assertEquals(0, out[20], kernels.name() + " without a limit");
                float[] limits = new float[MapLayout.of(1, 1, 1).length()];
                limits[0] = limit;
                kernels.kernel(spec).run(Operands.of(in, limits, out));
                assertEquals(limit > 20 ? 1 : 0, out[20], kernels.name() + " with limit " + limit);
                assertEquals(0, out[spec.out().stride() + 20], "a lead is not negative");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42})
    void poolAndBinary(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 15; i++) {
            check(specs.globalAveragePool(), seed * 1000 + i);
            check(specs.binary(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {43, 44, 45, 46})
    void layerNorm(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            check(specs.layerNorm(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {47, 48, 49, 50})
    void avgPoolBlend(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            check(specs.avgPoolBlend(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {53, 54, 55, 56, 57, 58})
    void attention(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 20; i++) {
            check(specs.attention(), seed * 1000 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83, 84, 85, 86, 87, 88})
    void matrixProduct(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 40; i++) {
            check(specs.matrixProduct(), seed * 1000 + i);
        }
    }

    /** Large enough for blocks of rows, for groups of panels, and for parts of both; with turned matrices on either side. */
    @Test
    void largeMatrixProducts() {
        for (boolean turnedLeft : List.of(false, true)) {
            for (boolean turnedRight : List.of(false, true)) {
                check(product(3, 196, 64, 196, turnedLeft, turnedRight), 1);
                check(product(1, 40, 300, 520, turnedLeft, turnedRight), 2);
                check(product(1, 1500, 90, 40, turnedLeft, turnedRight), 3);
                check(product(2, 1, 300, 700, turnedLeft, turnedRight), 4);
            }
        }
    }

    private static MatrixProduct product(int batch, int m, int k, int n, boolean turnedLeft, boolean turnedRight) {
        return new MatrixProduct(List.of(MapLayout.of(1, 1, batch * m * k), MapLayout.of(1, 1, batch * k * n)),
                List.of(batch), m, k, n,
                new MatrixProduct.Matrices(0, 0, turnedLeft ? 1 : k, turnedLeft ? m : 1, List.of(m * k)),
                new MatrixProduct.Matrices(1, 0, turnedRight ? 1 : n, turnedRight ? k : 1, List.of(k * n)));
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74})
    void movedChannels(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 40; i++) {
            check(specs.concat(), seed * 1000 + i);
            check(specs.slice(), seed * 1000 + i);
            check(specs.channelGather(), seed * 1000 + i);
        }
        MapLayout map = MapLayout.of(28, 28, 40);
        check(new Concat(List.of(map, map, map), Activation.RELU), seed);
        check(new Slice(MapLayout.of(56, 56, 96), 24, 24), seed);
        check(ChannelGather.shuffle(MapLayout.of(28, 28, 116), 2), seed);
    }

    /** Large enough for blocks of queries: one head, fewer keys than queries, and windows. */
    @Test
    void attentionOfNets() {
        MapLayout map = MapLayout.of(28, 28, 64);
        MapLayout one = map.withChannels(32);
        List<MapLayout> three = List.of(map, MapLayout.of(7, 7, 16), MapLayout.of(7, 7, 32));
        check(new Attention(List.of(map), one, AttentionHeads.byKind(1, 16, 32), Partition.WHOLE, 0.25, false), 1);
        check(new Attention(three, map.withChannels(128), AttentionHeads.sharedKey(4, 16, 32), Partition.WHOLE, 0.3,
                false), 2);
        check(new Attention(List.of(map), one, AttentionHeads.byHead(2, 8, 16), Partition.blocks(7, 14), 0.3, true), 3);
        check(new Attention(List.of(map), one, AttentionHeads.byHead(2, 8, 16), Partition.spread(7, 7), 0.3, false), 4);
        check(new Attention(List.of(map), one, AttentionHeads.byHead(2, 8, 16), Partition.samePlace(2, 2), 0.3, false),
                5);
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74})
    void poolsOfWindowsAndOtherSizes(long seed) {
        RandomSpecs specs = new RandomSpecs(seed);
        for (int i = 0; i < 30; i++) {
            check(specs.pool2d(), seed * 1000 + i);
            check(specs.tokenPool(), seed * 1000 + i);
            check(specs.resize(), seed * 1000 + i);
            check(specs.depthToSpace(), seed * 1000 + i);
            check(specs.spaceToDepth(), seed * 1000 + i);
            check(specs.binaryConstant(), seed * 1000 + i);
            check(specs.globalDeviation(), seed * 1000 + i);
        }
        MapLayout pixel = MapLayout.of(1, 1, 20);
        check(new GlobalDeviation(pixel, 1, 1e-5), seed);
        check(new Pool2d(pixel, Window.same(5), Pool2d.Mode.AVERAGE_WITH_PADDING, Activation.SIGMOID), seed);
        check(new Resize(pixel, 3, 2, Resize.Mode.BILINEAR_ALIGNED), seed);
    }

    /** Large enough to be cut into blocks of rows, groups of panels, and both. */
    @ParameterizedTest
    @ValueSource(longs = {51, 52})
    void shapesOfNets(long seed) {
        Epilogue gelu = Epilogue.of(Activation.GELU);
        for (Spec spec : List.of(new PointwiseConv(MapLayout.of(28, 28, 42), 168, gelu),
                new PointwiseConv(MapLayout.of(7, 7, 256), 512, gelu),
                new PointwiseConv(MapLayout.of(14, 14, 84), 672, gelu),
                new PointwiseConv(MapLayout.of(6, 5, 256), 400, gelu.plusResidual()),
                new PointwiseConv(MapLayout.of(1, 1, 256), 1000, Epilogue.NONE),
                new Conv2d(MapLayout.of(56, 56, 3), 21, Window.of(3, 2, 1), gelu),
                new Conv2d(MapLayout.unpadded(28, 56, 3), 16, Window.of(3, 2, 1), Epilogue.of(Activation.RELU6)),
                new Conv2d(MapLayout.of(14, 14, 84), 128, Window.of(3, 2, 1), gelu),
                new Conv2d(MapLayout.of(28, 28, 42), 84, Window.of(3, 2, 1), gelu),
                // Weights larger than a second-level cache: larger blocks of windows.
                new Conv2d(MapLayout.of(5, 9, 384), 384, Window.same(3), gelu.plusResidual()),
                // Long runs of channels, which are copied from fewer outputs on.
                new Conv2d(MapLayout.of(9, 15, 64), 64, Window.same(3), gelu),
                new DepthwiseConv(MapLayout.of(28, 28, 168), Window.same(3), gelu),
                new DepthwiseConv(MapLayout.of(14, 14, 144), Window.of(5, 2, 2), Epilogue.of(Activation.RELU6)),
                new DepthwiseConv(MapLayout.of(28, 28, 56), Window.same(7), Epilogue.NONE),
                new DepthwiseConv(MapLayout.of(28, 28, 240), Window.same(5), gelu),
                new DepthwiseConv(MapLayout.of(14, 14, 160), Window.same(13), gelu.plusResidual()),
                new DepthwiseConv(MapLayout.of(56, 56, 64), Window.same(11, 1), Epilogue.NONE),
                new DepthwiseConv(MapLayout.of(7, 7, 112), Window.same(7), gelu.plusResidual()),
                MaxRelative.svga(MapLayout.of(7, 7, 256), 2), MaxRelative.svga(MapLayout.of(7, 9, 197), 2),
                MaxRelative.svga(MapLayout.of(14, 10, 84), 1),
                RolledL1Distance.halfway(MapLayout.of(56, 48, 56)),
                ThresholdedMaxRelative.axial(MapLayout.of(56, 48, 56), 8),
                ThresholdedMaxRelative.axial(MapLayout.of(14, 13, 224), 2),
                new AvgPoolBlend(MapLayout.of(56, 56, 48), 3), new AvgPoolBlend(MapLayout.of(7, 7, 448), 3),
                new LayerNorm(MapLayout.of(7, 7, 448), 1e-5), new Attention(MapLayout.of(7, 7, 1536), 8, 32, 128),
                new Pool2d(MapLayout.of(56, 48, 64), Window.of(3, 2, 1), Pool2d.Mode.MAXIMUM, Activation.NONE),
                new Pool2d(MapLayout.of(28, 30, 88), Window.same(3), Pool2d.Mode.AVERAGE, Activation.NONE),
                new Resize(MapLayout.of(14, 13, 80), 28, 26, Resize.Mode.BILINEAR),
                new GlobalAveragePool(MapLayout.of(56, 56, 144)), new GlobalAveragePool(MapLayout.of(112, 112, 32)),
                new BinaryConstant(MapLayout.of(28, 29, 100), Binary.Operator.ADD))) {
            check(spec, seed);
        }
    }
}
