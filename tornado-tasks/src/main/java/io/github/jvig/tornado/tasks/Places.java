package io.github.jvig.tornado.tasks;

/**
 * Where a step finds its maps and weights, in floats from the start of one image's share of the memory, weights from the start of theirs.
 *
 * @param image    floats of one image's share
 * @param inStep   floats from one pixel of the input to the next
 * @param second   where the second operand lies, a residual for most; negative where there is none
 * @param outStep  floats from one pixel of the output to the next
 */
record Places(int image, int in, int inStep, int second, int out, int outStep, int weight) {}
