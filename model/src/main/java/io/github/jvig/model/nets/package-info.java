/**
 * The nets. Each class describes a family of nets: it reads like the figure in the paper, uses the tensor names of the authors'
 * checkpoints, and builds a {@link io.github.jvig.model.graph.Graph} with a {@link io.github.jvig.model.nets.GraphBuilder}. Start reading at
 * {@link io.github.jvig.model.nets.Net} and {@link io.github.jvig.model.nets.MobileViG}.
 */
package io.github.jvig.model.nets;
