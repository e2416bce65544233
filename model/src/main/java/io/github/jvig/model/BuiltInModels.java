package io.github.jvig.model;

import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.GreedyViG;
import io.github.jvig.model.nets.InvertedResidualNet;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.MobileViGv2;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.vision.Interpolation;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.net.URI;
import java.util.List;

/**
 * The nets that come with JViG. Facts on published weights are given only where they were checked: no revision or hash is pinned yet, and
 * a license is missing where the publisher's has not been read.
 */
final class BuiltInModels implements ModelProvider {
    private static final String HUB = "https://huggingface.co/";
    private static final String AUTHORS = "authors";
    private static final int SIZE = 224;
    private static final double UNKNOWN = Double.NaN;

    private static final List<ModelInfo> ALL = List.of(
            ModelInfo.builder(Models.DIGITS,
                    MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10),
                    Preprocessing.digits()).labels(Labels::digits).paper("a small MobileViG for handwritten digits")
                    .build(),
            mobileViG("ti", MobileViG.ti(), 75.7),
            mobileViG("s", MobileViG.s(), 78.2),
            mobileViG("m", MobileViG.m(), 80.6),
            mobileViG("b", MobileViG.b(), 82.6),
            mobileViGv2("ti", MobileViGv2.ti(), 77.7),
            mobileViGv2("s", MobileViGv2.s(), 79.8),
            mobileViGv2("m", MobileViGv2.m(), 81.7),
            mobileViGv2("b", MobileViGv2.b(), 83.4),
            greedyViG("s", GreedyViG.s(), 81.1),
            greedyViG("m", GreedyViG.m(), 82.9),
            greedyViG("b", GreedyViG.b(), 83.9),
            mobileNetV2("050", "lamb_in1k", InvertedResidualNet.mobileNetV2(0.5), UNKNOWN),
            mobileNetV2("100", "ra_in1k", InvertedResidualNet.mobileNetV2(1), 71.8),
            mobileNetV2("110d", "ra_in1k", InvertedResidualNet.deepMobileNetV2(1.1, 1.2), UNKNOWN),
            mobileNetV2("120d", "ra_in1k", InvertedResidualNet.deepMobileNetV2(1.2, 1.4), UNKNOWN),
            mobileNetV2("140", "ra_in1k", InvertedResidualNet.mobileNetV2(1.4), 74.7),
            timm("mnasnet_100", "rmsp_in1k", InvertedResidualNet.mnasNet(), 0.875, Interpolation.BICUBIC, 74.5,
                    "MnasNet-B1, CVPR 2019, arXiv 1807.11626"),
            timm("fbnetc_100", "rmsp_in1k", InvertedResidualNet.fbNetC(), 0.875, Interpolation.BILINEAR, 74.9,
                    "FBNet-C, CVPR 2019, arXiv 1812.03443"),
            timm("spnasnet_100", "rmsp_in1k", InvertedResidualNet.singlePathNas(), 0.875, Interpolation.BILINEAR,
                    74.96, "Single-Path NAS, ECML PKDD 2019, arXiv 1904.02877"),
            efficientFormer("l1", EfficientFormer.l1(), 79.2),
            efficientFormer("l3", EfficientFormer.l3(), 82.4),
            efficientFormer("l7", EfficientFormer.l7(), 83.3));

    @Override
    public List<ModelInfo> models() {
        return ALL;
    }

    private static ModelInfo mobileViG(String size, Net net, double top1) {
        return imagenet("mobilevig_" + size, net, 0.9, Interpolation.BICUBIC,
                "MobileViG, CVPRW 2023, arXiv 2307.00395",
                published(AUTHORS, "https://github.com/SLDGroup/MobileViG", top1).withLicense("Apache-2.0"));
    }

    private static ModelInfo mobileViGv2(String size, Net net, double top1) {
        return imagenet("mobilevigv2_" + size, net, 0.9, Interpolation.BICUBIC,
                "MobileViGv2, CVPRW 2024, arXiv 2406.05850", published(AUTHORS, HUB + "SLDGroup/MobileViGv2", top1));
    }

    private static ModelInfo greedyViG(String size, Net net, double top1) {
        return imagenet("greedyvig_" + size, net, 0.9, Interpolation.BICUBIC,
                "GreedyViG, CVPR 2024, arXiv 2405.06849", published(AUTHORS, HUB + "SLDGroup/GreedyViG", top1));
    }

    private static ModelInfo mobileNetV2(String width, String tag, Net net, double top1) {
        return timm("mobilenetv2_" + width, tag, net, 0.875, Interpolation.BICUBIC, top1,
                "MobileNetV2, CVPR 2018, arXiv 1801.04381");
    }

    private static ModelInfo efficientFormer(String size, Net net, double top1) {
        return timm("efficientformer_" + size, "snap_dist_in1k", net, 0.95, Interpolation.BICUBIC, top1,
                "EfficientFormer, NeurIPS 2022, arXiv 2206.01191");
    }

    /** A net of timm's, whose repository on the hub is called by the net's name, a dot, and the tag. */
    private static ModelInfo timm(String name, String tag, Net net, double cropFraction, Interpolation interpolation,
            double top1, String paper) {
        return imagenet(name, net, cropFraction, interpolation, paper,
                published(tag, HUB + "timm/" + name + "." + tag, top1));
    }

    private static ModelInfo imagenet(String name, Net net, double cropFraction, Interpolation interpolation,
            String paper, PublishedWeights weights) {
        return ModelInfo.builder(name, net, Preprocessing.imagenet(SIZE, cropFraction, interpolation))
                .labels(Labels::imagenet1k).paper(paper).weights(weights).build();
    }

    private static PublishedWeights published(String tag, String page, double top1) {
        PublishedWeights weights = PublishedWeights.at(tag, URI.create(page));
        return Double.isNaN(top1) ? weights : weights.withTop1(top1);
    }
}
