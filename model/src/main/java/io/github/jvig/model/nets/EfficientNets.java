package io.github.jvig.model.nets;

import io.github.jvig.kernels.Activation;
import io.github.jvig.model.nets.EfficientNet.Head;
import io.github.jvig.model.nets.EfficientNetBlock.Rounding;
import java.util.LinkedHashMap;
import java.util.Map;

/** EfficientNet and EfficientNet-Lite as published, for 1,000 classes, by timm's names. */
public final class EfficientNets {
    /** Factors of the channels and of the blocks, from 0 to 4. */
    private static final double[][] SCALES = {{1, 1}, {1, 1.1}, {1.1, 1.2}, {1.2, 1.4}, {1.4, 1.8}};

    private EfficientNets() {
    }

    /** {@return EfficientNet-B0 to B4, Tan and Le, arXiv 1905.11946; names with tf are for weights trained in TensorFlow} */
    public static Map<String, Net> b() {
        Map<String, Net> nets = new LinkedHashMap<>();
        for (int i = 0; i < SCALES.length; i++) {
            nets.put("efficientnet_b" + i, b(SCALES[i]).build());
        }
        for (int i = 0; i < SCALES.length; i++) {
            nets.put("tf_efficientnet_b" + i, b(SCALES[i]).tensorFlow().build());
        }
        return nets;
    }

    private static EfficientNetBuilder b(double[] scale) {
        EfficientNetBuilder net = blocks("_se0.25").width(scale[0]).depth(scale[1], Rounding.CEIL)
                .activation(Activation.SILU);
        return net.head(Head.CONV_POOL, net.channels(1280));
    }

    /** {@return EfficientNet-Lite0 to Lite4: without gates, with ReLU6, and with the stem, head and ends of Lite0} */
    public static Map<String, Net> lite() {
        Map<String, Net> nets = new LinkedHashMap<>();
        for (int i = 0; i < SCALES.length; i++) {
            nets.put("efficientnet_lite" + i, lite(SCALES[i]).build());
        }
        for (int i = 0; i < SCALES.length; i++) {
            nets.put("tf_efficientnet_lite" + i, lite(SCALES[i]).tensorFlow().build());
        }
        return nets;
    }

    private static EfficientNetBuilder lite(double[] scale) {
        return blocks("").width(scale[0]).depth(scale[1], Rounding.CEIL).fixedStem().fixedEnds()
                .activation(Activation.RELU6);
    }

    /** {@return TinyNet-A to E, Han et al., arXiv 2010.14819} */
    public static Map<String, Net> tinyNet() {
        Map<String, Net> nets = new LinkedHashMap<>();
        nets.put("tinynet_a", tinyNet(1.0, 1.2));
        nets.put("tinynet_b", tinyNet(0.75, 1.1));
        nets.put("tinynet_c", tinyNet(0.54, 0.85));
        nets.put("tinynet_d", tinyNet(0.54, 0.695));
        nets.put("tinynet_e", tinyNet(0.51, 0.6));
        return nets;
    }

    private static Net tinyNet(double width, double depth) {
        return blocks("_se0.25").width(width).depth(depth, Rounding.NEAREST).fixedStem().activation(Activation.SILU)
                .build();
    }

    /** Table 1. */
    private static EfficientNetBuilder blocks(String gate) {
        return new EfficientNetBuilder().stage("ds_r1_k3_s1_e1_c16" + gate).stage("ir_r2_k3_s2_e6_c24" + gate)
                .stage("ir_r2_k5_s2_e6_c40" + gate).stage("ir_r3_k3_s2_e6_c80" + gate)
                .stage("ir_r3_k5_s1_e6_c112" + gate).stage("ir_r4_k5_s2_e6_c192" + gate)
                .stage("ir_r1_k3_s1_e6_c320" + gate);
    }
}
