package io.github.jvig.tornado.tasks;

/**
 * Where a step finds its maps and weights, in floats from the start of one image's share of the memory, weights from the start of theirs.
 *
 * @param image    floats of one image's share
 * @param inStep   floats from one pixel of the input to the next
 * @param in2   where the second operand lies, a residual for most; negative where there is none
 * @param outStep  floats from one pixel of the output to the next
 */
record BufferOffsets(int image, int in, int inStep, int in2, int out, int outStep, int weight) {}
