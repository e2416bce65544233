/**
 * JMH benchmarks: kernels on the layer shapes of real nets, and whole nets. Figures are ratios within one run on one machine.
 */
package io.github.jvig.bench;
