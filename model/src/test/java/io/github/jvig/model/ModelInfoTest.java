package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is said of models and of their published weights. */
class ModelInfoTest {
    private static final URI PAGE = URI.create("https://example.org/net");
    private static final String SHA256 = "0123456789ABCDEF".repeat(4);

    @Test
    void whatIsNotKnownIsEmpty() {
        PublishedWeights weights = PublishedWeights.at("authors", PAGE);
        assertEquals("authors", weights.tag());
        assertEquals(PAGE, weights.page());
        assertEquals(Optional.empty(), weights.file());
        assertEquals(Optional.empty(), weights.sha256());
        assertEquals(Optional.empty(), weights.license());
        assertEquals(OptionalDouble.empty(), weights.top1());
        assertEquals("authors at https://example.org/net", weights.toString());
    }

    @Test
    void whatIsKnownIsKept() {
        HubFile file = HubFile.parse("hf:owner/repo/net.safetensors");
        PublishedWeights page = PublishedWeights.at("authors", PAGE);
        PublishedWeights weights = page.withFile(file).withSha256(SHA256)
                .withLicense("Apache-2.0").withTop1(75.7);
        assertEquals(Optional.of(file), weights.file());
        assertEquals(Optional.of(SHA256.toLowerCase()), weights.sha256());
        assertEquals(Optional.of("Apache-2.0"), weights.license());
        assertEquals(OptionalDouble.of(75.7), weights.top1());
        assertEquals("authors at hf:owner/repo/net.safetensors", weights.toString());
        assertEquals(Optional.empty(), page.license(), "a copy is changed, not the original");
    }

    @Test
    void badFactsAreRefused() {
        PublishedWeights weights = PublishedWeights.at("authors", PAGE);
        assertEquals("a SHA-256 is 64 hexadecimal digits, got 'abc'",
                assertThrows(IllegalArgumentException.class, () -> weights.withSha256("abc")).getMessage());
        for (double top1 : new double[]{-1, 100.5, Double.NaN}) {
            assertEquals("top-1 must be 0 to 100 percent, got " + top1,
                    assertThrows(IllegalArgumentException.class, () -> weights.withTop1(top1)).getMessage());
        }
        assertEquals("the model name is blank; give it a name for --model",
                assertThrows(IllegalArgumentException.class, () -> ModelInfo.of(" ", MobileViG.ti(), 224))
                        .getMessage());
        assertEquals("input size must be at least 1x1, got 0x0",
                assertThrows(IllegalArgumentException.class, () -> ModelInfo.of("x", MobileViG.ti(), 0)).getMessage());
    }

    @Test
    void aModelOfOnesOwnHasTheDefaultsOrWhatItSays() {
        ModelInfo plain = ModelInfo.of("plain", MobileViG.ti(), 224);
        assertEquals(Preprocessing.imagenet(224, 0.9, Interpolation.BICUBIC), plain.preprocessing());
        assertTrue(plain.labels().isEmpty() && plain.weights().isEmpty() && plain.paper().isEmpty());
        Preprocessing preprocessing = Preprocessing.imagenet(192, 0.95, Interpolation.BILINEAR);
        ModelInfo full = ModelInfo.builder("full", MobileViG.ti(), preprocessing).labels(() -> Labels.numbered(3))
                .paper("a paper").weights(PublishedWeights.at("a", PAGE)).weights(PublishedWeights.at("b", PAGE))
                .build();
        assertEquals(preprocessing, full.preprocessing());
        assertEquals(3, full.labels().orElseThrow().size());
        assertEquals("a paper", full.paper());
        assertEquals(List.of("a", "b"), full.weights().stream().map(PublishedWeights::tag).toList());
        MobileViG fitted = MobileViG.ti().withClasses(3);
        assertEquals("full", full.with(fitted).name());
        assertEquals(fitted, full.with(fitted).net());
        assertEquals(full.weights(), full.with(fitted).weights());
    }

