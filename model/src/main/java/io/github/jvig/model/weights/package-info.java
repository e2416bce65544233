/**
 * Reads checkpoint files into named tensors: PyTorch's {@code .pth} (zip and legacy format) and safetensors. Start reading at
 * {@link io.github.jvig.model.weights.Weights}, which loads them; {@link io.github.jvig.model.weights.Safetensors} writes them.
 *
 * <p>Checkpoints are treated as untrusted input. Nothing in them is executed: a pickle can create tensors, containers, plain values and
 * placeholders for ignored objects, and all names outside of the allow-list are refused. Lengths are checked against the size of the file
 * before memory is allocated. The descriptions of the tensors take at most about 100 times their size in the file, the elements of all
 * tensors at most one float for each byte of the file, and in addition one tensor at a time is held as raw bytes. Every failure is a
 * {@link io.github.jvig.model.weights.WeightsException} with a one-line message.
 */
package io.github.jvig.model.weights;
