/**
 * From an image to a net's input, and from its logits to named classes: decoding ({@link io.github.jvig.model.vision.Images}), the
 * evaluation transform ({@link io.github.jvig.model.vision.Transform}), class names ({@link io.github.jvig.model.vision.Labels}), and the
 * classifier that combines them ({@link io.github.jvig.model.vision.ImageClassifier}). For many images there are
 * {@link io.github.jvig.model.vision.ImageFiles}, which finds them, and {@link io.github.jvig.model.vision.DecodePipeline}, which decodes
 * them in parallel.
 *
 * <p>The reference is the pipeline with which the nets were evaluated: PIL decodes and resizes, torchvision crops and normalizes. Pixels are
 * 8-bit RGB, alpha is dropped, color profiles are ignored, and a resized image has the same bytes as PIL's.
 */
package io.github.jvig.model.vision;
