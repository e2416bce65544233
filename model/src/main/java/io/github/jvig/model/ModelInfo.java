package io.github.jvig.model;

import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.vision.Interpolation;
import io.github.jvig.model.vision.Transform;

/**
 * A net that can be asked for by name.
 *
 * @param name         as in {@code --model}
 * @param net          its description
 * @param size         height and width of the input that it was trained for, in pixels
 * @param cropFraction share of the resized image's side that its evaluation keeps (timm's {@code crop_pct})
 * @param resample     how its evaluation resizes images
 * @param top1         accuracy on ImageNet-1K that its paper gives, in percent; NaN where there is none
 * @param paper        where it is described
 * @param weights      where trained weights are published
 */
public record ModelInfo(String name, Net net, int size, double cropFraction, Interpolation resample, double top1,
        String paper, String weights) {

    /** A net without a published checkpoint, with the evaluation of the MobileViG family: bicubic, nine tenths kept. */
    public static ModelInfo of(String name, Net net, int size) {
        return new ModelInfo(name, net, size, 0.9, Interpolation.BICUBIC, Double.NaN, "", "");
    }

    /** The transform that its evaluation gives an image for an input of this size. */
    public Transform evaluation(int height, int width) {
        return Transform.imagenet(height, width, cropFraction, resample);
    }

    /** The same name for a net fitted to a checkpoint. */
    ModelInfo with(Net fitted) {
        return new ModelInfo(name, fitted, size, cropFraction, resample, top1, paper, weights);
    }
}
