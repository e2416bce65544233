package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** Zeros one by one, and in blocks of outputs. */
    public SparsePointwiseConv sparsePointwise() {
        PointwiseConv conv = pointwise();
        int outputs = conv.out().channels();
        int inputs = conv.in().channels();
        float[] weight = new float[conv.weightCount()];
        int block = 1 << 2 * between(0, 2);
        double kept = random.nextDouble(0.02, 0.6);
        for (int o = 0; o < outputs; o += block) {
            for (int i = 0; i < inputs; i++) {
                if (random.nextDouble() < kept) {
                    for (int b = o; b < Math.min(outputs, o + block); b++) {
                        weight[b * inputs + i] = 1;
                    }
                }
            }
        }
        return new SparsePointwiseConv(conv.in(), conv.out(),
                SparsePointwiseConv.NonZeros.count(weight, outputs, inputs), conv.epilogue());
    }

    public GatedPointwiseConv gatedPointwise() {
        PointwiseConv conv = pointwise();
        return new GatedPointwiseConv(conv.in(), conv.out(), conv.epilogue());
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

    /** A window of 3x3 with stride 1, with any paddings. */
    public Conv2d threeByThree() {
        while (true) {
            int stride = between(1, 2);
            Window w = random.nextBoolean()
                    ? Window.of(3, stride, 1)
                    : new Window(new Window.Axis(3, stride, between(-1, 3), between(-1, 3), 1),
                            new Window.Axis(3, stride, between(-1, 3), between(-1, 3), 1));
            MapLayout in = map(24, 40);
            if (fits(w, in)) {
                int groups = random.nextInt(3) > 0 ? 1 : in.channels() % 2 == 0 ? 2 : in.channels();
                int outputs = groups == 1 ? between(1, 140) : groups * 16 * between(1, groups == 2 ? 4 : 1);
                MapLayout out = new Conv2d(in, outputs, w, groups, Epilogue.NONE).out();
                return new Conv2d(in, loosened(out), w, groups, epilogue());
            }
        }
    }

    public BinaryConv binaryConv() {
        while (true) {
            Window w = random.nextInt(3) == 0 ? Window.of(3, between(1, 2), 1) : window(4);
            MapLayout in = map(16, 150);
            if (fits(w, in)) {
                MapLayout out = new BinaryConv(in, between(1, 90), w).out();
                return new BinaryConv(in, loosened(out), w);
            }
        }
    }

    public LocalDepthwiseConv localDepthwise() {
        while (true) {
            Window w = random.nextInt(3) == 0 ? Window.of(3, between(1, 2), 1) : window(5);
            MapLayout in = map(14, 90);
            if (fits(w, in)) {
                return new LocalDepthwiseConv(in, w, activation());
            }
        }
    }

    /** Bounds within and beyond the scales of a test, which are between -2 and 2. */
    public DeformableDepthwiseConv deformableDepthwise() {
        MapLayout in = map(20, 90);
        int stride = between(1, 2);
        DeformableDepthwiseConv usual = new DeformableDepthwiseConv(in, stride, 1);
        return new DeformableDepthwiseConv(in, loosened(usual.scale()), usual.out(), stride, between(1, 4));
    }

    public DepthwiseConv depthwise() {
        while (true) {
            Window w = switch (between(0, 6)) {
                case 0 -> usual(3);
                case 1 -> usual(5);
                case 2 -> usual(7);
                case 3 -> new Window(usualAxis(between(1, 9), 1), usualAxis(between(8, 21), 1));
                case 4 -> strip(between(2, 21));
                case 5 -> Window.same(1);
                default -> window(7);
            };
            MapLayout in = map(30, 90);
            if (random.nextInt(3) == 0) {
                in = loosened(MapLayout.of(besideTiles(w.rows()), besideTiles(w.columns()), between(1, 90)));
            }
            if (fits(w, in)) {
                return new DepthwiseConv(in, w, epilogue());
            }
        }
    }

    /** A square kernel with stride 1 or 2, by side padded to keep the size, or by any padding below the kernel's size. */
    private Window usual(int kernel) {
        int stride = between(1, 2);
        return new Window(usualAxis(kernel, stride), usualAxis(kernel, stride));
    }

    private Window.Axis usualAxis(int kernel, int stride) {
        return random.nextBoolean()
                ? new Window.Axis(kernel, stride, kernel / 2, kernel / 2, 1)
                : new Window.Axis(kernel, stride, between(0, kernel - 1), between(0, kernel - 1), 1);
    }

    /** One tap wide or high, now and then dilated; along the other side, as it comes. */
    private Window strip(int kernel) {
        int dilation = between(1, 2);
        Window.Axis strip = new Window.Axis(kernel, dilation == 1 ? between(1, 2) : 1, dilation * between(0, kernel),
                dilation * between(0, kernel), dilation);
        Window.Axis single = axis(1, 2);
        return random.nextBoolean() ? new Window(strip, single) : new Window(single, strip);
    }

    /** A side that gives about one or two tiles of seven outputs, or a short one. */
    private int besideTiles(Window.Axis axis) {
        int outputs = between(1, 2) * 7 + between(-1, 1);
        int size = (outputs - 1) * axis.stride() + axis.extent() - axis.padBefore() - axis.padAfter();
        return random.nextInt(4) == 0 ? between(1, 4) : Math.max(1, size);
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

    public ChannelNorm channelNorm() {
        ChannelNorm.Kind[] kinds = ChannelNorm.Kind.values();
        return new ChannelNorm(map(12, random.nextBoolean() ? 4 : 150), kinds[random.nextInt(kinds.length)],
                random.nextBoolean() ? 1e-6 : 3);
    }

    public MapNorm mapNorm() {
        double epsilon = random.nextBoolean() ? 1e-6 : 3;
        if (random.nextInt(3) == 0) {
            int groups = between(2, 9);
            MapLayout map = MapLayout.of(between(1, 20), between(1, 20), groups * between(1, 20));
            return new MapNorm(loosened(map), MapNorm.Kind.GROUP, groups, epsilon);
        }
        MapNorm.Kind[] kinds = MapNorm.Kind.values();
        return new MapNorm(map(20, random.nextBoolean() ? 4 : 150), kinds[random.nextInt(kinds.length)], epsilon);
    }

    public AttentionScores attentionScores() {
        int heads = between(1, 5);
        MapLayout query = loosened(map(9, 1).withChannels(heads * between(1, 40)));
        MapLayout key = loosened(map(9, 1).withChannels(query.channels()));
        return new AttentionScores(query, key, loosened(query.withChannels(heads * key.pixels())), heads);
    }

    /** Windows as large as the map and smaller, heads of any width, and channels between them. */
    public NeighborhoodAggregation neighborhoodAggregation() {
        int kernel = 2 * between(0, 4) + 1;
        int heads = between(1, 5);
        MapLayout size = MapLayout.of(kernel + between(0, 5), kernel + between(0, 5), 1);
        int firstValue = between(0, 20);
        int firstWeight = between(0, 20);
        int step = kernel * kernel + between(0, 9);
        MapLayout out = loosened(size.withChannels(heads * between(1, 40)));
        return new NeighborhoodAggregation(
                loosened(size.withChannels(firstValue + out.channels() + between(0, 3))), firstValue,
                loosened(size.withChannels(firstWeight + heads * step)), firstWeight, step, out, heads, kernel);
    }

    public AdaptiveAveragePool adaptiveAveragePool() {
        MapLayout in = map(20, 90);
        MapLayout out = loosened(MapLayout.of(between(1, 9), between(1, 9), in.channels()));
        return random.nextBoolean()
                ? new AdaptiveAveragePool(in, out)
                : new AdaptiveAveragePool(in, out, Optional.of(loosened(out.withChannels(between(1, 40)))));
    }

    public ChannelAtMaximum channelAtMaximum() {
        MapLayout in = map(20, random.nextBoolean() ? 4 : 150);
        return new ChannelAtMaximum(in, loosened(in.withChannels(in.channels() + between(0, 40))),
                loosened(in.withChannels(1)));
    }

    public SpatialSoftmax spatialSoftmax() {
        return new SpatialSoftmax(map(20, random.nextBoolean() ? 4 : 150));
    }

    public AvgPoolBlend avgPoolBlend() {
        return new AvgPoolBlend(map(14, 90), 2 * between(0, 3) + 1);
    }

    /** One map, two or three; shared or separate heads; windows of all kinds. */
    public Attention attention() {
        int heads = between(1, 4);
        int keyDim = between(1, 40);
        int valueDim = between(1, 70);
        MapLayout in = loosened(MapLayout.of(between(1, 9), between(1, 9), heads * (2 * keyDim + valueDim)));
        MapLayout out = loosened(in.withChannels(heads * valueDim));
        if (random.nextInt(4) == 0) {
            return new Attention(in, out, heads, keyDim, valueDim);
        }
        Partition partition = partition();
        MapLayout query = size(partition);
        boolean whole = partition.kind() == Partition.Kind.WHOLE;
        MapLayout key = whole ? size(partition) : query;
        int[] maps = switch (between(0, 3)) {
            case 0 -> new int[]{0, 1, 2};
            case 1 -> new int[]{0, 1, 1};
            case 2 -> new int[]{1, 0, 0};
            default -> new int[]{0, 0, 0};
        };
        AttentionHeads layout = new AttentionHeads(heads, keyDim, valueDim, place(maps[0], keyDim),
                place(maps[1], keyDim), place(maps[2], valueDim));
        List<MapLayout> inputs = new ArrayList<>();
        for (int i = 0; i < layout.inputs(); i++) {
            MapLayout size = i == maps[1] ? key : i == maps[0] ? query : key;
            inputs.add(loosened(size.withChannels(between(0, 3) + channels(layout, i))));
        }
        boolean biased = random.nextBoolean();
        return new Attention(inputs, loosened(inputs.get(maps[0]).withChannels(heads * valueDim)), layout, partition,
                random.nextDouble(0.1, 1), biased, biased && !whole && random.nextBoolean());
    }

    /** Matrices in any order of their digits, with gaps, repeated, of one map, two or one and weights; rows to columns in tiles and below. */
    public MatrixProduct matrixProduct() {
        List<Integer> batch = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            batch.add(between(1, 4));
        }
        int rows = random.nextInt(4) == 0 ? between(1, 3) : between(1, 45);
        int depth = between(1, 60);
        int columns = between(1, random.nextBoolean() ? 20 : 150);
        int constant = between(0, 3);
        boolean shared = random.nextInt(4) == 0;
        MatrixProduct.Matrices left = matrices(constant == 0 ? -1 : 0, batch, rows, depth);
        MatrixProduct.Matrices right = matrices(constant == 1 ? -1 : constant == 0 || shared ? 0 : 1, batch, depth,
                columns);
        long[] least = new long[2];
        for (MatrixProduct.Matrices side : List.of(left, right)) {
            if (!side.constant()) {
                int m = side == left ? rows : depth;
                int n = side == left ? depth : columns;
                long last = side.offset() + (m - 1L) * side.rowStride() + (n - 1L) * side.columnStride();
                for (int i = 0; i < batch.size(); i++) {
                    last += (batch.get(i) - 1L) * side.batchStrides().get(i);
                }
                least[side.input()] = Math.max(least[side.input()], last + 1);
            }
        }
        List<MapLayout> inputs = new ArrayList<>();
        for (int i = 0; i <= Math.max(left.input(), right.input()); i++) {
            int pixels = random.nextBoolean() ? 1 : between(1, 9);
            inputs.add(MapLayout.of(1, pixels, Math.toIntExact(Math.ceilDiv(least[i], pixels))));
        }
        return new MatrixProduct(inputs, batch, rows, depth, columns, left, right);
    }

    private MatrixProduct.Matrices matrices(int input, List<Integer> batch, int rows, int columns) {
        List<Integer> extents = new ArrayList<>(batch);
        extents.add(rows);
        extents.add(columns);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < extents.size(); i++) {
            order.add(random.nextInt(3) > 0 ? i : random.nextInt(i + 1), i);
        }
        Integer[] strides = new Integer[extents.size()];
        int stride = 1;
        for (int i : order.reversed()) {
            boolean repeated = random.nextInt(i < batch.size() ? 4 : 30) == 0;
            strides[i] = repeated ? 0 : stride;
            stride *= repeated ? 1 : extents.get(i);
            stride += random.nextInt(5) == 0 ? between(1, 5) : 0;
        }
        return new MatrixProduct.Matrices(input, random.nextInt(3) == 0 ? between(1, 20) : 0, strides[batch.size()],
                strides[batch.size() + 1], List.of(strides).subList(0, batch.size()));
    }

    /** Queries on a map of their own size now and then; features that are positive, so that divisors are not near zero. */
    public LinearAttention linearAttention() {
        int heads = between(1, 4);
        int keyDim = between(1, 40);
        int valueDim = between(1, 70);
        boolean averaged = random.nextBoolean();
        LinearAttention.Feature feature = random.nextBoolean()
                ? LinearAttention.Feature.RELU
                : LinearAttention.Feature.ELU_PLUS_ONE;
        MapLayout map = map(9, 1);
        if (random.nextBoolean()) {
            MapLayout in = loosened(map.withChannels(heads * (2 * keyDim + valueDim) + between(0, 3)));
            AttentionHeads layout = random.nextBoolean()
                    ? AttentionHeads.byHead(heads, keyDim, valueDim)
                    : AttentionHeads.byKind(heads, keyDim, valueDim);
            return new LinearAttention(List.of(in), loosened(map.withChannels(heads * valueDim)), layout, feature,
                    averaged, 0.1);
        }
        MapLayout keys = map(9, 1);
        return new LinearAttention(
                List.of(loosened(map.withChannels(heads * keyDim)), keys.withChannels(heads * keyDim),
                        loosened(keys.withChannels(heads * valueDim))),
                map.withChannels(heads * valueDim), AttentionHeads.separate(heads, keyDim, valueDim), feature, averaged,
                0.1);
    }

    public CrossCovariance crossCovariance() {
        int heads = between(1, 4);
        int dim = between(1, 60);
        MapLayout map = map(9, 1);
        if (random.nextBoolean()) {
            return new CrossCovariance(List.of(loosened(map.withChannels(3 * heads * dim))),
                    loosened(map.withChannels(heads * dim)), AttentionHeads.byKind(heads, dim, dim), 1e-12);
        }
        MapLayout one = map.withChannels(heads * dim);
        return new CrossCovariance(List.of(loosened(one), one, loosened(one)), one,
                AttentionHeads.separate(heads, dim, dim), 1e-6);
    }

    public SeparableAttention separableAttention() {
        Partition partition = partition();
        MapLayout in = loosened(size(partition).withChannels(2 * between(1, 60) + 1));
        return new SeparableAttention(in, loosened(in.withChannels(in.channels() / 2)), partition);
    }

    /** With channels between the ways in and out, and the two in either order. */
    public SelectiveScan selectiveScan() {
        MapLayout map = map(7, 1).withChannels(between(1, 70));
        int states = between(1, 17);
        int first = between(0, 9);
        int second = first + states + between(0, 3);
        boolean inFirst = random.nextBoolean();
        return new SelectiveScan(loosened(map), loosened(map),
                loosened(map.withChannels(second + states + between(0, 3))), loosened(map), states,
                inFirst ? first : second, inFirst ? second : first);
    }

    private AttentionHeads.Place place(int input, int width) {
        return new AttentionHeads.Place(input, between(0, 9), random.nextInt(4) == 0 ? 0 : between(1, width + 5));
    }

    /** Channels up to the last one that attention reads of a map. */
    private static int channels(AttentionHeads layout, int input) {
        int most = 0;
        for (AttentionHeads.Place place : List.of(layout.query(), layout.key(), layout.value())) {
            if (place.input() == input) {
                int width = place == layout.value() ? layout.valueDim() : layout.keyDim();
                most = Math.max(most, place.channel(layout.heads() - 1) + width);
            }
        }
        return most;
    }

    private Partition partition() {
        Partition.Kind kind = Partition.Kind.values()[random.nextInt(Partition.Kind.values().length)];
        return kind == Partition.Kind.WHOLE ? Partition.WHOLE : new Partition(kind, between(1, 4), between(1, 4));
    }

    /** A map that the windows divide. */
    private MapLayout size(Partition partition) {
        int most = partition.kind() == Partition.Kind.WHOLE ? 9 : 3;
        return MapLayout.of(partition.rows() * between(1, most), partition.columns() * between(1, most), 1);
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
        Activation activation = activation();
        return new Concat(maps, loosened(new Concat(maps, activation).out()), activation);
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

    /** A window of which every position covers a pixel. */
    public Pool2d pool2d() {
        Pool2d.Mode[] modes = Pool2d.Mode.values();
        while (true) {
            Pool2d.Mode mode = modes[random.nextInt(modes.length)];
            Window w = switch (between(0, 5)) {
                case 0 -> Window.of(3, 2, 1);
                case 1 -> Window.of(2, 2, 0);
                case 2 -> Window.same(3);
                case 3 -> Window.same(5);
                default -> window(7);
            };
            MapLayout in = map(24, 90);
            boolean dilated = w.rows().dilation() > 1 || w.columns().dilation() > 1;
            if (fits(w, in) && covers(w.rows(), in.height()) && covers(w.columns(), in.width())
                    && (mode == Pool2d.Mode.MAXIMUM || !dilated)) {
                return new Pool2d(in, w, mode, activation());
            }
        }
    }

    private static boolean covers(Window.Axis axis, int size) {
        for (int i = 0; i < axis.outputSize(size); i++) {
            boolean any = false;
            for (int t = 0; t < axis.kernel(); t++) {
                int at = i * axis.stride() - axis.padBefore() + t * axis.dilation();
                any |= at >= 0 && at < size;
            }
            if (!any) {
                return false;
            }
        }
        return true;
    }

    public TokenPool tokenPool() {
        MapLayout in = map(12, 90);
        return new TokenPool(in, between(1, Math.min(in.pixels(), 17)));
    }

    /** Larger, smaller and in the size of another map. */
    public Resize resize() {
        MapLayout in = map(14, 90);
        Resize.Mode[] modes = Resize.Mode.values();
        Resize.Mode mode = modes[random.nextInt(modes.length)];
        return switch (between(0, 2)) {
            case 0 -> new Resize(in, map(20, 40), mode);
            case 1 -> new Resize(in, 2 * in.height(), 2 * in.width(), mode);
            default -> new Resize(in, loosened(MapLayout.of(between(1, 25), between(1, 25), in.channels())), mode,
                    Optional.empty());
        };
    }

    private BlockOrder order() {
        return BlockOrder.values()[random.nextInt(BlockOrder.values().length)];
    }

    public DepthToSpace depthToSpace() {
        int factor = between(1, 4);
        MapLayout in = loosened(
                MapLayout.of(between(1, 9), between(1, 9), factor * factor * between(1, 20)));
        MapLayout out = MapLayout.of(in.height() * factor, in.width() * factor, in.channels() / (factor * factor));
        return new DepthToSpace(in, loosened(out), factor, order());
    }

    public SpaceToDepth spaceToDepth() {
        int factor = between(1, 4);
        MapLayout out = loosened(MapLayout.of(between(1, 9), between(1, 9), factor * factor * between(1, 20)));
        MapLayout in = MapLayout.of(out.height() * factor, out.width() * factor, out.channels() / (factor * factor));
        return new SpaceToDepth(loosened(in), out, factor, order());
    }

    public BinaryConstant binaryConstant() {
        Binary.Operator[] operators = Binary.Operator.values();
        return new BinaryConstant(map(14, 90), operators[random.nextInt(operators.length)]);
    }

    public GlobalDeviation globalDeviation() {
        return new GlobalDeviation(map(14, 150), between(0, 1), random.nextBoolean() ? 0 : 1e-5);
    }
}
