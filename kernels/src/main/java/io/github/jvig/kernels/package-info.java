/**
 * Operations and the kernels that compute them.
 *
 * <p>A spec is an immutable record that describes an operation and its shapes. A {@link io.github.jvig.kernels.KernelProvider} turns a spec
 * and its weights into a {@link io.github.jvig.kernels.Kernel}, which is ready to run on any thread. Its kernels are the rows of a
 * {@link io.github.jvig.kernels.KernelTable}. Start reading at {@link io.github.jvig.kernels.Spec}, {@code KernelProvider} and
 * {@code KernelTable}. The specs are
 *
 * <ul>
 * <li>convolutions: {@link io.github.jvig.kernels.PointwiseConv}, {@link io.github.jvig.kernels.GatedPointwiseConv},
 * {@link io.github.jvig.kernels.DepthwiseConv}, {@link io.github.jvig.kernels.Conv2d}
 * <li>convolutions of single papers: {@link io.github.jvig.kernels.SparsePointwiseConv}, {@link io.github.jvig.kernels.BinaryConv},
 * {@link io.github.jvig.kernels.LocalDepthwiseConv}, {@link io.github.jvig.kernels.DeformableDepthwiseConv}
 * <li>two or more maps: {@link io.github.jvig.kernels.Binary}, {@link io.github.jvig.kernels.BinaryConstant},
 * {@link io.github.jvig.kernels.Concat}, {@link io.github.jvig.kernels.Slice}, {@link io.github.jvig.kernels.ChannelGather},
 * {@link io.github.jvig.kernels.ChannelAtMaximum}
 * <li>activation by channel: {@link io.github.jvig.kernels.PiecewiseLinear}
 * <li>pools: {@link io.github.jvig.kernels.GlobalAveragePool}, {@link io.github.jvig.kernels.GlobalDeviation},
 * {@link io.github.jvig.kernels.Pool2d}, {@link io.github.jvig.kernels.TokenPool}, {@link io.github.jvig.kernels.AdaptiveAveragePool},
 * {@link io.github.jvig.kernels.AvgPoolBlend}
 * <li>other sizes: {@link io.github.jvig.kernels.Resize}, {@link io.github.jvig.kernels.DepthToSpace},
 * {@link io.github.jvig.kernels.SpaceToDepth}
 * <li>attention: {@link io.github.jvig.kernels.Attention}, {@link io.github.jvig.kernels.LinearAttention},
 * {@link io.github.jvig.kernels.CrossCovariance}, {@link io.github.jvig.kernels.SeparableAttention},
 * {@link io.github.jvig.kernels.SpatialSoftmax}, {@link io.github.jvig.kernels.AttentionScores},
 * {@link io.github.jvig.kernels.NeighborhoodAggregation}
 * <li>scans: {@link io.github.jvig.kernels.SelectiveScan}
 * <li>matrices: {@link io.github.jvig.kernels.MatrixProduct}
 * <li>normalization: {@link io.github.jvig.kernels.LayerNorm}, {@link io.github.jvig.kernels.ChannelNorm},
 * {@link io.github.jvig.kernels.MapNorm}
 * <li>graph convolution: {@link io.github.jvig.kernels.MaxRelative}, {@link io.github.jvig.kernels.ThresholdedMaxRelative},
 * {@link io.github.jvig.kernels.RolledL1Distance}, {@link io.github.jvig.kernels.MeanMinusStd}
 * </ul>
 *
 * <p>Activations are NHWC float32 in a {@code float[]}, one image per call, with the channels of a pixel padded to a multiple of 16
 * ({@link io.github.jvig.kernels.MapLayout}). The padding holds zeros and every kernel keeps them, so no kernel has code for remaining
 * channels.
 *
 * <p>Numbers: the scalar kernels define each operation, in the order of operations that its spec gives. Other kernels may add in another order
 * and use fused multiply-adds, so results of two providers differ by rounding; each spec says by how much. One kernel gives the same bits on
 * every run, whatever the threads. Inputs, weights and biases are meant to be finite. Values beyond the range of float become infinite
 * rather than an error, and each spec says what NaN and infinities do; providers may differ in them where the spec says so.
 */
package io.github.jvig.kernels;
