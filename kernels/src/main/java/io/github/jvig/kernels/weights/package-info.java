/** How kernels lay out their weights. Not exported. */
package io.github.jvig.kernels.weights;
