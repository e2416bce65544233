package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts elements of several buffers, and constants, together in one: a concatenation along rows, columns or tokens, a cyclic shift. Each part
 * is a copy by digits as {@link StridedCopy} makes it. What no part reaches is as in the constant.
 */
public final class Assembly implements TensorFunction {
    /**
     * A part.
     *
     * @param input     number of the buffer among those that are read
     * @param inOffset  element of the buffer that comes first
     * @param from      digits of the buffer
     * @param outOffset element of the result that it goes to
     * @param to        digits of the result, of the same extents
     */
    public record Part(int input, int inOffset, List<Dim> from, int outOffset, List<Dim> to) {
        /**
         * Checks the digits.
         *
         * @throws IllegalArgumentException when they differ in their extents
         */
        public Part {
            from = List.copyOf(from);
            to = List.copyOf(to);
            if (!from.stream().map(Dim::extent).toList().equals(to.stream().map(Dim::extent).toList())) {
                throw new IllegalArgumentException("a copy from " + from + " to " + to);
            }
        }
    }

    private final String what;
    private final List<MapLayout> inputs;
    private final MapLayout out;
    private final float[] constant;
    private final List<Part> parts;

    /**
     * An assembly.
     *
     * @param what     in words
     * @param inputs   layouts of the buffers that are read
     * @param out      layout of the result
     * @param constant what the result holds where no part reaches, of the layout's length; null for zeros
     * @param parts    what is copied
     * @throws IllegalArgumentException when the constant has another length
     */
    public Assembly(String what, List<MapLayout> inputs, MapLayout out, float[] constant, List<Part> parts) {
        this.what = what;
        this.inputs = List.copyOf(inputs);
        this.out = out;
        this.constant = constant;
        if (constant != null && constant.length != out.length()) {
            throw new IllegalArgumentException("a constant of " + constant.length + " numbers for " + out);
        }
        List<Part> sorted = new ArrayList<>();
        for (Part part : parts) {
            sorted.add(sorted(part));
        }
        this.parts = List.copyOf(sorted);
    }

    /** The digits in the order of the result, without those of one element; at least one. */
    private static Part sorted(Part part) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < part.to.size(); i++) {
            if (part.to.get(i).extent() > 1) {
                order.add(i);
            }
        }
        order.sort((a, b) -> Integer.compare(part.to.get(b).stride(), part.to.get(a).stride()));
        List<Dim> from = new ArrayList<>();
        List<Dim> to = new ArrayList<>();
        for (int i : order) {
            Dim a = part.from.get(i);
            Dim b = part.to.get(i);
            if (!from.isEmpty() && from.getLast().stride() == a.stride() * a.extent()
                    && to.getLast().stride() == b.stride() * b.extent()) {
                int extent = from.removeLast().extent() * a.extent();
                to.removeLast();
                from.add(new Dim(extent, a.stride()));
                to.add(new Dim(extent, b.stride()));
            } else {
                from.add(a);
                to.add(b);
            }
        }
        if (from.isEmpty()) {
            from.add(new Dim(1, 1));
            to.add(new Dim(1, 1));
        }
        return new Part(part.input, part.inOffset, from, part.outOffset, to);
    }

    @Override
    public String describe() {
        return what + " of " + parts.size() + " parts ->" + out;
    }

    @Override
    public List<MapLayout> inputs() {
        return inputs;
    }

    @Override
    public MapLayout out() {
        return out;
    }

    /** One unit. */
    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (constant == null) {
            java.util.Arrays.fill(o.out(), o.outOffset(), o.outOffset() + out.length(), 0f);
        } else {
            System.arraycopy(constant, 0, o.out(), o.outOffset(), constant.length);
        }
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            copy(o.input(part.input), o.inputOffset(part.input) + part.inOffset, o.out(),
                    o.outOffset() + part.outOffset, part, 0);
        }
    }

    private static void copy(float[] source, int at, float[] target, int start, Part part, int digit) {
        Dim a = part.from.get(digit);
        Dim b = part.to.get(digit);
        if (digit < part.from.size() - 1) {
            for (int i = 0; i < a.extent(); i++) {
                copy(source, at + i * a.stride(), target, start + i * b.stride(), part, digit + 1);
            }
        } else if (a.stride() == 1 && b.stride() == 1) {
            System.arraycopy(source, at, target, start, a.extent());
        } else {
            int extent = a.extent();
            int step = a.stride();
            int outStep = b.stride();
            for (int i = 0; i < extent; i++) {
                target[start + i * outStep] = source[at + i * step];
            }
        }
    }
}
