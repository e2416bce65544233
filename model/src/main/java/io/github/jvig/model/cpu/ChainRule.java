package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.RowKernel;
import io.github.jvig.kernels.Spec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a chain gains and costs, by the sizes of its maps and of the caches. This is all that decides whether a plan without a tuning
 * file has a chain, and how high its strips are.
 *
 * <p>A chain gains what is not written to and read from memory beyond the second-level cache: its results between the stages, if they are so
 * large that they fall out of that cache. It costs the rows that two threads both compute where their shares meet, what one thread has more
 * to do than another, and for each strip the beginning of each stage and its weights, which are read again.
 *
 * <p>"On the Efficiency of Convolutional Neural Networks", arXiv 2404.03617, counts in the same way.
 */
final class ChainRule {
    /** Numbers of rows per strip that are tried. */
    static final int[] STRIPS = {1, 2, 4, 7, 14};
    /** Share of the second-level cache that intermediate rows of a chain may take, beside the weights. */
    private static final double NEAR_SHARE = 25.0 / 64;
    /**
     * Size of an intermediate result, in second-level caches, from which on it falls out of that cache. Measured with 1 MB of it on the first
     * blocks of MobileNetV1 to V4 and MobileViG, other work on the machine: with one thread a result of 1.8 MB gains 10 to 18 % of the time of its
     * block, of 4.8 MB 35 %; with two threads 4 to 9 and 25 %. On a machine without other work results of 1.0 and 2.2 MB gained 1.5 and 3.5 %.
     */
    private static final double FAR_CACHES = 1.5;
    /** The same of a thread's part of it, which decides from three threads on: with two threads a part of 0.4 MB lost 6 %. */
    private static final double FAR_THREAD_CACHES = 0.75;
    /** Size from which on a result gains half as much for its bytes, beside one that is far: 0.45 MB of it did. */
    private static final double HALF_FAR_SHARE = 0.25;
    /**
     * Larger second-level caches count as this large: with 2 MB a result of 2.2 MB still gains 3 % (Xeon, one thread), and strips that fill the
     * larger cache gain nothing over shorter ones.
     */
    private static final long MAX_L2_BYTES = 1 << 20;
    /** Share of its rows that a chain may compute twice, because another thread computes them too. */
    private static final double MAX_RECOMPUTED = 0.04;
    /** Multiply-accumulates in the time in which a byte goes to the third-level cache and back: 2 to 8 on the blocks above. */
    private static final long BYTE_MACS = 4;
    /** Multiply-accumulates in the time that a stage takes for a strip beside its rows: half a microsecond, measured. */
    private static final long STAGE_MACS = 1 << 16;

    private final int threads;
    private final long nearBytes;
    private final long farBytes;

    ChainRule(long l2Bytes, int threads) {
        this.threads = threads;
        long l2 = Math.min(l2Bytes, MAX_L2_BYTES);
        nearBytes = (long) (NEAR_SHARE * l2);
        farBytes = (long) (Math.max(FAR_CACHES, FAR_THREAD_CACHES * threads) * l2);
    }

    /** Whether a result is so large that a chain gains by it. */
    boolean isFar(MapLayout map) {
        return bytes(map.length()) >= farBytes;
    }

    /**
     * The number of {@link #STRIPS} that costs least of those whose intermediate results stay near; 0 when there is none, or too much is computed
     * twice. Strips of a single row are never fast: on all blocks measured they took 3 to 12 % longer than those of four.
     */
    int rowsPerStrip(List<RowKernel> stages, List<Integer> seconds) {
        FusedChain chain = spec(stages, seconds);
        if ((threads - 1.0) * shared(chain, 0) / chain.stages().getFirst().out().height() > MAX_RECOMPUTED) {
            return 0;
        }
        return Arrays.stream(STRIPS).filter(rows -> rows > 1 && rows <= chain.out().height()).boxed()
                .filter(rows -> bytes(chain(stages, seconds, rows).scratch()) <= nearBytes)
                .min(Comparator.comparing(rows -> cost(stages, seconds, rows))).orElse(0);
    }

    /** What a chain does more than its stages one after another, in multiply-accumulates. */
    long cost(List<RowKernel> stages, List<Integer> seconds, int rowsPerStrip) {
        FusedChain chain = spec(stages, seconds);
        long recomputed = 0;
        for (int i = 0; i < stages.size() - 1; i++) {
            Spec stage = stages.get(i).spec();
            recomputed += (threads - 1) * shared(chain, i) * stage.macs() / stage.out().height();
        }
        int height = chain.out().height();
        int strips = Math.ceilDiv(height, rowsPerStrip);
        long largestShare = Math.min(height, (long) Math.ceilDiv(strips, threads) * rowsPerStrip);
        long uneven = chain.macs() * Math.max(0, largestShare * threads - height) / height;
        long weights = stages.stream().mapToLong(stage -> stage.spec().weightCount()).sum();
        return recomputed + uneven + strips * (weights + STAGE_MACS * stages.size());
    }

    /** What a chain gains whose strips stay near: the results between its stages that would be far. In multiply-accumulates. */
    long gain(List<RowKernel> stages) {
        long bytes = 0;
        for (int i = 0; i + 1 < stages.size(); i++) {
            MapLayout result = stages.get(i).spec().out();
            if (!isDense(stages.get(i + 1).spec())) {
                bytes += isFar(result)
                        ? bytes(result.length())
                        : bytes(result.length()) >= HALF_FAR_SHARE * farBytes ? bytes(result.length()) / 2 : 0;
            }
        }
        return BYTE_MACS * bytes;
    }

    /**
     * Whether a stage does so much with what it reads, and reads it so regularly, that it need not be near: stems of two dense convolutions
     * gained 3 % as chains with one thread and lost 1 % with two.
     */
    private static boolean isDense(Spec spec) {
        return spec instanceof Conv2d conv && conv.groups() == 1;
    }

    static Kernel chain(List<RowKernel> stages, List<Integer> seconds, int rowsPerStrip) {
        return KernelProvider.chain(List.copyOf(stages), seconds, rowsPerStrip);
    }

    static FusedChain spec(List<RowKernel> stages, List<Integer> seconds) {
        return new FusedChain(stages.stream().map(RowKernel::spec).toList(), seconds);
    }

    /** Rows of a stage's result that two neighboring rows of the output both need. */
    private static long shared(FusedChain chain, int stage) {
        int y = (chain.out().height() - 1) / 2;
        int next = Math.min(y + 1, chain.out().height() - 1);
        return Math.max(0, chain.rows(y, y)[stage + 1][1] - chain.rows(next, next)[stage + 1][0] + 1);
    }

    private static long bytes(long floats) {
        return Float.BYTES * floats;
    }
}
