package io.github.jvig.kernels.vector.common;

import io.github.jvig.kernels.Window;

/**
 * Along one side, the outputs whose window lies inside the input.
 *
 * @param from the first
 * @param to   one past the last; equal to {@code from} when there is none
 */
public record InteriorRange(int from, int to) {
    public static final InteriorRange NONE = new InteriorRange(0, 0);

    public static InteriorRange of(Window.Axis axis, int size) {
        int from = Math.max(0, Math.ceilDiv(axis.padBefore(), axis.stride()));
        int last = size - axis.extent() + axis.padBefore();
        int to = last < 0 ? 0 : Math.min(last / axis.stride() + 1, axis.outputSize(size));
        return from < to ? new InteriorRange(from, to) : NONE;
    }

    public int length() {
        return to - from;
    }

    public boolean contains(int i) {
        return i >= from && i < to;
    }
}
