/**
 * Benchmarks: kernels on the layer shapes of real nets and whole nets by JMH, nets side by side with ONNX Runtime, and probes of what the
 * machine can do at most. {@code scripts/bench} starts them. Figures are ratios within one run on one machine.
 */
package io.github.jvig.bench;
