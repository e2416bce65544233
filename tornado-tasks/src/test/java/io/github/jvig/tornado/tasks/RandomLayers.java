package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.RandomSpecs;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.Spec;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Random layers of all operations. Everything that a spec says is random, so a kernel that ignores a part of it gives wrong results. */
final class RandomLayers {
    /** Standard deviation of the numbers in the maps of {@link #sized}. */
    static final double SIZED_SCALE = 1;
    /** Standard deviation of the numbers in the maps of {@link #others}. */
    static final double OTHERS_SCALE = 2;

    private static final List<Function<RandomSpecs, Spec>> SIZED = List.of(RandomSpecs::gatedPointwise,
            RandomSpecs::binaryConstant, RandomSpecs::concat, RandomSpecs::slice, RandomSpecs::channelGather,
            RandomSpecs::channelAtMaximum,
            RandomSpecs::depthToSpace, RandomSpecs::spaceToDepth, RandomSpecs::pool2d, RandomSpecs::tokenPool,
            RandomSpecs::resize, RandomLayers::globalDeviation, RandomSpecs::attention, RandomSpecs::linearAttention,
            RandomSpecs::crossCovariance, RandomSpecs::separableAttention, RandomSpecs::channelNorm,
            RandomSpecs::mapNorm, RandomSpecs::selectiveScan, RandomSpecs::spatialSoftmax,
            RandomSpecs::neighborhoodAggregation, RandomSpecs::attentionScores, RandomSpecs::adaptiveAveragePool,
            RandomSpecs::binaryConv, RandomLayers::piecewiseLinear, RandomSpecs::localDepthwise,
            RandomSpecs::deformableDepthwise);

    private static final List<Function<RandomSpecs, Spec>> OTHERS = List.of(RandomSpecs::pointwise, RandomSpecs::dense,
            RandomSpecs::grouped, RandomSpecs::depthwise, RandomSpecs::maxRelative, RandomSpecs::globalAveragePool,
            RandomSpecs::binary, RandomSpecs::rolledL1Distance, RandomSpecs::meanMinusStd,
            RandomSpecs::thresholdedMaxRelative, RandomSpecs::layerNorm, RandomSpecs::avgPoolBlend);

    /** A layer, and what its maps are made from. */
    record Case(Spec spec, float[] weight, float[] bias, Random random) {
        private static Case of(Spec spec, double usual, long seed) {
            Random random = new Random(seed);
            // The decays of a scan are exponentials of its weights.
            double scale = spec instanceof SelectiveScan ? 0.5 : usual;
            return new Case(spec, spec.weightCount() == 0 ? null : TestMaps.normal(spec.weightCount(), scale, random),
                    spec.biasCount() == 0 || random.nextInt(4) == 0
                            ? null
                            : TestMaps.normal(spec.biasCount(), 1, random),
                    random);
        }

        @Override
        public String toString() {
            return spec.toString();
        }
    }

    private RandomLayers() {
    }

    /** So many layers of each operation of {@link SizedKernels}. */
    static Stream<Arguments> sized(int cases) {
        return all(SIZED, cases, 0.3);
    }

    /** So many layers of each other operation, whose maps have no more padding than there must be. */
    static Stream<Arguments> others(int cases) {
        return all(OTHERS.stream().map(RandomLayers::narrow).toList(), cases, 0.1);
    }

    private static Stream<Arguments> all(List<Function<RandomSpecs, Spec>> all, int cases, double scale) {
        return all.stream().flatMap(specs -> IntStream.range(0, cases).mapToObj(seed -> {
            Spec spec = specs.apply(new RandomSpecs(seed));
            return Arguments.of(spec.operation(), Case.of(spec, scale, seed));
        }));
    }

    /** A layer of this spec, whose weights are small. */
    static Arguments layer(Spec spec, long seed) {
        return Arguments.of(spec.operation(), Case.of(spec, 0.1, seed));
    }

    /** The operations of some layers. */
    static Set<Class<?>> operations(Stream<Arguments> layers) {
        return layers.map(layer -> ((Case) layer.get()[1]).spec().getClass()).collect(Collectors.toSet());
    }

    private static Function<RandomSpecs, Spec> narrow(Function<RandomSpecs, Spec> specs) {
        return random -> {
            Spec spec = specs.apply(random);
            boolean wide = Stream.concat(spec.inputs().stream(), Stream.of(spec.out()))
                    .anyMatch(map -> map.stride() > MapLayout.padded(map.channels()));
            return wide ? narrow(specs).apply(random) : spec;
        };
    }

    private static Spec piecewiseLinear(RandomSpecs specs) {
        return new PiecewiseLinear(specs.map(14, 90));
    }

    /** With more pixels than the correction. */
    private static Spec globalDeviation(RandomSpecs specs) {
        GlobalDeviation spec = specs.globalDeviation();
        return spec.in().pixels() > spec.correction() ? spec : globalDeviation(specs);
    }
}
