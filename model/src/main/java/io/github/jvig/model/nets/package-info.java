/**
 * The nets. Each definition reads like its paper's figure, names its tensors as the authors' checkpoints do, and builds a
 * {@link io.github.jvig.model.graph.Graph}.
 */
package io.github.jvig.model.nets;
