package io.github.jvig.tornado.tasks;

/**
 * The offsets of a step's maps and weights, in floats. Map offsets count from the start of one image's part of the memory, the weight
 * offset from the start of the array of weights.
 *
 * @param image   floats per image in the memory
 * @param in      offset of the input map
 * @param inStep  floats from one pixel of the input to the next
 * @param in2     offset of the second operand, for most operations a residual; negative if there is none
 * @param out     offset of the output map
 * @param outStep floats from one pixel of the output to the next
 * @param weight  offset of the step's weights; for a download the offset of the planes in the array of results
 */
record BufferOffsets(int image, int in, int inStep, int in2, int out, int outStep, int weight) {}
