/**
 * From an image file to the tensor that a net eats, and from its logits to named classes: decoding
 * ({@link io.github.jvig.model.vision.Images}), the evaluation transform ({@link io.github.jvig.model.vision.Transform}), class names
 * ({@link io.github.jvig.model.vision.Labels}) and the classifier that ties them ({@link io.github.jvig.model.vision.ImageClassifier}).
 *
 * <p>The yardstick is the pipeline that the nets were evaluated with: PIL decodes and resizes, torchvision crops and normalizes. Pixels are
 * 8-bit RGB, alpha is dropped, color profiles are ignored, and the resize gives PIL's own bytes.
 */
package io.github.jvig.model.vision;
