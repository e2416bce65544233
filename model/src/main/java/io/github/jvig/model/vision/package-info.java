/**
 * From an image to the input of a net, and from its outputs to classes, boxes and class maps. The evaluation transform
 * ({@link io.github.jvig.model.vision.Transform}) takes a decoded picture ({@link io.github.jvig.model.image.RgbImage}),
 * {@link io.github.jvig.model.vision.Labels} has the class names, and a classifier combines them. For many images,
 * {@link io.github.jvig.model.vision.DecodePipeline} decodes in parallel. Start reading at
 * {@link io.github.jvig.model.vision.ImageClassifier}.
 *
 * <p>The reference is the pipeline that the nets were evaluated with: PIL decodes and resizes, torchvision crops and normalizes.
 */
package io.github.jvig.model.vision;
