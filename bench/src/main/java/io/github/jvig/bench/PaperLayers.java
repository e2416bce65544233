package io.github.jvig.bench;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.SparsePointwiseConv.NonZeros;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.Window;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Operations of single papers at the shapes of their nets, each after the usual operation of the same shape where there is one. {@link
 * LayerList} has them as one file more.
 */
final class PaperLayers {
    /** The name of the file. */
    static final String NAME = "papers";

    private static final int FOUR = 4;
    private static final int SIXTEEN = 16;

    private PaperLayers() {
    }

    static List<BenchLayer> all() {
        MapLayout mobileNet = MapLayout.of(14, 14, 512);
        MapLayout resNet = MapLayout.of(14, 14, 256);
        MapLayout faces = MapLayout.of(24, 24, 96);
        MapLayout detector = MapLayout.of(32, 32, 256);
        MapLayout mamba = MapLayout.of(7, 7, 576);
        MapLayout plane = MapLayout.of(28, 28, 1);
        MapLayout decoder = MapLayout.of(56, 56, 64);
        return List.of(new BenchLayer("pointwise", 1, new PointwiseConv(mobileNet, 512, Epilogue.NONE)),
                new BenchLayer("sparse.single", 1, sparse(mobileNet, new NonZeros(26214, 22538, 13347))),
                new BenchLayer("sparse.fours", 1, sparse(mobileNet, new NonZeros(26216, 6554, 5635))),
                new BenchLayer("sparse.sixteens", 1, sparse(mobileNet, new NonZeros(26208, 6552, 1638))),
                new BenchLayer("conv", 1, new Conv2d(resNet, 256, Window.same(3), Epilogue.NONE)),
                new BenchLayer("pokebnn.binary", 1, new BinaryConv(resNet, 256, Window.same(3))),
                new BenchLayer("pokebnn.dprelu", 1, new PiecewiseLinear(resNet)),
                new BenchLayer("depthwise.faces", 1, new DepthwiseConv(faces, Window.same(3), Epilogue.NONE)),
                new BenchLayer("tvconv", 1, new LocalDepthwiseConv(faces, Window.same(3), Activation.NONE)),
                new BenchLayer("depthwise.detector", 1, new DepthwiseConv(detector, Window.same(3), Epilogue.NONE)),
                new BenchLayer("codenet", 1, new DeformableDepthwiseConv(detector, 1, 8)),
                new BenchLayer("vcmamba", 1,
                        new SelectiveScan(mamba, mamba, mamba.withChannels(50), mamba, 16, 18, 34)),
                new BenchLayer("overlock.5x5", 1, aggregation(5, 0)),
                new BenchLayer("overlock.13x13", 1, aggregation(13, 5 * 5)),
                new BenchLayer("ulsam.softmax", 1, new SpatialSoftmax(plane)),
                new BenchLayer("scse.channels", 1, product(decoder, MapLayout.of(1, 1, 64))),
                new BenchLayer("scse.pixels", 1, product(decoder, decoder.withChannels(1))),
                new BenchLayer("scse.max", 1,
                        new Binary(decoder, decoder, Binary.Operator.MAXIMUM, Activation.NONE)));
    }

    private static Binary product(MapLayout map, MapLayout factors) {
        return new Binary(map, factors, Binary.Operator.MULTIPLY, Activation.NONE);
    }

    /** One of the two of a block of OverLoCK, each for half of the channels, whose taps lie one after the other for each head. */
    private static NeighborhoodAggregation aggregation(int kernel, int firstTap) {
        MapLayout values = MapLayout.of(14, 14, 256);
        int taps = 5 * 5 + 13 * 13;
        return new NeighborhoodAggregation(values, firstTap == 0 ? 0 : 128, values.withChannels(8 * taps), firstTap,
                taps, values.withChannels(128), 8, kernel);
    }

    /** Nine of ten weights are zero. */
    private static SparsePointwiseConv sparse(MapLayout in, NonZeros kept) {
        return new SparsePointwiseConv(in, in, kept, Epilogue.NONE);
    }

    /** Sets weights to zero until about as many, in as many blocks, are left as the spec counts. */
    static float[] pruned(SparsePointwiseConv spec, float[] weight) {
        SplittableRandom random = new SplittableRandom(5);
        int inputs = spec.in().channels();
        NonZeros kept = spec.nonZeros();
        double sixteens = kept.sixteens() / ((double) weight.length / SIXTEEN);
        double fours = kept.fours() / Math.max(1.0, FOUR * kept.sixteens());
        double single = kept.weights() / Math.max(1.0, FOUR * kept.fours());
        for (int i = 0; i < inputs; i++) {
            boolean large = false;
            boolean small = false;
            for (int o = 0; o < spec.out().channels(); o++) {
                large = o % SIXTEEN == 0 ? random.nextDouble() < sixteens : large;
                small = o % FOUR == 0 ? large && random.nextDouble() < fours : small;
                if (!small || random.nextDouble() >= single) {
                    weight[o * inputs + i] = 0;
                }
            }
        }
        return weight;
    }
}
