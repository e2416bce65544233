/**
 * Depthwise convolutions: by tiles of seven to sixteen outputs for the windows of nearly every net, one for all other windows, one with
 * weights by place, and a deformable one.
 */
package io.github.jvig.kernels.vector.depthwise;
