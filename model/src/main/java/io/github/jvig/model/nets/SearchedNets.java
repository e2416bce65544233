package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.model.nets.EfficientNet.Head;
import io.github.jvig.model.nets.EfficientNet.Squeeze;
import java.util.LinkedHashMap;
import java.util.Map;

/** Nets that a search found in the space of inverted residual blocks, and LCNet, as published, for 1,000 classes, by timm's names. */
public final class SearchedNets {
    private SearchedNets() {
    }

    /** {@return MnasNet-B1, and MnasNet-A1 by its name "semnasnet", Tan et al., arXiv 1807.11626} */
    public static Map<String, Net> mnasNet() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("mnasnet_100", new EfficientNetBuilder().stage("ds_r1_k3_s1_c16").stage("ir_r3_k3_s2_e3_c24")
                .stage("ir_r3_k5_s2_e3_c40").stage("ir_r3_k5_s2_e6_c80").stage("ir_r2_k3_s1_e6_c96")
                .stage("ir_r4_k5_s2_e6_c192").stage("ir_r1_k3_s1_e6_c320_noskip").build());
        nets.put("semnasnet_075", mnasNetA1(0.75));
        nets.put("semnasnet_100", mnasNetA1(1));
        return nets;
    }

    private static Net mnasNetA1(double width) {
        return new EfficientNetBuilder().stage("ds_r1_k3_s1_e1_c16_noskip").stage("ir_r2_k3_s2_e6_c24")
                .stage("ir_r3_k5_s2_e3_c40_se0.25").stage("ir_r4_k3_s2_e6_c80").stage("ir_r2_k3_s1_e6_c112_se0.25")
                .stage("ir_r3_k5_s2_e6_c160_se0.25").stage("ir_r1_k3_s1_e6_c320").width(width).build();
    }

    /** {@return FBNet-C, Wu et al., arXiv 1812.03443} */
    public static Map<String, Net> fbNet() {
        return Map.of("fbnetc_100", new EfficientNetBuilder().stem(16).stage("ir_r1_k3_s1_e1_c16")
                .stage("ir_r1_k3_s2_e6_c24", "ir_r2_k3_s1_e1_c24")
                .stage("ir_r1_k5_s2_e6_c32", "ir_r1_k5_s1_e3_c32", "ir_r1_k5_s1_e6_c32", "ir_r1_k3_s1_e6_c32")
                .stage("ir_r1_k5_s2_e6_c64", "ir_r1_k5_s1_e3_c64", "ir_r2_k5_s1_e6_c64")
                .stage("ir_r3_k5_s1_e6_c112", "ir_r1_k5_s1_e3_c112").stage("ir_r4_k5_s2_e6_c184")
                .stage("ir_r1_k3_s1_e6_c352").head(Head.CONV_POOL, 1984).build());
    }

    /** {@return Single-Path NAS, Stamoulis et al., arXiv 1904.02877} */
    public static Map<String, Net> singlePathNas() {
        return Map.of("spnasnet_100", new EfficientNetBuilder().stage("ds_r1_k3_s1_c16_noskip")
                .stage("ir_r3_k3_s2_e3_c24").stage("ir_r1_k5_s2_e6_c40", "ir_r3_k3_s1_e3_c40")
                .stage("ir_r1_k5_s2_e6_c80", "ir_r3_k3_s1_e3_c80").stage("ir_r1_k5_s1_e6_c96", "ir_r3_k5_s1_e3_c96")
                .stage("ir_r4_k5_s2_e6_c192").stage("ir_r1_k3_s1_e6_c320_noskip").build());
    }

    /** {@return FBNetV3, Dai et al., arXiv 2006.02049} */
    public static Map<String, Net> fbNetV3() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("fbnetv3_b", fbNetV3(16).stage("ds_r2_k3_s1_e1_c16").stage("ir_r1_k5_s2_e4_c24", "ir_r3_k5_s1_e2_c24")
                .stage("ir_r1_k5_s2_e5_c40_se0.25", "ir_r4_k5_s1_e3_c40_se0.25")
                .stage("ir_r1_k5_s2_e5_c72", "ir_r4_k3_s1_e3_c72")
                .stage("ir_r1_k3_s1_e5_c120_se0.25", "ir_r5_k5_s1_e3_c120_se0.25")
                .stage("ir_r1_k3_s2_e6_c184_se0.25", "ir_r5_k5_s1_e4_c184_se0.25", "ir_r1_k5_s1_e6_c224_se0.25")
                .stage("cn_r1_k1_s1_c1344").build());
        nets.put("fbnetv3_d", fbNetV3(24).stage("ds_r2_k3_s1_e1_c16").stage("ir_r1_k3_s2_e5_c24", "ir_r5_k3_s1_e2_c24")
                .stage("ir_r1_k5_s2_e4_c40_se0.25", "ir_r4_k3_s1_e3_c40_se0.25")
                .stage("ir_r1_k3_s2_e5_c72", "ir_r4_k3_s1_e3_c72")
                .stage("ir_r1_k3_s1_e5_c128_se0.25", "ir_r6_k5_s1_e3_c128_se0.25")
                .stage("ir_r1_k3_s2_e6_c208_se0.25", "ir_r5_k5_s1_e5_c208_se0.25", "ir_r1_k5_s1_e6_c240_se0.25")
                .stage("cn_r1_k1_s1_c1440").build());
        nets.put("fbnetv3_g", fbNetV3(32).stage("ds_r3_k3_s1_e1_c24").stage("ir_r1_k5_s2_e4_c40", "ir_r4_k5_s1_e2_c40")
                .stage("ir_r1_k5_s2_e4_c56_se0.25", "ir_r4_k5_s1_e3_c56_se0.25")
                .stage("ir_r1_k5_s2_e5_c104", "ir_r4_k3_s1_e3_c104")
                .stage("ir_r1_k3_s1_e5_c160_se0.25", "ir_r8_k5_s1_e3_c160_se0.25")
                .stage("ir_r1_k3_s2_e6_c264_se0.25", "ir_r6_k5_s1_e5_c264_se0.25", "ir_r2_k5_s1_e6_c288_se0.25")
                .stage("cn_r1_k1_s1_c1728").build());
        return nets;
    }

    private static EfficientNetBuilder fbNetV3(int stem) {
        double roundLimit = 0.95;
        return new EfficientNetBuilder().stem(stem).activation(Activation.HARD_SWISH).roundLimit(roundLimit)
                .squeeze(new Squeeze(Activation.HARD_SIGMOID, null, false, roundLimit)).head(Head.POOL_CONV, 1984);
    }

    /** {@return PP-LCNet, Cui et al., arXiv 2109.15099} */
    public static Map<String, Net> lcNet() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("lcnet_035", lcNet(0.35));
        nets.put("lcnet_050", lcNet(0.5));
        nets.put("lcnet_075", lcNet(0.75));
        nets.put("lcnet_100", lcNet(1));
        nets.put("lcnet_150", lcNet(1.5));
        return nets;
    }

    private static Net lcNet(double width) {
        return new EfficientNetBuilder().stem(16).stage("dsa_r1_k3_s1_c32").stage("dsa_r2_k3_s2_c64")
                .stage("dsa_r2_k3_s2_c128").stage("dsa_r1_k3_s2_c256", "dsa_r1_k5_s1_c256").stage("dsa_r4_k5_s1_c256")
                .stage("dsa_r2_k5_s2_c512_se0.25").activation(Activation.HARD_SWISH).width(width)
                .squeeze(new Squeeze(Activation.HARD_SIGMOID, Activation.RELU, true, 0))
                .head(Head.POOL_CONV_BIAS, 1280).build();
    }
}
