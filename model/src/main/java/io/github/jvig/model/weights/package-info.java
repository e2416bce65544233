/**
 * Reads checkpoint files into named tensors: PyTorch's {@code .pth} (zip and legacy container) and safetensors.
 * {@link io.github.jvig.model.weights.Weights} loads them, {@link io.github.jvig.model.weights.Safetensors} writes them.
 *
 * <p>A checkpoint is read as if its writer were hostile. Nothing in it is executed: a pickle can make tensors, containers, plain values
 * and placeholders for ignored objects, and a name outside the allow-list is refused. Lengths are checked against the file's real size
 * before anything is allocated: the description of the tensors takes at most about 100 times its size in the file, the tensors' elements
 * together at most one float for each byte of the file, and besides these one tensor at a time is held as raw bytes. Every failure is a
 * {@link io.github.jvig.model.weights.WeightsException} of one line.
 */
package io.github.jvig.model.weights;
