/**
 * The kernels by the Vector API ({@code jdk.incubator.vector}). Nothing here is loaded before the guards of the lookup have passed.
 */
package io.github.jvig.kernels.vector;
