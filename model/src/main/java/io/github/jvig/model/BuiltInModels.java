package io.github.jvig.model;

import io.github.jvig.model.nets.CasViT;
import io.github.jvig.model.nets.ConvNeXt;
import io.github.jvig.model.nets.CARETransformer;
import io.github.jvig.model.nets.EdgeNeXt;
import io.github.jvig.model.nets.EfficientFormer;
import io.github.jvig.model.nets.EfficientMod;
import io.github.jvig.model.nets.EfficientNets;
import io.github.jvig.model.nets.EmoV2;
import io.github.jvig.model.nets.FasterNet;
import io.github.jvig.model.nets.GhostNet;
import io.github.jvig.model.nets.GreedyViG;
import io.github.jvig.model.nets.Moat;
import io.github.jvig.model.nets.MobileNets;
import io.github.jvig.model.nets.MobileOne;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.MobileViGv2;
import io.github.jvig.model.nets.NASNet;
import io.github.jvig.model.nets.MobileViT;
import io.github.jvig.model.nets.MobileViTv2;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.NextViT;
import io.github.jvig.model.nets.OverLoCK;
import io.github.jvig.model.nets.PartialNet;
import io.github.jvig.model.nets.RepViT;
import io.github.jvig.model.nets.ResNet;
import io.github.jvig.model.nets.SHViT;
import io.github.jvig.model.nets.SearchedNets;
import io.github.jvig.model.nets.SpaRTAN;
import io.github.jvig.model.nets.StarNet;
import io.github.jvig.model.nets.UniRepLKNet;
import io.github.jvig.model.nets.SkipblockNet;
import io.github.jvig.model.nets.VCMamba;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nets that come with JViG, family by family. Facts on published weights ({@link PublishedTable}) are given only where they were checked:
 * no revision or hash is pinned yet, and a license is missing where the publisher's has not been read. A family is made when one of its nets is
 * asked for.
 */
final class BuiltInModels implements ModelProvider {
    private static final PublishedTable PUBLISHED = PublishedTable.read();
    private static final String CAS_VIT = "cas_vit_";
    private static final String AUTHORS_CAS_VIT = "rcvit_";
    private static final Map<String, ModelInfo> MADE = new ConcurrentHashMap<>();

