/**
 * Benchmarks: kernels on the layer shapes of real nets and whole nets with JMH, nets in comparison with ONNX Runtime, and probes of the
 * machine's peak performance and bandwidth. {@code scripts/bench} starts them. Start reading at
 * {@link io.github.jvig.bench.DefaultSuite}. Figures can only be compared within one run on one machine.
 */
package io.github.jvig.bench;
