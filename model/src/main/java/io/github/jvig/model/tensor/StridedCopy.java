package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies elements from one arrangement to another: a transpose, a broadcast, a cut, the way between a feature map and a row-major tensor.
 * Each digit says how many elements there are and how far apart they lie in the input and in the output. What no digit reaches is zero.
 */
public final class StridedCopy extends ItemFunction {
    /** Rows of a block of a transposed output: one line of the input. */
    private static final int BLOCK_ROWS = 16;
    /** Elements of such a row: few, since lines that lie a multiple of 4 KiB apart have 8 or 12 places in the nearest cache. */
    private static final int BLOCK_LENGTH = 8;

    private final int inOffset;
    private final int[] extents;
    private final int[] inStrides;
    private final int[] outStrides;
    private final boolean gaps;

    /**
     * A copy.
     *
     * @param what     in words
     * @param in       layout of the input
     * @param inOffset element of the input that goes to the first of the output
     * @param from     digits of the input
     * @param out      layout of the output
     * @param to       digits of the output, of the same extents
     * @throws IllegalArgumentException when the digits differ in their extents
     */
    public StridedCopy(String what, MapLayout in, int inOffset, List<Dim> from, MapLayout out, List<Dim> to) {
        this(what, in, inOffset, merged(from, to), out);
    }

    /** An item is an element of the slowest digit; all are one where the output has gaps, which are cleared first. */
    private StridedCopy(String what, MapLayout in, int inOffset, List<int[]> merged, MapLayout out) {
        super(what + " " + in, List.of(in), out, fills(merged, out) ? merged.getFirst()[0] : 1, 4L * elements(merged));
        this.inOffset = inOffset;
        extents = merged.stream().mapToInt(d -> d[0]).toArray();
        inStrides = merged.stream().mapToInt(d -> d[1]).toArray();
        outStrides = merged.stream().mapToInt(d -> d[2]).toArray();
        gaps = !fills(merged, out);
    }

    private static int elements(List<int[]> merged) {
        return merged.stream().mapToInt(d -> d[0]).reduce(1, Math::multiplyExact);
    }

    private static boolean fills(List<int[]> merged, MapLayout out) {
        return elements(merged) == out.pixels() * out.channels();
    }

    /** Digits of extent, input stride and output stride; at least one. */
    private static List<int[]> merged(List<Dim> from, List<Dim> to) {
        if (from.size() != to.size()) {
            throw new IllegalArgumentException("a copy from " + from + " to " + to);
        }
        List<int[]> digits = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            Dim a = from.get(i);
            Dim b = to.get(i);
            if (a.extent() != b.extent()) {
                throw new IllegalArgumentException("a copy from " + from + " to " + to);
            }
            if (a.extent() > 1) {
                digits.add(new int[]{a.extent(), a.stride(), b.stride()});
            }
        }
        // Written in order: what is next to each other in the output comes from a near place more often than not.
        digits.sort((a, b) -> Integer.compare(Math.abs(b[2]), Math.abs(a[2])));
        List<int[]> merged = new ArrayList<>();
        for (int[] digit : digits) {
            int[] before = merged.isEmpty() ? null : merged.getLast();
            if (before != null && before[1] == digit[1] * digit[0] && before[2] == digit[2] * digit[0]) {
                merged.set(merged.size() - 1, new int[]{before[0] * digit[0], digit[1], digit[2]});
            } else {
                merged.add(digit);
            }
        }
        if (merged.isEmpty()) {
            merged.add(new int[]{1, 0, 0});
        }
        return merged;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        int at = o.inOffset() + inOffset;
        if (gaps) {
            java.util.Arrays.fill(o.out(), o.outOffset(), o.outOffset() + out().length(), 0f);
            copy(o.in(), at, o.out(), o.outOffset(), 0, 0, extents[0]);
        } else {
            copy(o.in(), at, o.out(), o.outOffset(), 0, from, to);
        }
    }

    private void copy(float[] source, int at, float[] target, int start, int digit, int from, int to) {
        int a = inStrides[digit];
        int b = outStrides[digit];
        if (digit == extents.length - 1) {
            if (a == 1 && b == 1) {
                System.arraycopy(source, at + from, target, start + from, to - from);
                return;
            }
            for (int i = from; i < to; i++) {
                target[start + i * b] = source[at + i * a];
            }
            return;
        }
        if (digit == extents.length - 2 && a == 1 && inStrides[digit + 1] != 1) {
            transpose(source, at, inStrides[digit + 1], target, start, b, outStrides[digit + 1], from, to,
                    extents[digit + 1]);
            return;
        }
        for (int i = from; i < to; i++) {
            copy(source, at + i * a, target, start + i * b, digit + 1, 0, extents[digit + 1]);
        }
    }

    /**
     * Rows of the output that are columns of the input, block by block: what is read and written of a block stays near, and each line of the
     * input is read once.
     *
     * @param inStep  floats of the input from element to element of a row
     * @param rowStep floats of the output from row to row
     * @param outStep floats of the output from element to element of a row
     */
    private static void transpose(float[] source, int at, int inStep, float[] target, int start, int rowStep,
            int outStep, int fromRow, int toRow, int length) {
        for (int row = fromRow; row < toRow; row += BLOCK_ROWS) {
            int endRow = Math.min(row + BLOCK_ROWS, toRow);
            for (int first = 0; first < length; first += BLOCK_LENGTH) {
                int end = Math.min(first + BLOCK_LENGTH, length);
                for (int r = row; r < endRow; r++) {
                    int in = at + r + first * inStep;
                    int out = start + r * rowStep + first * outStep;
                    for (int i = first; i < end; i++) {
                        target[out] = source[in];
                        in += inStep;
                        out += outStep;
                    }
                }
            }
        }
    }
}
