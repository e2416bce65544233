/**
 * The kernels by the Vector API ({@code jdk.incubator.vector}): the table of all rows ({@link io.github.jvig.kernels.vector.VectorKernels}) and what else the lookup of
 * providers asks for. Nothing here is loaded before its guards have passed.
 *
 * <p>The kernels themselves are in the packages below, by what they compute. None of these is exported; what is public in them is so for the
 * others.
 *
 * <table>
 * <caption>Packages</caption>
 * <tr><td>{@code common}</td><td>what all kernels use: the width of vectors, how work is split into units</td></tr>
 * <tr><td>{@code activation}</td><td>activations, epilogues, softmax</td></tr>
 * <tr><td>{@code product}</td><td>matrix products by register tiles</td></tr>
 * <tr><td>{@code convolution}</td><td>convolutions that are such products: pointwise, dense, grouped, sparse; binary ones</td></tr>
 * <tr><td>{@code depthwise}</td><td>depthwise convolutions</td></tr>
 * <tr><td>{@code graph}</td><td>the gathers of graph convolutions: max-relative, distances</td></tr>
 * <tr><td>{@code attention}</td><td>attention and its kin</td></tr>
 * <tr><td>{@code pool}</td><td>pooling over windows and whole maps</td></tr>
 * <tr><td>{@code norm}</td><td>normalization over channels, groups and maps</td></tr>
 * <tr><td>{@code elementwise}</td><td>two maps element by element, activations by channel</td></tr>
 * <tr><td>{@code move}</td><td>copies of channels and pixels to other places, resizing</td></tr>
 * </table>
 */
package io.github.jvig.kernels.vector;
