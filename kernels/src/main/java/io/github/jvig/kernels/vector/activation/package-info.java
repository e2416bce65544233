/**
 * Activations in place, one loop for each ({@code ActivationLoops}, {@code GeluLoops}), the epilogues that apply them to a tile that has just been
 * written, and softmax. The generated loops come from templates among the tests.
 */
package io.github.jvig.kernels.vector.activation;
