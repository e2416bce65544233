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
    public MapLayout map(int largestSide, int mostChannels) {
        MapLayout map = MapLayout.of(between(1, largestSide), between(1, largestSide), between(1, mostChannels));
        return loosened(map);
    }

    private MapLayout loosened(MapLayout map) {
        return random.nextInt(3) > 0
                ? map
                : new MapLayout(map.height(), map.width(), map.channels(),
                        map.stride() + MapLayout.CHANNEL_ALIGNMENT * between(1, 2));
    }

    public PointwiseConv pointwise() {
        MapLayout in = map(20, 70);
        return new PointwiseConv(in, loosened(in.withChannels(between(1, 200))), epilogue());
    }

    public Conv2d dense() {
        while (true) {
            Window w = new Window(between(1, 5), between(1, 3), between(0, 3), between(1, 3));
            MapLayout in = map(24, 20);
            if (random.nextInt(4) == 0) {
                in = MapLayout.unpadded(in.height(), in.width(), in.channels());
            }
            if (w.extent() <= Math.min(in.height(), in.width()) + 2 * w.padding()) {
                return new Conv2d(in, between(1, 70), w, epilogue());
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
            MapLayout in = map(30, 90);
            if (w.extent() <= Math.min(in.height(), in.width()) + 2 * w.padding()) {
                return new DepthwiseConv(in, w, epilogue());
            }
        }
    }

    public MaxRelative maxRelative() {
        MapLayout in = map(12, 150);
        List<MaxRelative.Shift> shifts = shifts(in);
        MaxRelative.Difference[] both = MaxRelative.Difference.values();
        return new MaxRelative(in, shifts, both[random.nextInt(both.length)]);
    }

    private List<MaxRelative.Shift> shifts(MapLayout map) {
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (int i = between(0, 9); i > 0; i--) {
            shifts.add(new MaxRelative.Shift(random.nextInt(map.height()), random.nextInt(map.width())));
        }
        return shifts;
    }

    public RolledL1Distance rolledL1Distance() {
        MapLayout in = map(12, 150);
        return random.nextBoolean()
                ? RolledL1Distance.halfway(in)
                : new RolledL1Distance(in, loosened(in.withChannels(1)),
                        new MaxRelative.Shift(random.nextInt(in.height()), random.nextInt(in.width())));
    }

    public MeanMinusStd meanMinusStd() {
        return new MeanMinusStd(map(30, 1));
    }

    public ThresholdedMaxRelative thresholdedMaxRelative() {
        MapLayout in = map(12, 150);
        return random.nextBoolean()
                ? ThresholdedMaxRelative.axial(in, between(1, 5))
                : new ThresholdedMaxRelative(in, loosened(in.withChannels(2 * in.channels())), shifts(in));
    }

    public GlobalAveragePool globalAveragePool() {
        return new GlobalAveragePool(map(30, 150));
    }

    /** Each pixel by itself: few channels, where a variance is small, and many. */
    public LayerNorm layerNorm() {
        return new LayerNorm(map(12, random.nextBoolean() ? 4 : 150), random.nextBoolean() ? 1e-5 : 1e-3);
    }

    public AvgPoolBlend avgPoolBlend() {
        return new AvgPoolBlend(map(14, 90), 2 * between(0, 3) + 1);
    }

    public Attention attention() {
        int heads = between(1, 4);
        int keyDim = between(1, 40);
        int valueDim = between(1, 70);
        MapLayout in = loosened(MapLayout.of(between(1, 9), between(1, 9), heads * (2 * keyDim + valueDim)));
        return new Attention(in, loosened(in.withChannels(heads * valueDim)), heads, keyDim, valueDim);
    }

    public ResidualAdd residualAdd() {
        return new ResidualAdd(map(30, 90), epilogue().activation());
    }
}
