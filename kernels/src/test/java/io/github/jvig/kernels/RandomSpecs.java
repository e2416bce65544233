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
        Epilogue plain = Epilogue.of(activation());
        return switch (between(0, 3)) {
            case 0 -> plain.plusResidual();
            case 1 -> Epilogue.NONE.plusResidual().then(activation());
            default -> plain;
        };
    }

    private Activation activation() {
        return Activation.values()[random.nextInt(Activation.values().length)];
    }

    /** One side of a window; now and then with paddings that differ, or with pixels skipped. */
    private Window.Axis axis(int mostKernel, int mostDilation) {
        int padding = between(0, 3);
        int after = random.nextInt(3) > 0 ? padding : between(-1, 4);
        return new Window.Axis(between(1, mostKernel), between(1, 3), random.nextInt(4) > 0 ? padding : -between(0, 2),
                after, between(1, mostDilation));
    }

    /** Square, or different along height and width. */
    private Window window(int mostKernel) {
        if (random.nextBoolean()) {
            return new Window(between(1, mostKernel), between(1, 3), between(0, 3), between(1, 3));
        }
        return new Window(axis(mostKernel, 2), axis(mostKernel, 2));
    }

    private static boolean fits(Window.Axis axis, int size) {
        return axis.extent() <= size + axis.padBefore() + axis.padAfter();
    }

    private static boolean fits(Window window, MapLayout in) {
        return fits(window.rows(), in.height()) && fits(window.columns(), in.width());
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
            Window w = window(5);
            MapLayout in = map(24, 20);
            if (random.nextInt(4) == 0) {
                in = MapLayout.unpadded(in.height(), in.width(), in.channels());
            }
            if (fits(w, in)) {
                return new Conv2d(in, between(1, 70), w, epilogue());
            }
        }
    }

    public DepthwiseConv depthwise() {
        while (true) {
            Window w = switch (between(0, 4)) {
                case 0, 1 -> Window.of(3, between(1, 2), between(0, 1));
                case 2 -> Window.same(7);
                default -> window(7);
            };
            MapLayout in = map(30, 90);
            if (fits(w, in)) {
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

    /** Two to nine groups of few channels. */
    public Conv2d grouped() {
        while (true) {
            Window w = window(5);
            int groups = between(2, 9);
            MapLayout in = loosened(MapLayout.of(between(1, 16), between(1, 16), groups * between(1, 20)));
            if (fits(w, in)) {
                MapLayout out = MapLayout.of(w.rows().outputSize(in.height()), w.columns().outputSize(in.width()),
                        groups * between(1, 20));
                return new Conv2d(in, loosened(out), w, groups, epilogue());
            }
        }
    }

    public Binary binary() {
        MapLayout in = map(30, 90);
        MapLayout in2 = switch (between(0, 2)) {
            case 0 -> in;
            case 1 -> loosened(MapLayout.of(1, 1, in.channels()));
            default -> loosened(in.withChannels(1));
        };
        Binary.Operator[] operators = Binary.Operator.values();
        return new Binary(in, in2, operators[random.nextInt(operators.length)], activation());
    }

    /** Two to five maps; now and then of so few channels that a vector reaches over all of them. */
    public Concat concat() {
        MapLayout first = map(20, random.nextBoolean() ? 6 : 70);
        List<MapLayout> maps = new ArrayList<>(List.of(first));
        for (int i = between(1, 4); i > 0; i--) {
            maps.add(loosened(first.withChannels(between(1, random.nextBoolean() ? 6 : 70))));
        }
        return new Concat(maps, loosened(new Concat(maps).out()));
    }

    public Slice slice() {
        MapLayout in = map(20, 150);
        int from = random.nextInt(in.channels());
        return new Slice(in, loosened(in.withChannels(between(1, in.channels() - from))), from);
    }

    /** A shuffle, or some channels in any order. */
    public ChannelGather channelGather() {
        if (random.nextBoolean()) {
            int groups = between(1, 4);
            return ChannelGather.shuffle(loosened(MapLayout.of(between(1, 20), between(1, 20),
                    groups * between(1, 40))), groups);
        }
        MapLayout in = map(20, 90);
        List<Integer> channels = random.ints(between(1, 90), 0, in.channels()).boxed().toList();
        return new ChannelGather(in, loosened(in.withChannels(channels.size())), channels);
    }
}
