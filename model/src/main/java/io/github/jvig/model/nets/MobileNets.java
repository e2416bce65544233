package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.model.nets.EfficientNet.Head;
import io.github.jvig.model.nets.EfficientNet.Squeeze;
import io.github.jvig.model.nets.EfficientNetBlock.Rounding;
import java.util.LinkedHashMap;
import java.util.Map;

/** The MobileNets as published, for 1,000 classes, by timm's names. */
public final class MobileNets {
    /** MobileNetV3's gates: squeezed channels in multiples of 8, ReLU, hard-sigmoid. */
    private static final Squeeze V3_SQUEEZE = new Squeeze(Activation.HARD_SIGMOID, Activation.RELU, true,
            EfficientNet.ROUND_LIMIT);
    /** Below this width, MobileNetV3's stem keeps its channels. */
    private static final double V3_MIN_STEM_WIDTH = 0.75;

    private MobileNets() {
    }

    /** {@return MobileNetV1, Howard et al., arXiv 1704.04861} */
    public static Map<String, Net> v1() {
        return Map.of("mobilenetv1_100", new EfficientNetBuilder().stage("dsa_r1_k3_s1_c64").stage("dsa_r2_k3_s2_c128")
                .stage("dsa_r2_k3_s2_c256").stage("dsa_r6_k3_s2_c512").stage("dsa_r2_k3_s2_c1024")
                .activation(Activation.RELU6).head(Head.POOL, 0).build());
    }

