package io.github.jvig.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelCheck;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Once compiled, no kernel allocates anything. A vector that is handed to a method which is not inlined becomes an object: the code
 * stays right and runs a hundred times slower, and this is where it shows.
 */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 500;
    /** Rounds of runs on end without a byte: a method that is compiled anew in between shows. */
    private static final int QUIET = 8;
    /** Far more than the compiler takes; a kernel that allocates for good gets there. */
    private static final long PATIENCE_NANOS = 90_000_000_000L;

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

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (GemmTile tile : GemmTile.ALL) {
            for (int columns = 1; columns <= tile.vectors; columns++) {
                Epilogue epilogue = Epilogue.of(Activation.values()[columns % Activation.values().length]);
                PointwiseConv pointwise = new PointwiseConv(MapLayout.of(2, 5, 10), columns * VectorConfig.LANES,
                        epilogue.plusResidual());
                cases.add(Case.of(pointwise, c -> new VectorPointwise(pointwise, c.weight(), c.bias(), tile)));
                // Nine columns have an interior as well as a border.
                Conv2d dense = new Conv2d(MapLayout.of(3, 9, 3), columns * VectorConfig.LANES, Window.same(3),
                        epilogue);
                cases.add(Case.of(dense, c -> new VectorConv2d(dense, c.weight(), c.bias(), tile)));
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
            // Panels of two vectors, which are not contiguous from pixel to pixel.
            PointwiseConv pairs = new PointwiseConv(MapLayout.of(2, 5, 10), 4 * VectorConfig.LANES,
                    Epilogue.of(Activation.GELU));
            cases.add(Case.of(pairs, c -> new VectorPointwise(pairs, c.weight(), c.bias(), tile)));
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
        for (Binary.Operator operator : Binary.Operator.values()) {
            for (MapLayout in2 : List.of(map, MapLayout.of(1, 1, map.channels()), map.withChannels(1))) {
                Binary binary = new Binary(map, in2, operator, Activation.NONE);
                cases.add(Case.of(binary, c -> new VectorBinary(binary)));
            }
        }
        for (int stride = 1; stride <= 2; stride++) {
            DepthwiseConv three = new DepthwiseConv(MapLayout.of(3, 7 * stride, 40), Window.of(3, stride, 1),
                    Epilogue.of(Activation.GELU));
            assertTrue(VectorDepthwise3x3.takes(three));
            cases.add(Case.of(three, c -> new VectorDepthwise3x3(three, c.weight(), c.bias())));
        }
        // Three tiles, of which the middle one is interior.
        DepthwiseConv seven = new DepthwiseConv(MapLayout.of(4, 21, 40), Window.same(7),
                Epilogue.of(Activation.GELU).plusResidual());
        assertTrue(VectorDepthwise7x7.takes(seven));
        cases.add(Case.of(seven, c -> new VectorDepthwise7x7(seven, c.weight(), c.bias())));
        DepthwiseConv any = new DepthwiseConv(MapLayout.of(3, 12, map.channels()), Window.same(5),
                Epilogue.of(Activation.RELU6).plusResidual());
        cases.add(Case.of(any, c -> new VectorDepthwise(any, c.weight(), c.bias())));
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
        for (int kernel : new int[]{3, 5}) {
            AvgPoolBlend mix = new AvgPoolBlend(map, kernel);
            cases.add(Case.of(mix, c -> new VectorAvgPoolBlend(mix, c.weight())));
        }
        for (GemmTile tile : GemmTile.ALL) {
            Attention attention = new Attention(MapLayout.of(3, 9, 2 * (2 * 8 + 5)), 2, 8, 5);
            cases.add(Case.of(attention, c -> new VectorAttention(attention, c.weight(), tile)));
        }
        cases.add(chain());
        return cases;
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

    @Test
    void runsAllocateNothing() {
        List<Case> cases = cases();
        List<String> allocating = List.of("");
        int quiet = 0;
        for (long start = System.nanoTime(); quiet < QUIET && System.nanoTime() - start < PATIENCE_NANOS;) {
            allocating = new ArrayList<>();
            for (Case c : cases) {
                long bytes = c.bytes();
                if (bytes > 0) {
                    allocating.add(bytes / RUNS + " bytes a run: " + c.kernel.name() + ", " + c.kernel.spec());
                }
            }
            quiet = allocating.isEmpty() ? quiet + 1 : 0;
        }
        assertTrue(quiet == QUIET, String.join("\n", allocating));
    }
}