    @Test
    void everyBuiltInModelHasItsLabelsAndSaysWhereItsWeightsAre() {
        for (ModelInfo info : new BuiltInModels().models()) {
            assertEquals(info.net().classes(), info.labels().orElseThrow().size(), info.name());
        }
        // Nobody has published weights for these, or not for PyTorch.
        assertEquals(Set.of("digits", "mobilenetv3_large_075", "efficientnet_lite1", "efficientnet_lite2",
                "efficientnet_lite3", "efficientnet_lite4", "lcnet_035", "lcnet_150", "patnet_t0", "patnet_t1",
                "patnet_t2", "patnet_s",
                "patnet_m",
                "patnet_l", "spartan_t", "emov2_20m", "emov2_50m", "moat_tiny0", "moat_tiny1", "moat_tiny2",
                "moat_tiny3", "moat_0",
                "moat_1", "moat_2", "moat_3", "moat_4"),
                new BuiltInModels().models().stream().filter(info -> info.weights().isEmpty()).map(ModelInfo::name)
                        .collect(Collectors.toSet()));
        PublishedWeights timm = Models.info("mobilenetv2_100").weights().getFirst();
        assertEquals("ra_in1k at https://huggingface.co/timm/mobilenetv2_100.ra_in1k", timm.toString());
        assertEquals(Optional.of("Apache-2.0"), Models.info("mobilevig_ti").weights().getFirst().license());
    }

    /** So that a net is found without making those of other families. */
    @Test
    void everyNetIsFoundByTheStartOfItsName() {
        List<String> names = new ArrayList<>(List.of(Models.DIGITS));
        for (BuiltInModels.Family family : BuiltInModels.Family.values()) {
            for (String name : family.nets().keySet()) {
                names.add(name);
                assertTrue(family.mayHave(name), name);
                assertTrue(BuiltInModels.has(name), name);
                assertSame(BuiltInModels.find(name).orElseThrow(), Models.info(name));
                assertEquals(family.paper(), Models.info(name).paper());
            }
        }
        assertEquals(names, new BuiltInModels().models().stream().map(ModelInfo::name).toList());
        assertEquals(Optional.empty(), BuiltInModels.find("mobilevig_x"));
        assertEquals(Optional.empty(), BuiltInModels.find(""));
    }

    /** The publisher's evaluation may differ from one tag of a net to the next. */
    @Test
    void aTagBringsItsPreprocessing() {
        ModelInfo net = Models.info("mobilenetv3_large_100");
        ModelInfo tagged = Models.info("mobilenetv3_large_100.miil_in21k_ft_in1k");
        assertEquals("mobilenetv3_large_100.miil_in21k_ft_in1k", tagged.name());
        assertEquals(Preprocessing.imagenet(224, 0.875, Interpolation.BICUBIC), net.preprocessing());
        assertEquals(new Preprocessing(224, 0.875, Interpolation.BILINEAR, Preprocessing.Rgb.of(0),
                Preprocessing.Rgb.of(1), Preprocessing.Colors.RGB), tagged.preprocessing());
        assertEquals(List.of("miil_in21k_ft_in1k"), tagged.weights().stream().map(PublishedWeights::tag).toList());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Models.info("mobilenetv3_large_100.nothing"))
                .getMessage().contains("there is no model 'mobilenetv3_large_100.nothing'"));
        assertEquals(Preprocessing.imagenet(384, 1, Interpolation.BICUBIC).withAspect(Preprocessing.Aspect.SQUASHED),
                Models.info("convnext_tiny.in12k_ft_in1k_384").preprocessing());
    }

    /** The authors of CAS-ViT call its functions by another name than the paper. */
    @Test
    void aNetIsFoundByTheNameInItsAuthorsCode() {
        assertSame(Models.info("cas_vit_xs"), Models.info("rcvit_xs"));
        assertEquals("cas_vit_t.authors", Models.info("rcvit_t.authors").name());
        assertThrows(IllegalArgumentException.class, () -> Models.info("rcvit_xxl"));
    }
}
