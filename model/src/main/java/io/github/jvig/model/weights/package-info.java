/**
 * From a checkpoint file to named tensors: PyTorch's {@code .pth} (zip and legacy container) and safetensors; and files of Hugging
 * Face in a cache.
 *
 * <p>A checkpoint is read as if its writer were hostile. Nothing in it is executed: a pickle can make tensors, containers, plain values
 * and opaque stand-ins, and a name outside the allow-list is refused. Lengths are checked against the file's real size before
 * anything is allocated: what describes the tensors takes at most about 100 times its own bytes, the tensors' elements at most one
 * float for each byte of the file, and beside them one tensor at a time. Every failure is a
 * {@link io.github.jvig.model.weights.WeightsException} of one line.
 */
package io.github.jvig.model.weights;