    /**
     * Nets of one paper, in the order in which they are listed. A switch makes them: forty references to methods would take longer to set up
     * than a family.
     */
    enum Family {
        MOBILEVIG("MobileViG, CVPRW 2023, arXiv 2307.00395", "mobilevig_"),
        MOBILEVIG_V2("MobileViGv2, CVPRW 2024, arXiv 2406.05850", "mobilevigv2_"),
        GREEDYVIG("GreedyViG, CVPR 2024, arXiv 2405.06849", "greedyvig_"),
        MOBILENET_V1("MobileNetV1, arXiv 1704.04861", "mobilenetv1_"),
        MOBILENET_V2("MobileNetV2, CVPR 2018, arXiv 1801.04381", "mobilenetv2_"),
        MOBILENET_V3("MobileNetV3, ICCV 2019, arXiv 1905.02244", "mobilenetv3_", "tf_mobilenetv3_"),
        MOBILENET_V4("MobileNetV4, ECCV 2024, arXiv 2404.10518", "mobilenetv4_"),
        MNASNET("MnasNet, CVPR 2019, arXiv 1807.11626", "mnasnet_", "semnasnet_"),
        FBNET("FBNet-C, CVPR 2019, arXiv 1812.03443", "fbnetc_"),
        SINGLE_PATH_NAS("Single-Path NAS, ECML PKDD 2019, arXiv 1904.02877", "spnasnet_"),
        FBNET_V3("FBNetV3, CVPR 2021, arXiv 2006.02049", "fbnetv3_"),
        LCNET("PP-LCNet, arXiv 2109.15099", "lcnet_"),
        EFFICIENTNET("EfficientNet, ICML 2019, arXiv 1905.11946", "efficientnet_b", "tf_efficientnet_b"),
        EFFICIENTNET_LITE("EfficientNet-Lite, Google 2020", "efficientnet_lite", "tf_efficientnet_lite"),
        TINYNET("TinyNet, NeurIPS 2020, arXiv 2010.14819", "tinynet_"),
        EFFICIENTFORMER("EfficientFormer, NeurIPS 2022, arXiv 2206.01191", "efficientformer_"),
        REPVIT("RepViT, CVPR 2024, arXiv 2307.09283", "repvit_"),
        STARNET("StarNet, CVPR 2024, arXiv 2403.19967", "starnet_"),
        MOBILEONE("MobileOne, CVPR 2023, arXiv 2206.04040", "mobileone_"),
        CONVNEXT("ConvNeXt, CVPR 2022, arXiv 2201.03545", "convnext_"),
        RESNET("ResNet, CVPR 2016, arXiv 1512.03385", "resnet"),
        UNIREPLKNET("UniRepLKNet, CVPR 2024, arXiv 2311.15599", "unireplknet_"),
        NASNET("NASNet-A, CVPR 2018, arXiv 1707.07012", "nasneta"),
        SKIPBLOCKNET("SkipblockNet, ICCV 2021, arXiv 2107.11170", "skipblocknet_"),
        VCMAMBA("VCMamba, ICCVW 2025, arXiv 2509.04669", "vcmamba_"),
        CARE("CARE Transformer, CVPR 2025, arXiv 2411.16170", "care_"),
        NEXTVIT("Next-ViT, arXiv 2207.05501", "nextvit_"),
        MOBILEVIT("MobileViT, ICLR 2022, arXiv 2110.02178", "mobilevit_"),
        MOBILEVIT_V2("MobileViTv2, TMLR 2023, arXiv 2206.02680", "mobilevitv2_"),
        EDGENEXT("EdgeNeXt, ECCVW 2022, arXiv 2206.10589", "edgenext_"),
        EMO_V2("EMOv2, arXiv 2412.06674", "emov2_"),
        MOAT("MOAT, ICLR 2023, arXiv 2210.01820", "moat_"),
        SHVIT("SHViT, CVPR 2024, arXiv 2401.16456", "shvit_"),
        FASTERNET("FasterNet, CVPR 2023, arXiv 2303.03667", "fasternet_"),
        GHOSTNET("GhostNet, CVPR 2020, arXiv 1911.11907", "ghostnet_"),
        GHOSTNET_V2("GhostNetV2, NeurIPS 2022, arXiv 2211.12905", "ghostnetv2_"),
        EFFICIENTMOD("EfficientMod, ICLR 2024, arXiv 2403.19963", "efficientmod_"),
        CASVIT("CAS-ViT, arXiv 2408.03703", CAS_VIT),
        OVERLOCK("OverLoCK, CVPR 2025, arXiv 2502.20087", "overlock_"),
        SPARTAN("SpaRTAN, IJCNN 2025, arXiv 2507.10999", "spartan_"),
        PATNET("PATNet, arXiv 2502.01303", "patnet_");

        private final String paper;
        private final List<String> prefixes;

        /** @param prefixes how the names of the nets start */
        Family(String paper, String... prefixes) {
            this.paper = paper;
            this.prefixes = List.of(prefixes);
        }

        String paper() {
            return paper;
        }

        boolean mayHave(String name) {
            for (String prefix : prefixes) {
                if (name.startsWith(prefix)) {
                    return true;
                }
            }
            return false;
        }

