/**
 * Operations on row-major tensors of any rank, for what lies outside the world of feature maps. A tensor of n elements is a map of one
 * pixel with n channels, so plans, buffers and threads are those of every other operation.
 */
package io.github.jvig.model.tensor;