    /** {@return MobileNetV2, Sandler et al., arXiv 1801.04381; the names with a d have more blocks, and the stem and head of width 1} */
    public static Map<String, Net> v2() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("mobilenetv2_050", v2(0.5).build());
        nets.put("mobilenetv2_100", v2(1).build());
        nets.put("mobilenetv2_110d", v2(1.1).depth(1.2, Rounding.CEIL).fixedEnds().fixedStem().build());
        nets.put("mobilenetv2_120d", v2(1.2).depth(1.4, Rounding.CEIL).fixedEnds().fixedStem().build());
        EfficientNetBuilder wide = v2(1.4);
        nets.put("mobilenetv2_140", wide.head(Head.CONV_POOL, wide.channels(1280)).build());
        return nets;
    }

    /** Table 2. */
    private static EfficientNetBuilder v2(double width) {
        return new EfficientNetBuilder().stage("ds_r1_k3_s1_c16").stage("ir_r2_k3_s2_e6_c24")
                .stage("ir_r3_k3_s2_e6_c32")
                .stage("ir_r4_k3_s2_e6_c64").stage("ir_r3_k3_s1_e6_c96").stage("ir_r3_k3_s2_e6_c160")
                .stage("ir_r1_k3_s1_e6_c320").activation(Activation.RELU6).width(width);
    }

    /**
     * MobileNetV3.
     *
     * @return the nets of Howard et al., arXiv 1905.02244; names with tf are for weights trained in TensorFlow, "minimal" is without gates,
     *         5x5 windows and hard-swish, and "rw" an older form of the large one
     */
    public static Map<String, Net> v3() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("mobilenetv3_large_075", v3Large(0.75).build());
        nets.put("mobilenetv3_large_100", v3Large(1).build());
        nets.put("mobilenetv3_small_050", v3Small(0.5).build());
        nets.put("mobilenetv3_small_075", v3Small(0.75).build());
        nets.put("mobilenetv3_small_100", v3Small(1).build());
        nets.put("mobilenetv3_rw", v3Rw().build());
        nets.put("tf_mobilenetv3_large_075", v3Large(0.75).tensorFlow().build());
        nets.put("tf_mobilenetv3_large_100", v3Large(1).tensorFlow().build());
        nets.put("tf_mobilenetv3_large_minimal_100", v3LargeMinimal().tensorFlow().build());
        nets.put("tf_mobilenetv3_small_075", v3Small(0.75).tensorFlow().build());
        nets.put("tf_mobilenetv3_small_100", v3Small(1).tensorFlow().build());
        nets.put("tf_mobilenetv3_small_minimal_100", v3SmallMinimal().tensorFlow().build());
        return nets;
    }

    private static EfficientNetBuilder v3(Activation activation, int features, double width) {
        EfficientNetBuilder net = new EfficientNetBuilder().stem(16).activation(activation).squeeze(V3_SQUEEZE)
                .head(Head.POOL_CONV_BIAS, features).width(width);
        return width < V3_MIN_STEM_WIDTH ? net.fixedStem() : net;
    }

    /** Table 1. */
    private static EfficientNetBuilder v3Large(double width) {
        return v3Large(width, "ds_r1_k3_s1_e1_c16_nre");
    }

    private static EfficientNetBuilder v3Large(double width, String first) {
        return v3(Activation.HARD_SWISH, 1280, width).stage(first)
                .stage("ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre").stage("ir_r3_k5_s2_e3_c40_se0.25_nre")
                .stage("ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80")
                .stage("ir_r2_k3_s1_e6_c112_se0.25").stage("ir_r3_k5_s2_e6_c160_se0.25").stage("cn_r1_k1_s1_c960");
    }

    /** Its weights were trained with TensorFlow's epsilon. */
    private static EfficientNetBuilder v3Rw() {
        return v3Large(1, "ds_r1_k3_s1_e1_c16_nre_noskip").head(Head.POOL_CONV, 1280)
                .tensorFlowEpsilon().squeeze(new Squeeze(Activation.HARD_SIGMOID, null, true, 0));
    }

    private static EfficientNetBuilder v3LargeMinimal() {
        return v3(Activation.RELU, 1280, 1).stage("ds_r1_k3_s1_e1_c16")
                .stage("ir_r1_k3_s2_e4_c24", "ir_r1_k3_s1_e3_c24").stage("ir_r3_k3_s2_e3_c40")
                .stage("ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80")
                .stage("ir_r2_k3_s1_e6_c112").stage("ir_r3_k3_s2_e6_c160").stage("cn_r1_k1_s1_c960");
    }

    /** Table 2. */
    private static EfficientNetBuilder v3Small(double width) {
        return v3(Activation.HARD_SWISH, 1024, width).stage("ds_r1_k3_s2_e1_c16_se0.25_nre")
                .stage("ir_r1_k3_s2_e4.5_c24_nre", "ir_r1_k3_s1_e3.67_c24_nre")
                .stage("ir_r1_k5_s2_e4_c40_se0.25", "ir_r2_k5_s1_e6_c40_se0.25").stage("ir_r2_k5_s1_e3_c48_se0.25")
                .stage("ir_r3_k5_s2_e6_c96_se0.25").stage("cn_r1_k1_s1_c576");
    }

    private static EfficientNetBuilder v3SmallMinimal() {
        return v3(Activation.RELU, 1024, 1).stage("ds_r1_k3_s2_e1_c16")
                .stage("ir_r1_k3_s2_e4.5_c24", "ir_r1_k3_s1_e3.67_c24")
                .stage("ir_r1_k3_s2_e4_c40", "ir_r2_k3_s1_e6_c40").stage("ir_r2_k3_s1_e3_c48")
                .stage("ir_r3_k3_s2_e6_c96").stage("cn_r1_k1_s1_c576");
    }

    /** {@return MobileNetV4, Qin et al., arXiv 2404.10518} */
    public static Map<String, Net> v4() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("mobilenetv4_conv_small", v4(32, Activation.RELU).stage("cn_r1_k3_s2_e1_c32", "cn_r1_k1_s1_e1_c32")
                .stage("cn_r1_k3_s2_e1_c96", "cn_r1_k1_s1_e1_c64")
                .stage("uir_r1_a5_k5_s2_e3_c96", "uir_r4_a0_k3_s1_e2_c96", "uir_r1_a3_k0_s1_e4_c96")
                .stage("uir_r1_a3_k3_s2_e6_c128", "uir_r1_a5_k5_s1_e4_c128", "uir_r1_a0_k5_s1_e4_c128",
                        "uir_r1_a0_k5_s1_e3_c128", "uir_r2_a0_k3_s1_e4_c128")
                .stage("cn_r1_k1_s1_c960").build());
        nets.put("mobilenetv4_conv_medium", v4(32, Activation.RELU).stage("er_r1_k3_s2_e4_c48")
                .stage("uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80")
                .stage("uir_r1_a3_k5_s2_e6_c160", "uir_r2_a3_k3_s1_e4_c160", "uir_r1_a3_k5_s1_e4_c160",
                        "uir_r1_a3_k3_s1_e4_c160", "uir_r1_a3_k0_s1_e4_c160", "uir_r1_a0_k0_s1_e2_c160",
                        "uir_r1_a3_k0_s1_e4_c160")
                .stage("uir_r1_a5_k5_s2_e6_c256", "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a3_k5_s1_e4_c256",
                        "uir_r1_a0_k0_s1_e4_c256", "uir_r1_a3_k0_s1_e4_c256", "uir_r1_a3_k5_s1_e2_c256",
                        "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a0_k0_s1_e4_c256", "uir_r1_a5_k0_s1_e2_c256")
                .stage("cn_r1_k1_s1_c960").build());
        nets.put("mobilenetv4_conv_large", v4(24, Activation.RELU).stage("er_r1_k3_s2_e4_c48")
                .stage("uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96")
                .stage("uir_r1_a3_k5_s2_e4_c192", "uir_r3_a3_k3_s1_e4_c192", "uir_r1_a3_k5_s1_e4_c192",
                        "uir_r5_a5_k3_s1_e4_c192", "uir_r1_a3_k0_s1_e4_c192")
                .stage("uir_r4_a5_k5_s2_e4_c512", "uir_r1_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512",
                        "uir_r2_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512", "uir_r1_a5_k5_s1_e4_c512",
                        "uir_r3_a5_k0_s1_e4_c512")
                .stage("cn_r1_k1_s1_c960").build());
        nets.put("mobilenetv4_hybrid_medium", v4(32, Activation.RELU).layerScale().stage("er_r1_k3_s2_e4_c48")
                .stage("uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80")
                .stage("uir_r1_a3_k5_s2_e6_c160", "uir_r1_a0_k0_s1_e2_c160", "uir_r1_a3_k3_s1_e4_c160",
                        "uir_r1_a3_k5_s1_e4_c160", "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k3_s1_e4_c160",
                        "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k0_s1_e4_c160", "mqa_r1_k3_h4_s1_v2_d64_c160",
                        "uir_r1_a3_k3_s1_e4_c160", "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k0_s1_e4_c160")
                .stage("uir_r1_a5_k5_s2_e6_c256", "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a3_k5_s1_e4_c256",
                        "uir_r1_a0_k0_s1_e2_c256", "uir_r1_a3_k5_s1_e2_c256", "uir_r1_a0_k0_s1_e2_c256",
                        "uir_r1_a0_k0_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a3_k0_s1_e4_c256",
                        "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a5_k5_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256",
                        "uir_r1_a5_k0_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a5_k0_s1_e4_c256")
                .stage("cn_r1_k1_s1_c960").build());
        nets.put("mobilenetv4_hybrid_large", v4(24, Activation.GELU).layerScale().stage("er_r1_k3_s2_e4_c48")
                .stage("uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96")
                .stage("uir_r1_a3_k5_s2_e4_c192", "uir_r3_a3_k3_s1_e4_c192", "uir_r1_a3_k5_s1_e4_c192",
                        "uir_r2_a5_k3_s1_e4_c192", "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a5_k3_s1_e4_c192",
                        "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a5_k3_s1_e4_c192", "mqa_r1_k3_h8_s1_v2_d48_c192",
                        "uir_r1_a5_k3_s1_e4_c192", "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a3_k0_s1_e4_c192")
                .stage("uir_r4_a5_k5_s2_e4_c512", "uir_r1_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512",
                        "uir_r2_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512", "uir_r1_a5_k5_s1_e4_c512",
                        "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512", "mqa_r1_k3_h8_s1_d64_c512",
                        "uir_r1_a5_k0_s1_e4_c512", "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512",
                        "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512")
                .stage("cn_r1_k1_s1_c960").build());
        return nets;
    }

    private static EfficientNetBuilder v4(int stem, Activation activation) {
        return new EfficientNetBuilder().stem(stem).activation(activation).head(Head.POOL_CONV_NORM, 1280);
    }
}
