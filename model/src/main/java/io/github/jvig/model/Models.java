package io.github.jvig.model;

import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.GreedyViG;
import io.github.jvig.model.nets.InvertedResidualNet;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.MobileViGv2;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.vision.Interpolation;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The nets by name, and how to get one with its weights. */
public final class Models {
    /** The net that is built in, weights and all. */
    public static final String DIGITS = "digits";

    private static final String DIGITS_WEIGHTS = "digits/digits_mobilevig.safetensors";

    private static final List<ModelInfo> ALL = List.of(
            new ModelInfo(DIGITS,
                    MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10), 64, 1,
                    Interpolation.BILINEAR, Double.NaN, "a small MobileViG for handwritten digits", "built in"),
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
            mobileNetV2("050.lamb_in1k", InvertedResidualNet.mobileNetV2(0.5), Double.NaN),
            mobileNetV2("100.ra_in1k", InvertedResidualNet.mobileNetV2(1), 71.8),
            mobileNetV2("110d.ra_in1k", InvertedResidualNet.deepMobileNetV2(1.1, 1.2), Double.NaN),
            mobileNetV2("120d.ra_in1k", InvertedResidualNet.deepMobileNetV2(1.2, 1.4), Double.NaN),
            mobileNetV2("140.ra_in1k", InvertedResidualNet.mobileNetV2(1.4), 74.7),
            timm("mnasnet_100.rmsp_in1k", InvertedResidualNet.mnasNet(), 0.875, Interpolation.BICUBIC, 74.5,
                    "MnasNet-B1, CVPR 2019, arXiv 1807.11626"),
            timm("fbnetc_100.rmsp_in1k", InvertedResidualNet.fbNetC(), 0.875, Interpolation.BILINEAR, 74.9,
                    "FBNet-C, CVPR 2019, arXiv 1812.03443"),
            timm("spnasnet_100.rmsp_in1k", InvertedResidualNet.singlePathNas(), 0.875, Interpolation.BILINEAR, 74.96,
                    "Single-Path NAS, ECML PKDD 2019, arXiv 1904.02877"),
            efficientFormer("l1", EfficientFormer.l1(), 79.2),
            efficientFormer("l3", EfficientFormer.l3(), 82.4),
            efficientFormer("l7", EfficientFormer.l7(), 83.3));

    private static ModelInfo mobileViG(String size, Net net, double top1) {
        return new ModelInfo("mobilevig_" + size, net, 224, 0.9, Interpolation.BICUBIC, top1,
                "MobileViG, CVPRW 2023, arXiv 2307.00395", "github.com/SLDGroup/MobileViG");
    }

    private static ModelInfo mobileViGv2(String size, Net net, double top1) {
        return new ModelInfo("mobilevigv2_" + size, net, 224, 0.9, Interpolation.BICUBIC, top1,
                "MobileViGv2, CVPRW 2024, arXiv 2406.05850", "huggingface.co/SLDGroup/MobileViGv2");
    }

    private static ModelInfo greedyViG(String size, Net net, double top1) {
        return new ModelInfo("greedyvig_" + size, net, 224, 0.9, Interpolation.BICUBIC, top1,
                "GreedyViG, CVPR 2024, arXiv 2405.06849", "huggingface.co/SLDGroup/GreedyViG");
    }

    private static ModelInfo mobileNetV2(String variant, Net net, double top1) {
        return timm("mobilenetv2_" + variant, net, 0.875, Interpolation.BICUBIC, top1,
                "MobileNetV2, CVPR 2018, arXiv 1801.04381");
    }

    private static ModelInfo efficientFormer(String size, Net net, double top1) {
        return timm("efficientformer_" + size + ".snap_dist_in1k", net, 0.95, Interpolation.BICUBIC, top1,
                "EfficientFormer, NeurIPS 2022, arXiv 2206.01191");
    }

    /** @param repository timm's on the hub: the net's name, a dot, how it was trained */
    private static ModelInfo timm(String repository, Net net, double cropFraction, Interpolation resample, double top1,
            String paper) {
        return new ModelInfo(repository.substring(0, repository.indexOf('.')), net, 224, cropFraction, resample, top1,
                paper, "huggingface.co/timm/" + repository);
    }

    private Models() {
    }

    /** Every net that has a name. */
    public static List<ModelInfo> all() {
        return ALL;
    }

    /**
     * The net of this name.
     *
     * @throws IllegalArgumentException that suggests the nearest name
     */
    public static ModelInfo info(String name) {
        return ALL.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow(() -> {
            List<String> names = ALL.stream().map(ModelInfo::name).toList();
            return new IllegalArgumentException("there is no model '" + name + "'; did you mean '"
                    + Names.nearest(name, names) + "'? There are " + String.join(", ", names));
        });
    }

    /** The built-in digits model. */
    public static Model digits() {
        try (InputStream in = Models.class.getResourceAsStream(DIGITS_WEIGHTS)) {
            return load(DIGITS, Weights.ofSafetensors("the built-in weights", in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in weights can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * A net with the trained weights of an authors' checkpoint: {@code .pth}, {@code .pth.tar} or safetensors.
     *
     * @throws IOException that names the file and, where there is one, the tensor at fault
     */
    public static Model load(String name, Path weights) throws IOException {
        return load(name, weights, StateDict.MODEL);
    }

    /** A net with one of the state dicts of a checkpoint, such as the moving average of its weights. */
    public static Model load(String name, Path weights, StateDict which) throws IOException {
        info(name);
        return load(name, Weights.load(weights, which));
    }

    /** A net with weights that were read before. */
    public static Model load(String name, Weights weights) throws IOException {
        return of(info(name), weights);
    }

    /** A net of any description with its weights. */
    public static Model of(ModelInfo info, Weights weights) throws IOException {
        Net fitted = info.net().configuredFor(weights);
        return new Model(info.with(fitted), Parameters.build(fitted, weights));
    }

    /** A net with random weights: to look at its plan and to time it. */
    public static Model random(String name) {
        ModelInfo info = info(name);
        try {
            return new Model(info, info.net().build(Parameters.random(1)));
        } catch (IOException e) {
            throw new IllegalStateException("random weights are of any shape", e);
        }
    }
}
