package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies elements from one arrangement to another: a transpose, a broadcast, a cut, the way between a feature map and a row-major tensor.
 * Each digit says how many elements there are and how far apart they lie in the input and in the output. What no digit reaches is zero.
 */
public final class StridedCopy implements TensorFunction {
    private final String what;
    private final MapLayout in;
    private final MapLayout out;
    private final int inOffset;
    private final int[] extents;
    private final int[] inStrides;
    private final int[] outStrides;

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
        this.what = what;
        this.in = in;
        this.out = out;
        this.inOffset = inOffset;
        List<int[]> merged = merged(from, to);
        extents = merged.stream().mapToInt(d -> d[0]).toArray();
        inStrides = merged.stream().mapToInt(d -> d[1]).toArray();
        outStrides = merged.stream().mapToInt(d -> d[2]).toArray();
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
    public String describe() {
        return what + " " + in + "->" + out;
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    @Override
    public MapLayout out() {
        return out;
    }

    /** One unit: pad lanes and gaps are cleared first. */
    @Override
    public int units() {
        return 1;
    }

    @Override
    public int scratch() {
        return 0;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        java.util.Arrays.fill(o.out(), o.outOffset(), o.outOffset() + out.length(), 0f);
        copy(o.in(), o.inOffset() + inOffset, o.out(), o.outOffset(), 0);
    }

    private void copy(float[] source, int at, float[] target, int start, int digit) {
        int a = inStrides[digit];
        int b = outStrides[digit];
        if (digit == extents.length - 1) {
            if (a == 1 && b == 1) {
                System.arraycopy(source, at, target, start, extents[digit]);
                return;
            }
            for (int i = 0; i < extents[digit]; i++) {
                target[start + i * b] = source[at + i * a];
            }
            return;
        }
        for (int i = 0; i < extents[digit]; i++) {
            copy(source, at + i * a, target, start + i * b, digit + 1);
        }
    }
}
