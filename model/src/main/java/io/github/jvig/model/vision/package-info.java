/**
 * From an image to the input of a net, and from logits to class names: decoding ({@link io.github.jvig.model.vision.Images}), the
 * evaluation transform ({@link io.github.jvig.model.vision.Transform}), class names ({@link io.github.jvig.model.vision.Labels}), and the
 * classifier that combines them. For many images, {@link io.github.jvig.model.vision.ImageFiles} finds them and
 * {@link io.github.jvig.model.vision.DecodePipeline} decodes them in parallel. Start reading at
 * {@link io.github.jvig.model.vision.ImageClassifier}.
 *
 * <p>The reference is the pipeline that the nets were evaluated with: PIL decodes and resizes, torchvision crops and normalizes. Pixels are
 * 8-bit RGB, alpha is dropped, color profiles are ignored, and a resized image has the same bytes as PIL's.
 */
package io.github.jvig.model.vision;
