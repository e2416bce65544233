package io.github.jvig.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A {@link FusedChain} by strips: a few rows of the output at a time go through all stages, so that what lies between them stays in a near
 * cache. A strip of an intermediate result holds the rows that the next stage needs; those that the strip before made already are moved
 * up, not made again, as long as one thread goes from strip to strip. The stages' own kernels do the work, so the bits are theirs.
 *
 * <p>"On the Efficiency of Convolutional Neural Networks", arXiv 2404.03617, on why a block is the thing to fuse.
 *
 * <p>A unit is a strip.
 */
final class FusedChainKernel implements Kernel {
    private final FusedChain spec;
    private final RowKernel[] stages;
    /** For each stage, the number of its second operand as {@link FusedChain#seconds} has it. */
    private final int[] seconds;
    private final int rowsPerStrip;
    /** By stage and strip, the first row of the stage's result that is needed, and one past the last. */
    private final int[][] first;
    private final int[][] end;
    /** Floats of a row of each stage's result, and where its strip starts in the scratch. */
    private final int[] row;
    private final int[] start;
    /** Where the stages' own work space starts, behind the strips. */
    private final int stageScratch;
    private final int scratch;

    /** @throws IllegalArgumentException when a stage can't compute rows by themselves */
    FusedChainKernel(List<Kernel> kernels, int rowsPerStrip) {
        this(rowKernels(kernels), new FusedChain(specs(kernels)), rowsPerStrip);
    }

    /** @throws IllegalArgumentException when a stage can't compute rows by themselves */
    FusedChainKernel(List<Kernel> kernels, List<Integer> seconds, int rowsPerStrip) {
        this(rowKernels(kernels), new FusedChain(specs(kernels), seconds), rowsPerStrip);
    }

    private FusedChainKernel(RowKernel[] stages, FusedChain spec, int rowsPerStrip) {
        if (rowsPerStrip < 1) {
            throw new IllegalArgumentException("a strip has at least one row, not " + rowsPerStrip);
        }
        this.stages = stages;
        this.spec = spec;
        seconds = spec.seconds().stream().mapToInt(Integer::intValue).toArray();
        int height = spec.out().height();
        this.rowsPerStrip = Math.min(rowsPerStrip, height);
        int strips = Math.ceilDiv(height, this.rowsPerStrip);
        first = new int[stages.length][strips];
        end = new int[stages.length][strips];
        for (int s = 0; s < strips; s++) {
            int top = s * this.rowsPerStrip;
            int[][] rows = spec.rows(top, Math.min(top + this.rowsPerStrip, height) - 1);
            for (int i = 0; i < stages.length; i++) {
                first[i][s] = rows[i + 1][0];
                end[i][s] = rows[i + 1][1] + 1;
            }
        }
        row = new int[stages.length];
        start = new int[stages.length];
        int next = 0;
        for (int i = 0; i < stages.length; i++) {
            MapLayout map = stages[i].spec().out();
            row[i] = map.width() * map.stride();
            start[i] = next;
            if (i < stages.length - 1) {
                int maxRows = 0;
                for (int s = 0; s < strips; s++) {
                    maxRows = Math.max(maxRows, end[i][s] - first[i][s]);
                }
                next = Math.addExact(next, Math.multiplyExact(maxRows, row[i]));
            }
        }
        stageScratch = next;
        scratch = Math.addExact(next, Arrays.stream(stages).mapToInt(RowKernel::rowScratch).max().orElse(0));
    }

    private static RowKernel[] rowKernels(List<Kernel> kernels) {
        for (Kernel kernel : kernels) {
            if (!(kernel instanceof RowKernel rows && rows.supportsRowRanges())) {
                throw new IllegalArgumentException(kernel.name() + " can't be part of a chain: " + kernel.spec());
            }
        }
        return kernels.toArray(RowKernel[]::new);
    }

    private static List<Spec> specs(List<Kernel> kernels) {
        return Arrays.stream(rowKernels(kernels)).map(RowKernel::spec).toList();
    }

    @Override
    public FusedChain spec() {
        return spec;
    }

    /** {@code "chain4(f32-pointwise-7x3-vector512 > f32-depthwise-...)"}: rows of a strip, and the stages' kernels. */
    @Override
    public String name() {
        return "chain" + rowsPerStrip
                + Arrays.stream(stages).map(Kernel::name).collect(Collectors.joining(" > ", "(", ")"));
    }

    @Override
    public int units() {
        return first[0].length;
    }

    @Override
    public boolean prefersContiguousUnits() {
        return true;
    }

    @Override
    public int scratch() {
        return scratch;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int last = stages.length - 1;
        for (int s = from; s < to; s++) {
            for (int i = 0; i < last; i++) {
                int result = scratchOffset + start[i];
                int done = first[i][s];
                if (s > from && end[i][s - 1] > done) {
                    done = Math.min(end[i][s - 1], end[i][s]);
                    System.arraycopy(scratch, result + (first[i][s] - first[i][s - 1]) * row[i], scratch, result,
                            (done - first[i][s]) * row[i]);
                }
                if (done < end[i][s]) {
                    stage(o, scratch, scratchOffset, s, i, scratch, result - first[i][s] * row[i], done);
                }
            }
            stage(o, scratch, scratchOffset, s, last, o.out(), o.outOffset(), first[last][s]);
        }
    }

    /** Rows {@code from} on of one stage's result for one strip. */
    private void stage(Operands o, float[] scratch, int scratchOffset, int s, int i, float[] out, int outOffset,
            int from) {
        float[] in = i == 0 ? o.in() : scratch;
        int inOffset = i == 0 ? o.inOffset() : scratchOffset + strip(i - 1, s);
        int second = seconds[i];
        float[] in2 = second > 0 ? scratch : second == 0 ? o.in() : second == FusedChain.NONE ? null : o.in2();
        int in2Offset = second > 0
                ? scratchOffset + strip(second - 1, s)
                : second == 0 ? o.inOffset() : o.in2Offset();
        stages[i].rows(in, inOffset, in2, in2Offset, out, outOffset, scratch, scratchOffset + stageScratch, from,
                end[i][s]);
    }

    /** Where row 0 of a stage's result would be in the scratch. */
    private int strip(int stage, int s) {
        return start[stage] - first[stage][s] * row[stage];
    }
}
