package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.BinaryConstant;
import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.Concat;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.CrossCovariance;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.GatedPointwiseConv;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelCheck;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.LinearAttention;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.NeighborhoodAggregation;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Partition;
import io.github.jvig.kernels.PiecewiseLinear;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Resize;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.kernels.SeparableAttention;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.SparsePointwiseConv.NonZeros;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.kernels.SpatialSoftmax;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.TokenPool;
import io.github.jvig.kernels.Window;
import io.github.jvig.kernels.vector.attention.VectorAttention;
import io.github.jvig.kernels.vector.attention.VectorAttentionScores;
import io.github.jvig.kernels.vector.attention.VectorCrossCovariance;
import io.github.jvig.kernels.vector.attention.VectorLinearAttention;
import io.github.jvig.kernels.vector.attention.VectorNeighborhoodAggregation;
import io.github.jvig.kernels.vector.attention.VectorSelectiveScan;
import io.github.jvig.kernels.vector.attention.VectorSeparableAttention;
import io.github.jvig.kernels.vector.attention.VectorSpatialSoftmax;
import io.github.jvig.kernels.vector.common.VectorConfig;
import io.github.jvig.kernels.vector.convolution.SparseByOutputs;
import io.github.jvig.kernels.vector.convolution.SparseByPixels;
import io.github.jvig.kernels.vector.convolution.VectorBinaryConv;
import io.github.jvig.kernels.vector.convolution.VectorConv2d;
import io.github.jvig.kernels.vector.convolution.VectorGatedPointwise;
import io.github.jvig.kernels.vector.convolution.VectorGroupedConv;
import io.github.jvig.kernels.vector.convolution.VectorPointwise;
import io.github.jvig.kernels.vector.convolution.VectorSpreadConv;
import io.github.jvig.kernels.vector.convolution.VectorWinogradConv2d;
import io.github.jvig.kernels.vector.depthwise.DepthwiseTile;
import io.github.jvig.kernels.vector.depthwise.VectorDeformableDepthwise;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwise;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwise1x1;
import io.github.jvig.kernels.vector.depthwise.VectorDepthwiseTiles;
import io.github.jvig.kernels.vector.depthwise.VectorLocalDepthwise;
import io.github.jvig.kernels.vector.elementwise.VectorBinary;
import io.github.jvig.kernels.vector.elementwise.VectorBinaryConstant;
import io.github.jvig.kernels.vector.elementwise.VectorPiecewiseLinear;
import io.github.jvig.kernels.vector.graph.VectorMaxRelative;
import io.github.jvig.kernels.vector.graph.VectorRolledL1Distance;
import io.github.jvig.kernels.vector.graph.VectorThresholdedMaxRelative;
import io.github.jvig.kernels.vector.move.VectorChannelAtMaximum;
import io.github.jvig.kernels.vector.move.VectorChannelGather;
import io.github.jvig.kernels.vector.move.VectorConcat;
import io.github.jvig.kernels.vector.move.VectorResize;
import io.github.jvig.kernels.vector.move.VectorSlice;
import io.github.jvig.kernels.vector.norm.VectorChannelNorm;
import io.github.jvig.kernels.vector.norm.VectorLayerNorm;
import io.github.jvig.kernels.vector.norm.VectorMapNorm;
import io.github.jvig.kernels.vector.pool.VectorAdaptiveAveragePool;
import io.github.jvig.kernels.vector.pool.VectorAvgPoolBlend;
import io.github.jvig.kernels.vector.pool.VectorGlobalAveragePool;
import io.github.jvig.kernels.vector.pool.VectorGlobalDeviation;
import io.github.jvig.kernels.vector.pool.VectorPool2d;
import io.github.jvig.kernels.vector.product.GemmTile;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Once compiled, no kernel allocates anything. A vector that is handed to a method which is not inlined becomes an object: the code
 * stays right and runs a hundred times slower, and this is where it shows. With {@code -XX:-UseTypeProfile}, as the build runs it at 128 bits, it
 * shows kernels that need the profile of vectors' classes, which there may not be on a busy machine.
 */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 500;
    /** Rounds of runs on end without a byte: a method that is compiled anew in between shows. */
    private static final int QUIET = 8;
    /**
     * Far more than the compiler takes; a kernel that allocates for good gets there. Processor time of this JVM, as that alone brings it
     * forward: on a busy machine minutes may pass in which it compiles next to nothing.
     */
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();

    private static final ArrayMath.Function[] FUNCTIONS = ArrayMath.Function.values();

    private record Case(Kernel kernel, Operands operands, float[] scratch) {
        static Case of(Spec spec, Function<KernelCheck, Kernel> maker) {
            KernelCheck check = new KernelCheck(spec, 1);
            Kernel kernel = maker.apply(check);
            return new Case(kernel, check.operands(), new float[kernel.scratch()]);
        }

        /** Bytes allocated by some runs. */
        long bytes() {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                kernel.run(operands, scratch, 0, 0, kernel.units());
            }
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        }
    }

    /** An image that is brought in, as if it were a kernel. */
    private record Image(KernelProvider kernels, MapLayout map) implements Kernel {
        static Case of(MapLayout map) {
            return new Case(new Image(KernelProvider.vector(), map),
                    Operands.of(new float[map.length()], new float[map.length()]),
                    new float[0]);
        }

        @Override
        public Spec spec() {
            return new Conv2d(map, map.channels(), Window.same(1), Epilogue.NONE);
        }

        @Override
        public String name() {
            return "planes of an image";
        }

        @Override
        public int units() {
            return map.height();
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            kernels.fromPlanes(map, o.in(), o.inOffset(), o.out(), o.outOffset(), from, to);
        }
    }

    /** The functions of arrays, one after another on the floats of a map, as if they were a kernel. */
    private record Functions(ArrayMath math, MapLayout map) implements Kernel {
        static Case of(MapLayout map) {
            return new Case(new Functions(new VectorMath(), map),
                    Operands.of(new float[map.length()], new float[map.length()]), new float[ArrayMath.STEP]);
        }

        @Override
        public Spec spec() {
            return new Conv2d(map, map.channels(), Window.same(1), Epilogue.NONE);
        }

        @Override
        public String name() {
            return "functions of arrays";
        }

        @Override
        public int units() {
            return 1;
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            // What softmax overwrites is the last step.
            int n = map.length() - ArrayMath.STEP;
            for (ArrayMath.Function function : FUNCTIONS) {
                System.arraycopy(o.in(), o.inOffset(), o.out(), o.outOffset(), n);
                math.apply(function, o.out(), o.outOffset(), n);
            }
            math.softmax(o.out(), o.outOffset(), n);
            math.softmaxColumns(o.out(), o.outOffset(), n / ArrayMath.STEP, ArrayMath.STEP);
            o.out()[o.outOffset()] = (float) (math.sum(o.out(), o.outOffset(), n, scratch, scratchOffset)
                    + math.squares(o.out(), o.outOffset(), n, 1f, scratch, scratchOffset));
        }
    }

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(Image.of(MapLayout.unpadded(5, 2 * VectorConfig.LANES + 1, 3)));
        cases.add(Functions.of(MapLayout.of(13, 29, 16)));
        for (GemmTile tile : GemmTile.ALL) {
            for (int columns = 1; columns <= tile.vectors; columns++) {
                Epilogue epilogue = Epilogue.of(Activation.values()[columns % Activation.values().length]);
                PointwiseConv pointwise = new PointwiseConv(MapLayout.of(2, 5, 10), columns * VectorConfig.LANES,
                        epilogue.plusResidual());
                cases.add(Case.of(pointwise, c -> new VectorPointwise(pointwise, c.weight(), c.bias(), tile)));
                // Windows that are copied, a table of offsets, and long runs over whole tiles.
                for (MapLayout map : List.of(MapLayout.of(3, 9, 3), MapLayout.of(3, 2 * tile.rows, 3),
                        MapLayout.of(3, 2 * tile.rows, 20))) {
                    Conv2d dense = new Conv2d(map, columns * VectorConfig.LANES, Window.same(3), epilogue);
                    cases.add(Case.of(dense, c -> new VectorConv2d(dense, c.weight(), c.bias(), tile)));
                }
                Conv2d stem = new Conv2d(MapLayout.of(3, 28, 3), columns * VectorConfig.LANES, Window.of(3, 2, 1),
                        epilogue);
                cases.add(Case.of(stem, c -> new VectorConv2d(stem, c.weight(), c.bias(), tile)));
                for (int channels : List.of(6, 2 * VectorConfig.LANES, 4 * VectorConfig.LANES)) {
                    Window window = Window.same(3);
                    Conv2d grouped = new Conv2d(MapLayout.of(3, 9, channels), 2 * columns * VectorConfig.LANES, window,
                            2,
                            epilogue);
                    cases.add(Case.of(grouped, c -> new VectorGroupedConv(grouped, c.weight(), c.bias(), tile)));
                }
                Conv2d point = new Conv2d(MapLayout.of(2, 5, 6), 2 * columns * VectorConfig.LANES, Window.same(1), 2,
                        epilogue);
                cases.add(Case.of(point, c -> new VectorGroupedConv(point, c.weight(), c.bias(), tile)));
            }
            GatedPointwiseConv gated = new GatedPointwiseConv(MapLayout.of(2, 5, 10), 5 * VectorConfig.LANES,
                    Epilogue.NONE.plusResidual());
            cases.add(Case.of(gated, c -> new VectorGatedPointwise(gated, c.weight(), c.bias(), tile)));
            // Last vectors that pairs of pixels share, in panels of two and of three vectors.
            for (int whole = 1; whole <= 2; whole++) {
                PointwiseConv paired = new PointwiseConv(MapLayout.of(5, 14, 10), whole * VectorConfig.LANES + 1,
                        Epilogue.of(Activation.RELU6));
                cases.add(Case.of(paired, c -> new VectorPointwise(paired, c.weight(), c.bias(), tile)));
            }
            // Panels of two vectors, which are not contiguous from pixel to pixel.
            PointwiseConv pairs = new PointwiseConv(MapLayout.of(2, 5, 10), 4 * VectorConfig.LANES,
                    Epilogue.of(Activation.GELU));
            cases.add(Case.of(pairs, c -> new VectorPointwise(pairs, c.weight(), c.bias(), tile)));
        }
        // Whole tiles of pixels, and what remains of them.
        for (int pixels : List.of(2 * VectorConfig.LANES - 1, 5 * VectorConfig.LANES + 1)) {
            SparsePointwiseConv sparse = new SparsePointwiseConv(MapLayout.of(1, pixels, 10),
                    MapLayout.of(1, pixels, 2 * VectorConfig.LANES + 3), new NonZeros(20, 10, 10),
                    Epilogue.of(Activation.RELU).plusResidual());
            cases.add(Case.of(sparse, c -> new SparseByOutputs(sparse, c.weight(), c.bias())));
            cases.add(Case.of(sparse, c -> new SparseByPixels(sparse, c.weight(), c.bias())));
        }
        GemmTile wide = GemmTile.OF_CONVOLUTIONS.getFirst();
        PointwiseConv pointwise = new PointwiseConv(MapLayout.of(2, 5, 10), 4 * VectorConfig.LANES, Epilogue.NONE);
        cases.add(Case.of(pointwise, c -> new VectorPointwise(pointwise, c.weight(), c.bias(), wide)));
        for (int channels : List.of(3, 20)) {
            Conv2d dense = new Conv2d(MapLayout.of(3, 10, channels), 4 * VectorConfig.LANES, Window.same(3),
                    Epilogue.of(Activation.RELU));
            cases.add(Case.of(dense, c -> new VectorConv2d(dense, c.weight(), c.bias(), wide)));
        }
        for (int outputs : List.of(4, 5)) {
            for (int stride = 1; stride <= 2; stride++) {
                for (GemmTile tile : GemmTile.OF_CONVOLUTIONS) {
                    Conv2d winograd = new Conv2d(MapLayout.of(16, 9, VectorConfig.LANES + 3),
                            outputs * VectorConfig.LANES, Window.of(3, stride, 1), Epilogue.of(Activation.RELU));
                    if (tile.rows > 1 && tile.takes(winograd.out().channels())) {
                        cases.add(
                                Case.of(winograd, c -> new VectorWinogradConv2d(winograd, c.weight(), c.bias(), tile)));
                    }
                }
            }
        }
        for (int width : List.of(3, 9)) {
            Conv2d spread = new Conv2d(MapLayout.of(3, width, 2 * VectorConfig.LANES), 2 * VectorConfig.LANES,
                    Window.same(3), VectorConfig.LANES, Epilogue.of(Activation.RELU));
            cases.add(Case.of(spread, c -> new VectorSpreadConv(spread, c.weight(), c.bias())));
        }
        MapLayout map = MapLayout.of(3, 9, 5 * VectorConfig.LANES + 3);
        for (Activation activation : Activation.values()) {
            Binary add = new Binary(map, map, Binary.Operator.ADD, activation);
            cases.add(Case.of(add, c -> new VectorBinary(add)));
        }
        // Rows of two and of three vectors that do not follow each other: some activations have loops of their own for them.
        for (Activation activation : List.of(Activation.GELU, Activation.SILU, Activation.HARD_SWISH)) {
            for (int vectors = 2; vectors <= 3; vectors++) {
                Binary gate = new Binary(rows(vectors), MapLayout.of(1, 1, vectors * VectorConfig.LANES),
                        Binary.Operator.MULTIPLY, activation);
                cases.add(Case.of(gate, c -> new VectorBinary(gate)));
            }
        }
        for (Binary.Operator operator : Binary.Operator.values()) {
            for (MapLayout in2 : List.of(map, MapLayout.of(1, 1, map.channels()), map.withChannels(1))) {
                Binary binary = new Binary(map, in2, operator, Activation.NONE);
                cases.add(Case.of(binary, c -> new VectorBinary(binary)));
            }
        }
        // Parts that are copied exactly, one of them float by float, and one that may reach further.
        Concat concat = new Concat(List.of(map, map.withChannels(2), map.withChannels(VectorConfig.LANES + 1)),
                Activation.SIGMOID);
        cases.add(Case.of(concat, c -> new VectorConcat(concat)));
        Slice slice = new Slice(map, 3, map.channels() - 5);
        cases.add(Case.of(slice, c -> new VectorSlice(slice)));
        for (int groups : new int[]{2, 4}) {
            ChannelGather shuffle = ChannelGather.shuffle(MapLayout.of(3, 9, 12 * VectorConfig.LANES), groups);
            cases.add(Case.of(shuffle, c -> new VectorChannelGather(shuffle)));
        }
        for (int stride = 1; stride <= 2; stride++) {
            // Three tiles or more, of which one is interior; with stride 1 also windows in parts of four and six taps.
            for (int kernel : stride == 1 ? new int[]{3, 5, 7, 8, 12} : new int[]{3, 5, 7}) {
                Window.Axis axis = new Window.Axis(kernel, stride, kernel / 2, kernel / 2, 1);
                Window.Axis single = new Window.Axis(1, 1, 0, 0, 1);
                DepthwiseConv rows = new DepthwiseConv(MapLayout.of(4, 48 * stride, 40), new Window(single, axis),
                        Epilogue.of(Activation.GELU).plusResidual());
                for (DepthwiseTile tile : DepthwiseTile.values()) {
                    if (VectorDepthwiseTiles.takesRows(rows, tile)) {
                        cases.add(Case.of(rows, c -> VectorDepthwiseTiles.ofRows(rows, c.weight(), c.bias(),
                                tile.toString(), tile)));
                    }
                }
                DepthwiseConv columns = new DepthwiseConv(MapLayout.of(21 * stride, 4, 40), new Window(axis, single),
                        Epilogue.of(Activation.RELU));
                assertTrue(VectorDepthwiseTiles.takesColumns(columns));
                cases.add(Case.of(columns,
                        c -> VectorDepthwiseTiles.ofColumns(columns, c.weight(), c.bias(), "columns")));
            }
        }
        DepthwiseConv seven = new DepthwiseConv(MapLayout.of(4, 21, 40), Window.same(7),
                Epilogue.of(Activation.GELU).plusResidual());
        cases.add(Case.of(seven, c -> VectorDepthwiseTiles.ofRows(seven, c.weight(), c.bias(), "7x7",
                DepthwiseTile.SEVEN)));
        DepthwiseConv any = new DepthwiseConv(MapLayout.of(3, 12, map.channels()), Window.same(5),
                Epilogue.of(Activation.RELU6).plusResidual());
        cases.add(Case.of(any, c -> new VectorDepthwise(any, c.weight(), c.bias())));
        DepthwiseConv scale = new DepthwiseConv(map, Window.same(1), Epilogue.of(Activation.RELU6));
        cases.add(Case.of(scale, c -> new VectorDepthwise1x1(scale, c.weight(), c.bias())));
        for (MaxRelative.Difference difference : MaxRelative.Difference.values()) {
            for (MapLayout in : List.of(map, MapLayout.of(3, 4, 3))) {
                MaxRelative relative = new MaxRelative(in, MaxRelative.svga(in, 2).shifts(), difference);
                cases.add(Case.of(relative, c -> new VectorMaxRelative(relative)));
            }
        }
        for (MapLayout in : List.of(map, MapLayout.of(3, 4, 3))) {
            RolledL1Distance distance = RolledL1Distance.halfway(in);
            cases.add(Case.of(distance, c -> new VectorRolledL1Distance(distance)));
            ThresholdedMaxRelative near = ThresholdedMaxRelative.axial(in, 2);
            cases.add(Case.of(near, c -> new VectorThresholdedMaxRelative(near)));
        }
        MeanMinusStd limit = new MeanMinusStd(MapLayout.of(9, 5, 1));
        cases.add(Case.of(limit, c -> c.make(KernelProvider.vector())));
        GlobalAveragePool pool = new GlobalAveragePool(map);
        cases.add(Case.of(pool, c -> new VectorGlobalAveragePool(pool)));
        LayerNorm norm = new LayerNorm(map, 1e-5);
        cases.add(Case.of(norm, c -> new VectorLayerNorm(norm, c.weight(), c.bias())));
        for (MapNorm.Kind kind : MapNorm.Kind.values()) {
            MapNorm mapNorm = new MapNorm(map, kind, 1e-5);
            cases.add(Case.of(mapNorm, c -> new VectorMapNorm(mapNorm, c.weight(), c.bias())));
        }
        MapNorm groups = new MapNorm(map, MapNorm.Kind.GROUP, map.channels(), 1e-5);
        cases.add(Case.of(groups, c -> new VectorMapNorm(groups, c.weight(), c.bias())));
        AdaptiveAveragePool adaptive = new AdaptiveAveragePool(map, MapLayout.of(2, 4, map.channels()));
        cases.add(Case.of(adaptive, c -> new VectorAdaptiveAveragePool(adaptive)));
        NeighborhoodAggregation around = new NeighborhoodAggregation(MapLayout.of(5, 6, 48), 0, MapLayout.of(5, 6, 27),
                0,
                9, MapLayout.of(5, 6, 48), 3, 3);
        cases.add(Case.of(around, c -> new VectorNeighborhoodAggregation(around, c.weight())));
        for (GemmTile tile : GemmTile.ALL) {
            AttentionScores products = new AttentionScores(MapLayout.of(3, 9, 10), MapLayout.of(2, 3, 10), 2);
            cases.add(Case.of(products, c -> new VectorAttentionScores(products, tile)));
        }
        ChannelAtMaximum largest = new ChannelAtMaximum(map, map);
        cases.add(Case.of(largest, c -> new VectorChannelAtMaximum(largest)));
        SpatialSoftmax softmax = new SpatialSoftmax(map);
        cases.add(Case.of(softmax, c -> new VectorSpatialSoftmax(softmax)));
        for (ChannelNorm.Kind kind : ChannelNorm.Kind.values()) {
            ChannelNorm channelNorm = new ChannelNorm(map, kind, 1e-5);
            cases.add(Case.of(channelNorm, c -> new VectorChannelNorm(channelNorm, c.weight())));
        }
        for (int kernel : new int[]{3, 5}) {
            AvgPoolBlend mix = new AvgPoolBlend(map, kernel);
            cases.add(Case.of(mix, c -> new VectorAvgPoolBlend(mix, c.weight())));
        }
        for (GemmTile tile : GemmTile.ALL) {
            Attention attention = new Attention(MapLayout.of(3, 9, 2 * (2 * 8 + 5)), 2, 8, 5);
            cases.add(Case.of(attention, c -> new VectorAttention(attention, c.weight(), tile)));
        }
        MapLayout three = MapLayout.of(3, 9, 2 * 3 * 11);
        for (GemmTile tile : GemmTile.ALL) {
            for (LinearAttention.Feature feature : LinearAttention.Feature.values()) {
                LinearAttention linear = new LinearAttention(List.of(three), three.withChannels(22),
                        AttentionHeads.byKind(2, 11, 11), feature, true, 1);
                cases.add(Case.of(linear, c -> new VectorLinearAttention(linear, tile)));
            }
            CrossCovariance cross = new CrossCovariance(List.of(three), three.withChannels(22),
                    AttentionHeads.byKind(2, 11, 11), 1e-6);
            cases.add(Case.of(cross, c -> new VectorCrossCovariance(cross, c.weight(), tile)));
        }
        SeparableAttention separable = new SeparableAttention(MapLayout.of(4, 6, 21), Partition.samePlace(2, 2));
        cases.add(Case.of(separable, c -> new VectorSeparableAttention(separable)));
        SelectiveScan scan = new SelectiveScan(map, map, map.withChannels(9), map, 4, 0, 5);
        cases.add(Case.of(scan, c -> new VectorSelectiveScan(scan, c.weight(), c.bias())));
        // Fewer keys than queries, without biases, and windows.
        MapLayout small = MapLayout.of(2, 5, 24);
        Attention shared = new Attention(List.of(map, small, small), map.withChannels(10),
                AttentionHeads.sharedKey(2, 8, 5), Partition.WHOLE, 0.3, false);
        cases.add(Case.of(shared, c -> c.make(KernelProvider.vector())));
        Attention windows = new Attention(List.of(map), map.withChannels(5), AttentionHeads.byKind(1, 3, 5),
                Partition.samePlace(1, 1), 0.3, true, true);
        cases.add(Case.of(windows, c -> c.make(KernelProvider.vector())));
        for (MapLayout in : List.of(map, MapLayout.of(3, 3, 40))) {
            for (int outputs : List.of(VectorConfig.LANES, 3 * VectorConfig.LANES)) {
                BinaryConv signs = new BinaryConv(in, outputs, Window.same(3));
                cases.add(Case.of(signs, c -> new VectorBinaryConv(signs, c.weight(), c.bias())));
            }
        }
        LocalDepthwiseConv local = new LocalDepthwiseConv(map, Window.same(3), Activation.RELU6);
        cases.add(Case.of(local, c -> new VectorLocalDepthwise(local, c.weight(), c.bias())));
        DeformableDepthwiseConv deformable = new DeformableDepthwiseConv(MapLayout.of(9, 9, map.channels()), 1, 8);
        cases.add(Case.of(deformable, c -> new VectorDeformableDepthwise(deformable, c.weight(), c.bias())));
        PiecewiseLinear pieces = new PiecewiseLinear(map);
        cases.add(Case.of(pieces, c -> new VectorPiecewiseLinear(pieces, c.weight())));
        products(cases);
        cases.add(chain());
        cases.add(convChain());
        pools(map, cases);
        return cases;
    }

    /** With rows side by side and apart on either side, whole panels and others, and few rows. */
    private static void products(List<Case> cases) {
        int n = 2 * VectorConfig.LANES + 3;
        for (int rows : List.of(2, 17)) {
            for (boolean turned : List.of(false, true)) {
                for (int depth : List.of(5, n)) {
                    MatrixProduct product = new MatrixProduct(
                            List.of(MapLayout.of(1, 1, rows * depth), MapLayout.of(1, 1, depth * n)), List.of(), rows,
                            depth, n,
                            new MatrixProduct.Matrices(0, 0, turned ? 1 : depth, turned ? rows : 1, List.of()),
                            new MatrixProduct.Matrices(1, 0, turned ? 1 : n, turned ? depth : 1, List.of()));
                    cases.add(Case.of(product, c -> c.make(KernelProvider.vector())));
                }
            }
            MatrixProduct dots = new MatrixProduct(List.of(MapLayout.of(1, 1, (rows + n) * n)), List.of(), rows, n, n,
                    new MatrixProduct.Matrices(0, 0, n, 1, List.of()),
                    new MatrixProduct.Matrices(0, 0, 1, n, List.of()));
            cases.add(Case.of(dots, c -> c.make(KernelProvider.vector())));
        }
    }

    /** Kernels of two, three and more taps, along both sides, with strides of one and two. */
    private static void pools(MapLayout map, List<Case> cases) {
        for (Pool2d.Mode mode : Pool2d.Mode.values()) {
            for (Window window : List.of(Window.of(2, 2, 0), Window.of(3, 2, 1), Window.same(3), Window.of(4, 1, 2),
                    Window.same(5), Window.same(1))) {
                Pool2d pool = new Pool2d(map, window, mode, Activation.NONE);
                cases.add(Case.of(pool, c -> new VectorPool2d(pool)));
            }
        }
        TokenPool tokens = new TokenPool(map, 4);
        cases.add(Case.of(tokens, c -> c.make(KernelProvider.vector())));
        for (Resize.Mode mode : Resize.Mode.values()) {
            Resize resize = new Resize(map, 7, 5, mode);
            cases.add(Case.of(resize, c -> new VectorResize(resize)));
        }
        for (BlockOrder order : BlockOrder.values()) {
            DepthToSpace pixels = new DepthToSpace(MapLayout.of(3, 2, 80), 2, order);
            cases.add(Case.of(pixels, c -> c.make(KernelProvider.vector())));
            SpaceToDepth blocks = new SpaceToDepth(MapLayout.of(4, 6, 20), 2, order);
            cases.add(Case.of(blocks, c -> c.make(KernelProvider.vector())));
        }
        BinaryConstant positions = new BinaryConstant(map, Binary.Operator.ADD);
        cases.add(Case.of(positions, c -> new VectorBinaryConstant(positions, c.weight())));
        for (MapLayout in : List.of(map, MapLayout.of(3, 4, 3))) {
            GlobalDeviation deviation = new GlobalDeviation(in, 1, 1e-5);
            cases.add(Case.of(deviation, c -> new VectorGlobalDeviation(deviation)));
        }
    }

    /** A map whose pixels have some vectors, and more floats between them. */
    private static MapLayout rows(int vectors) {
        int channels = vectors * VectorConfig.LANES;
        return new MapLayout(3, 9, channels, MapLayout.of(1, 1, channels).stride() + 16);
    }

    /** An inverted residual by strips, so that rows are moved up. */
    private static Case chain() {
        KernelProvider kernels = KernelProvider.vector();
        PointwiseConv expand = new PointwiseConv(MapLayout.of(6, 9, 10), 2 * VectorConfig.LANES,
                Epilogue.of(Activation.GELU));
        DepthwiseConv depthwise = new DepthwiseConv(expand.out(), Window.same(3), Epilogue.of(Activation.RELU));
        PointwiseConv project = new PointwiseConv(depthwise.out(), 10, Epilogue.NONE.plusResidual());
        Kernel chain = KernelProvider.chain(List.of(kernels.kernel(expand, new float[20 * VectorConfig.LANES], null),
                kernels.kernel(depthwise, new float[18 * VectorConfig.LANES], null),
                kernels.kernel(project, new float[20 * VectorConfig.LANES], null)), 2);
        float[] map = new float[expand.in().length()];
        return new Case(chain, Operands.of(map, map, map.clone()), new float[chain.scratch()]);
    }

    /** Stages with work space of their own, and one that adds the result of an earlier one. */
    private static Case convChain() {
        KernelProvider kernels = KernelProvider.vector();
        int channels = 4 * VectorConfig.LANES;
        Conv2d dense = new Conv2d(MapLayout.unpadded(12, 18, 3), channels, Window.of(3, 2, 1),
                Epilogue.of(Activation.RELU6));
        Conv2d spread = new Conv2d(dense.out(), dense.out(), Window.same(3), channels, Epilogue.NONE);
        Conv2d grouped = new Conv2d(dense.out(), dense.out(), Window.same(3), 2, Epilogue.NONE.plusResidual());
        Pool2d pool = new Pool2d(grouped.out(), Window.of(3, 2, 1), Pool2d.Mode.MAXIMUM, Activation.NONE);
        GemmTile tile = GemmTile.ALL.get(1);
        int none = FusedChain.NONE;
        Kernel chain = KernelProvider.chain(
                List.of(new VectorConv2d(dense, new float[dense.weightCount()], null, tile),
                        new VectorSpreadConv(spread, new float[spread.weightCount()], null),
                        new VectorGroupedConv(grouped, new float[grouped.weightCount()], null, tile),
                        kernels.kernel(pool)),
                List.of(none, none, 1, none), 2);
        return new Case(chain, Operands.of(new float[dense.in().length()], new float[pool.out().length()]),
                new float[chain.scratch()]);
    }

    @Test
    void runsAllocateNothing() {
        List<Case> cases = cases();
        List<String> allocating = List.of("");
        int quiet = 0;
        int rounds = 0;
        long end = PROCESS.getProcessCpuTime() + PATIENCE_NANOS;
        for (; quiet < QUIET && PROCESS.getProcessCpuTime() < end; rounds++) {
            allocating = new ArrayList<>();
            for (Case c : cases) {
                long bytes = c.bytes();
                if (bytes > 0) {
                    allocating.add(bytes / RUNS + " bytes a run: " + c.kernel.name() + ", " + c.kernel.spec());
                }
            }
            quiet = allocating.isEmpty() ? quiet + 1 : 0;
        }
        assertTrue(quiet == QUIET, "after " + rounds + " rounds\n" + String.join("\n", allocating));
    }
}
