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
 * The distinct layers of nets at their native sizes, after folding normalizations and fusing epilogues. They are stored in resource files,
 * one file of tab-separated values for each net, and one for the operations of {@link PaperLayers}. {@link #main} writes the files.
 */
final class LayerList {
    /** The nets with a resource file. */
    static final List<String> NETS = List.of("mobilevig_ti", "mobilevig_s", "mobilevig_m", "mobilevig_b",
            "mobilevigv2_ti", "mobilevigv2_s", "mobilevigv2_m", "mobilevigv2_b", "greedyvig_s", "greedyvig_m",
            "greedyvig_b",
            "mobilenetv2_100", "mobilenetv2_140", "efficientformer_l1", "efficientformer_l3", "efficientformer_l7");

    private static final String HEADER = "layer\tcount\tspec\tflop\tbytes";

    private LayerList() {
    }

    /** Writes the files into a folder, which is the only argument. */
    public static void main(String[] args) throws IOException {
        for (String net : NETS) {
            Files.writeString(Path.of(args[0], net + ".tsv"), text(of(Models.random(net))));
        }
        Files.writeString(Path.of(args[0], PaperLayers.NAME + ".tsv"), text(PaperLayers.all()));
    }

    /**
     * Reads the layers of a net from its file.
     *
     * @throws IllegalArgumentException if there is no file for the net
     */
    static List<BenchLayer> read(String net) throws IOException {
        return text(net).lines().skip(1).map(LayerList::parse).toList();
    }

    /** The text of a net's file. */
    static String text(String net) throws IOException {
        try (InputStream in = LayerList.class.getResourceAsStream("layers/" + net + ".tsv")) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "there is no list of layers for the net '" + net + "'; available are "
                                + String.join(", ", NETS) + ", " + PaperLayers.NAME);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The layers of a model: the steps on the scalar device, which does not fuse layers into chains. */
    static List<BenchLayer> of(Model model) {
        Map<Spec, BenchLayer> layers = new LinkedHashMap<>();
        try (Session session = model.compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            for (PlanStep step : session.steps()) {
                Spec spec = (Spec) step.spec();
                layers.merge(spec, new BenchLayer(step.name(), 1, spec),
                        (first, _) -> new BenchLayer(first.name(), first.count() + 1, first.spec()));
            }
        }
        return List.copyOf(layers.values());
    }

    /** The text of a file with these layers. */
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
