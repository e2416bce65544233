/** From a graph to what kernels compute at one input size, and where their buffers lie. Every device starts from here. */
package io.github.jvig.model.lowering;
