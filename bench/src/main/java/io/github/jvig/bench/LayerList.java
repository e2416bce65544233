package io.github.jvig.bench;

import io.github.jvig.kernels.Spec;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.device.PlanStep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The distinct layers of nets, each net at its own size, with every normalization folded and every epilogue fused. They lie in resource
 * files, one of tab-separated values for each net, which {@link #main} writes.
 */
final class LayerList {
    /** Nets that have a file. */
    static final List<String> NETS = List.of("mobilevig_ti", "mobilevig_s", "mobilevig_m", "mobilevig_b",
            "mobilevigv2_ti", "mobilevigv2_s", "mobilevigv2_m", "mobilevigv2_b", "greedyvig_s", "greedyvig_m",
            "greedyvig_b",
            "mobilenetv2_100", "mobilenetv2_140", "efficientformer_l1", "efficientformer_l3", "efficientformer_l7");

    private static final String HEADER = "layer\tcount\tspec\tflop\tbytes";

    private LayerList() {
    }

    /** Writes the files into the folder that is the one argument. */
    public static void main(String[] args) throws IOException {
        for (String net : NETS) {
            Files.writeString(Path.of(args[0], net + ".tsv"), text(of(Models.random(net))));
        }
    }

    /**
     * The layers in a net's file.
     *
     * @throws IllegalArgumentException when there is none
     */
    static List<BenchLayer> read(String net) throws IOException {
        return text(net).lines().skip(1).map(LayerList::parse).toList();
    }

    /** A net's file as it is. */
    static String text(String net) throws IOException {
        try (InputStream in = LayerList.class.getResourceAsStream("layers/" + net + ".tsv")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no list of the layers of '" + net + "'; there are "
                        + String.join(", ", NETS));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The layers that a model has: the steps of the scalar device, which makes no chains of them. */
    static List<BenchLayer> of(Model model) {
        Map<Spec, BenchLayer> layers = new LinkedHashMap<>();
        try (Session session = model.compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            for (PlanStep step : session.steps()) {
                Spec spec = (Spec) step.spec();
                layers.merge(spec, new BenchLayer(step.name(), 1, spec),
                        (known, _) -> new BenchLayer(known.name(), known.count() + 1, known.spec()));
            }
        }
        return List.copyOf(layers.values());
    }

    /** The layers as a file holds them. */
    static String text(List<BenchLayer> layers) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (BenchLayer layer : layers) {
            lines.add(String.join("\t", layer.name(), Integer.toString(layer.count()), SpecText.write(layer.spec()),
                    Long.toString(layer.flops()), Long.toString(layer.bytes())));
        }
        return String.join("\n", lines) + "\n";
    }

    private static BenchLayer parse(String line) {
        String[] cells = line.split("\t");
        return new BenchLayer(cells[0], Integer.parseInt(cells[1]), SpecText.parse(cells[2]));
    }
}