        /** Makes the nets, by their names. */
        Map<String, ? extends Net> nets() {
            return switch (this) {
                case MOBILEVIG -> MobileViG.named();
                case MOBILEVIG_V2 -> MobileViGv2.named();
                case GREEDYVIG -> GreedyViG.named();
                case MOBILENET_V1 -> MobileNets.v1();
                case MOBILENET_V2 -> MobileNets.v2();
                case MOBILENET_V3 -> MobileNets.v3();
                case MOBILENET_V4 -> MobileNets.v4();
                case MNASNET -> SearchedNets.mnasNet();
                case FBNET -> SearchedNets.fbNet();
                case SINGLE_PATH_NAS -> SearchedNets.singlePathNas();
                case FBNET_V3 -> SearchedNets.fbNetV3();
                case LCNET -> SearchedNets.lcNet();
                case EFFICIENTNET -> EfficientNets.b();
                case EFFICIENTNET_LITE -> EfficientNets.lite();
                case TINYNET -> EfficientNets.tinyNet();
                case EFFICIENTFORMER -> EfficientFormer.named();
                case REPVIT -> RepViT.named();
                case STARNET -> StarNet.named();
                case MOBILEONE -> MobileOne.named();
                case CONVNEXT -> ConvNeXt.named();
                case RESNET -> ResNet.named();
                case UNIREPLKNET -> UniRepLKNet.named();
                case NASNET -> NASNet.named();
                case SKIPBLOCKNET -> SkipblockNet.named();
                case VCMAMBA -> VCMamba.named();
                case CARE -> CARETransformer.named();
                case NEXTVIT -> NextViT.named();
                case MOBILEVIT -> MobileViT.named();
                case MOBILEVIT_V2 -> MobileViTv2.named();
                case EDGENEXT -> EdgeNeXt.named();
                case EMO_V2 -> EmoV2.named();
                case MOAT -> Moat.named();
                case SHVIT -> SHViT.named();
                case FASTERNET -> FasterNet.named();
                case GHOSTNET -> GhostNet.v1();
                case GHOSTNET_V2 -> GhostNet.v2();
                case EFFICIENTMOD -> EfficientMod.named();
                case CASVIT -> CasViT.named();
                case OVERLOCK -> OverLoCK.named();
                case SPARTAN -> SpaRTAN.named();
                case PATNET -> PartialNet.named();
            };
        }
    }

    /** Whether there is a net of this name, without making any. */
    static boolean has(String name) {
        return name.equals(Models.DIGITS) || PUBLISHED.has(listed(name));
    }

    /** The name that is listed for the one in the authors' code, where these differ; others are kept. */
    private static String listed(String name) {
        return name.startsWith(AUTHORS_CAS_VIT) ? CAS_VIT + name.substring(AUTHORS_CAS_VIT.length()) : name;
    }

    /** The net of this name, where there is one. No family but its own is made. */
    static Optional<ModelInfo> find(String given) {
        String name = listed(given);
        if (!has(name)) {
            return Optional.empty();
        }
        if (name.equals(Models.DIGITS)) {
            return Optional.of(MADE.computeIfAbsent(name, _ -> digits()));
        }
        for (Family family : Family.values()) {
            Net net = family.mayHave(name) ? family.nets().get(name) : null;
            if (net != null) {
                return Optional.of(made(name, net, family.paper));
            }
        }
        return Optional.empty();
    }

    private static ModelInfo digits() {
        return ModelInfo
                .builder(Models.DIGITS,
                        MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10),
                        Preprocessing.digits())
                .labels(Labels::digits).paper("a small MobileViG for handwritten digits").build();
    }

    private static ModelInfo made(String name, Net net, String paper) {
        return MADE.computeIfAbsent(name, _ -> {
            ModelInfo.Builder info = ModelInfo.builder(name, net, PUBLISHED.preprocessing(name))
                    .labels(Labels::imagenet1k).paper(paper);
            PUBLISHED.weights(name).forEach(info::weights);
            return info.build();
        });
    }

    @Override
    public List<ModelInfo> models() {
        List<ModelInfo> models = new ArrayList<>();
        models.add(find(Models.DIGITS).orElseThrow());
        for (Family family : Family.values()) {
            family.nets().forEach((name, net) -> models.add(made(name, net, family.paper)));
        }
        return models;
    }
}
