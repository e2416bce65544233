package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.RandomSpecs;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.Spec;
import io.github.jvig.tornado.kernels.TestMaps;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Random layers of the operations of {@link SizedKernels}. */
final class SizedSpecs {
    /** Standard deviation of the numbers in their maps. */
    static final double SCALE = 1;

    private static final List<Function<RandomSpecs, Spec>> SPECS = List.of(RandomSpecs::gatedPointwise,
            RandomSpecs::binaryConstant, RandomSpecs::concat, RandomSpecs::slice, RandomSpecs::channelGather,
            RandomSpecs::depthToSpace, RandomSpecs::spaceToDepth, RandomSpecs::pool2d, RandomSpecs::tokenPool,
            RandomSpecs::resize, SizedSpecs::globalDeviation, RandomSpecs::attention, RandomSpecs::linearAttention,
            RandomSpecs::crossCovariance, RandomSpecs::separableAttention, RandomSpecs::channelNorm,
            RandomSpecs::mapNorm, RandomSpecs::selectiveScan);

    /** A layer, and what its maps are made from. */
    record Case(Spec spec, float[] weight, float[] bias, Random random) {
        private static Case of(Spec spec, long seed) {
            Random random = new Random(seed);
            // The decays of a scan are exponentials of its weights.
            double scale = spec instanceof SelectiveScan ? 0.5 : 0.3;
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

    private SizedSpecs() {
    }

    /** So many cases of each operation. */
    static Stream<Arguments> all(int cases) {
        return SPECS.stream().flatMap(specs -> IntStream.range(0, cases).mapToObj(seed -> {
            Spec spec = specs.apply(new RandomSpecs(seed));
            return Arguments.of(spec.operation(), Case.of(spec, seed));
        }));
    }

    /** With more pixels than the correction. */
    private static Spec globalDeviation(RandomSpecs specs) {
        GlobalDeviation spec = specs.globalDeviation();
        return spec.in().pixels() > spec.correction() ? spec : globalDeviation(specs);
    }
}
