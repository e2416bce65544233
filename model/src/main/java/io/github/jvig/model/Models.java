package io.github.jvig.model;

import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
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

    private static final String V1 = "MobileViG-%s, CVPRW 2023, arXiv 2307.00395; weights: github.com/SLDGroup/MobileViG";

    private static final List<ModelInfo> ALL = List.of(
            new ModelInfo(DIGITS,
                    MobileViG.of(List.of(1, 1, 2), List.of(16, 32, 48), 2, 64, 96).withClasses(10), 64, Double.NaN,
                    "a small MobileViG for handwritten digits; weights built in"),
            new ModelInfo("mobilevig_ti", MobileViG.ti(), 224, 75.7, V1.formatted("Ti")),
            new ModelInfo("mobilevig_s", MobileViG.s(), 224, 78.2, V1.formatted("S")),
            new ModelInfo("mobilevig_m", MobileViG.m(), 224, 80.6, V1.formatted("M")),
            new ModelInfo("mobilevig_b", MobileViG.b(), 224, 82.6, V1.formatted("B")));

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
        ModelInfo info = info(name);
        return of(name, info.net(), info.size(), weights);
    }

    /**
     * A net of any size with its weights.
     *
     * @param size the input's height and width unless the options say otherwise, in pixels
     */
    public static Model of(String name, Net net, int size, Weights weights) throws IOException {
        Net fitted = net.fittedTo(weights);
        return new Model(name, fitted, size, Parameters.build(fitted, weights));
    }

    /** A net with random weights: to look at its plan and to time it. */
    public static Model random(String name) {
        ModelInfo info = info(name);
        try {
            return new Model(name, info.net(), info.size(), info.net().build(Parameters.random(1)));
        } catch (IOException e) {
            throw new IllegalStateException("random weights are of any shape", e);
        }
    }
}
