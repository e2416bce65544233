package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Shapes at, below, above and not a multiple of every tile's size, from a seed. */
public final class RandomSpecs {
    private final Random random;

    public RandomSpecs(long seed) {
        random = new Random(seed);
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    private Epilogue epilogue() {
        Epilogue plain = Epilogue.of(Activation.values()[random.nextInt(Activation.values().length)]);
        return random.nextBoolean() ? plain.plusResidual() : plain;
    }

    /** Now and then with more padding than there has to be. */
    public FeatureMap map(int largestSide, int mostChannels) {
        FeatureMap map = FeatureMap.of(between(1, largestSide), between(1, largestSide), between(1, mostChannels));
        return loosened(map);
    }

    private FeatureMap loosened(FeatureMap map) {
        return random.nextInt(3) > 0
                ? map
                : new FeatureMap(map.height(), map.width(), map.channels(),
                        map.stride() + FeatureMap.LANES * between(1, 2));
    }

    public PointwiseConv pointwise() {
        FeatureMap in = map(20, 70);
        return new PointwiseConv(in, loosened(in.withChannels(between(1, 200))), epilogue());
    }

    public DenseConv dense() {
        while (true) {
            Window w = new Window(between(1, 5), between(1, 3), between(0, 3), between(1, 3));
            FeatureMap in = map(24, 20);
            if (random.nextInt(4) == 0) {
                in = FeatureMap.unpadded(in.height(), in.width(), in.channels());
            }
            if (w.extent() <= Math.min(in.height(), in.width()) + 2 * w.padding()) {
                return new DenseConv(in, between(1, 70), w, epilogue());
            }
        }
    }

    public DepthwiseConv depthwise() {
        while (true) {
            Window w = switch (between(0, 4)) {
                case 0, 1 -> Window.of(3, between(1, 2), between(0, 1));
                case 2 -> Window.same(7);
                default -> new Window(between(1, 7), between(1, 3), between(0, 4), between(1, 3));
            };
            FeatureMap in = map(30, 90);
            if (w.extent() <= Math.min(in.height(), in.width()) + 2 * w.padding()) {
                return new DepthwiseConv(in, w, epilogue());
            }
        }
    }

    public MaxRelative maxRelative() {
        FeatureMap in = map(12, 150);
        List<MaxRelative.Shift> shifts = shifts(in);
        MaxRelative.Difference[] both = MaxRelative.Difference.values();
        return new MaxRelative(in, shifts, both[random.nextInt(both.length)]);
    }

    private List<MaxRelative.Shift> shifts(FeatureMap map) {
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = between(0, 9); i > 0; i--) {
            shifts.add(new MaxRelative.Shift(random.nextInt(map.height()), random.nextInt(map.width())));
        }
        return shifts;
    }

    public ShiftDistance shiftDistance() {
        FeatureMap in = map(12, 150);
        return random.nextBoolean()
                ? ShiftDistance.halfway(in)
                : new ShiftDistance(in, loosened(in.withChannels(1)),
                        new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())));
    }

    public MeanLessDeviation meanLessDeviation() {
        return new MeanLessDeviation(map(30, 1));
    }

    public NearMaxRelative nearMaxRelative() {
        FeatureMap in = map(12, 150);
        return random.nextBoolean()
                ? NearMaxRelative.axial(in, between(1, 5))
                : new NearMaxRelative(in, loosened(in.withChannels(2 * in.channels())), shifts(in));
    }

    public GlobalAveragePool globalAveragePool() {
        return new GlobalAveragePool(map(30, 150));
    }

    /** Each pixel by itself: few channels, where a variance is small, and many. */
    public LayerNorm layerNorm() {
        return new LayerNorm(map(12, random.nextBoolean() ? 4 : 150), random.nextBoolean() ? 1e-5 : 1e-3);
    }

    public AveragePoolMix averagePoolMix() {
        return new AveragePoolMix(map(14, 90), 2 * between(0, 3) + 1);
    }

    public Attention attention() {
        int heads = between(1, 4);
        int keyDim = between(1, 40);
        int valueDim = between(1, 70);
        FeatureMap in = loosened(FeatureMap.of(between(1, 9), between(1, 9), heads * (2 * keyDim + valueDim)));
        return new Attention(in, loosened(in.withChannels(heads * valueDim)), heads, keyDim, valueDim);
    }

    public ResidualAdd residualAdd() {
        return new ResidualAdd(map(30, 90), epilogue().activation());
    }
}
