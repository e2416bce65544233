package io.github.jvig.kernels.vector;

import io.github.jvig.kernels.Window;

/**
 * Along one side, the outputs whose window lies inside the input.
 *
 * @param from the first
 * @param to   one past the last; equal to {@code from} when there is none
 */
record InteriorRange(int from, int to) {
    static final InteriorRange NONE = new InteriorRange(0, 0);

    static InteriorRange of(Window w, int size) {
        int from = (w.padding() + w.stride() - 1) / w.stride();
        int last = size - w.extent() + w.padding();
        int to = last < 0 ? 0 : last / w.stride() + 1;
        return from < to ? new InteriorRange(from, to) : NONE;
    }

    int length() {
        return to - from;
    }

    boolean contains(int i) {
        return i >= from && i < to;
    }
}
