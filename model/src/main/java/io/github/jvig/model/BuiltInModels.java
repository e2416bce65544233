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
import io.github.jvig.model.nets.StarNet;
import io.github.jvig.model.nets.UniRepLKNet;
import io.github.jvig.model.nets.SkipblockNet;
import io.github.jvig.model.nets.VCMamba;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The nets that come with JViG, family by family. Facts on published weights ({@link PublishedTable}) are given only where they were checked:
 * no revision or hash is pinned yet, and a license is missing where the publisher's has not been read.
 */
final class BuiltInModels implements ModelProvider {
    private static final List<ModelInfo> ALL = new Families().models;

    /** Collects the families. */
    private static final class Families {
        private final PublishedTable published = PublishedTable.read();
        private final List<ModelInfo> models = new ArrayList<>();

        Families() {
            models.add(ModelInfo.builder(Models.DIGITS,
                    MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10),
                    Preprocessing.digits()).labels(Labels::digits).paper("a small MobileViG for handwritten digits")
                    .build());
            add("MobileViG, CVPRW 2023, arXiv 2307.00395", MobileViG.named());
            add("MobileViGv2, CVPRW 2024, arXiv 2406.05850", MobileViGv2.named());
            add("GreedyViG, CVPR 2024, arXiv 2405.06849", GreedyViG.named());
            add("MobileNetV1, arXiv 1704.04861", MobileNets.v1());
            add("MobileNetV2, CVPR 2018, arXiv 1801.04381", MobileNets.v2());
            add("MobileNetV3, ICCV 2019, arXiv 1905.02244", MobileNets.v3());
            add("MobileNetV4, ECCV 2024, arXiv 2404.10518", MobileNets.v4());
            add("MnasNet, CVPR 2019, arXiv 1807.11626", SearchedNets.mnasNet());
            add("FBNet-C, CVPR 2019, arXiv 1812.03443", SearchedNets.fbNet());
            add("Single-Path NAS, ECML PKDD 2019, arXiv 1904.02877", SearchedNets.singlePathNas());
            add("FBNetV3, CVPR 2021, arXiv 2006.02049", SearchedNets.fbNetV3());
            add("PP-LCNet, arXiv 2109.15099", SearchedNets.lcNet());
            add("EfficientNet, ICML 2019, arXiv 1905.11946", EfficientNets.b());
            add("EfficientNet-Lite, Google 2020", EfficientNets.lite());
            add("TinyNet, NeurIPS 2020, arXiv 2010.14819", EfficientNets.tinyNet());
            add("EfficientFormer, NeurIPS 2022, arXiv 2206.01191", EfficientFormer.named());
            add("RepViT, CVPR 2024, arXiv 2307.09283", RepViT.named());
            add("StarNet, CVPR 2024, arXiv 2403.19967", StarNet.named());
            add("MobileOne, CVPR 2023, arXiv 2206.04040", MobileOne.named());
            add("ConvNeXt, CVPR 2022, arXiv 2201.03545", ConvNeXt.named());
            add("ResNet, CVPR 2016, arXiv 1512.03385", ResNet.named());
            add("UniRepLKNet, CVPR 2024, arXiv 2311.15599", UniRepLKNet.named());
            add("NASNet-A, CVPR 2018, arXiv 1707.07012", NASNet.named());
            add("SkipblockNet, ICCV 2021, arXiv 2107.11170", SkipblockNet.named());
            add("VCMamba, ICCVW 2025, arXiv 2509.04669", VCMamba.named());
            add("CARE Transformer, CVPR 2025, arXiv 2411.16170", CARETransformer.named());
            add("Next-ViT, arXiv 2207.05501", NextViT.named());
            add("MobileViT, ICLR 2022, arXiv 2110.02178", MobileViT.named());
            add("MobileViTv2, TMLR 2023, arXiv 2206.02680", MobileViTv2.named());
            add("EdgeNeXt, ECCVW 2022, arXiv 2206.10589", EdgeNeXt.named());
            add("EMOv2, arXiv 2412.06674", EmoV2.named());
            add("MOAT, ICLR 2023, arXiv 2210.01820", Moat.named());
            add("SHViT, CVPR 2024, arXiv 2401.16456", SHViT.named());
            add("FasterNet, CVPR 2023, arXiv 2303.03667", FasterNet.named());
            add("GhostNet, CVPR 2020, arXiv 1911.11907", GhostNet.v1());
            add("GhostNetV2, NeurIPS 2022, arXiv 2211.12905", GhostNet.v2());
            add("EfficientMod, ICLR 2024, arXiv 2403.19963", EfficientMod.named());
            add("CAS-ViT, arXiv 2408.03703", CasViT.named());
            add("OverLoCK, CVPR 2025, arXiv 2502.20087", OverLoCK.named());
            add("PATNet, arXiv 2502.01303", PartialNet.named());
        }

        private void add(String paper, Map<String, ? extends Net> nets) {
            nets.forEach((name, net) -> {
                ModelInfo.Builder info = ModelInfo.builder(name, net, published.preprocessing(name))
                        .labels(Labels::imagenet1k).paper(paper);
                published.weights(name).forEach(info::weights);
                models.add(info.build());
            });
        }
    }

    @Override
    public List<ModelInfo> models() {
        return ALL;
    }
}
