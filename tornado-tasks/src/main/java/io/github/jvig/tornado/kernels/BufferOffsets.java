package io.github.jvig.tornado.kernels;

import java.util.List;

/**
 * The offsets of a step's maps and weights, in floats. Offsets of maps count from the start of one image's part of the memory, the offset of
 * weights from the start of the array of weights.
 *
 * @param image   floats per image in the memory
 * @param inputs  offsets of the input maps, at least one
 * @param inStep  floats from one pixel of the first input to the next
 * @param out     offset of the output map
 * @param outStep floats from one pixel of the output to the next
 * @param scratch offset of the floats that a kernel has for itself
 * @param weight  offset of the step's weights; for a download the offset of the planes in the array of results
 */
public record BufferOffsets(int image, List<Integer> inputs, int inStep, int out, int outStep, int scratch,
        int weight) {
    /** Copies the list. */
    public BufferOffsets {
        inputs = List.copyOf(inputs);
    }

    /** Offset of the first input. */
    public int in() {
        return inputs.getFirst();
    }

    /** Offset of the second input, for most operations a residual; negative if there is none. */
    public int in2() {
        return inputs.size() > 1 ? inputs.get(1) : -1;
    }
}
