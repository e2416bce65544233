package io.github.jvig.cli;

import io.github.jvig.model.Devices;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.PublishedWeights;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.nets.Parameters;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Lists the models. */
@CommandLine.Command(name = "models", description = "List the models with their parameters, multiply-accumulates, input size, paper and published weights (ImageNet top-1 accuracy as published, license, location).")
final class ModelsCommand extends Command {
    ModelsCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Table table = new Table("model", ">params", ">MACs", ">input", ">top-1", "paper", "license", "weights");
        for (ModelInfo info : Models.all()) {
            Tally tally = new Tally();
            Graph graph = info.net().build(tally);
            String macs = NumberFormats.large(macs(graph, info.preprocessing().size()));
            List<String> net = List.of(info.name(), NumberFormats.large(tally.learned), macs,
                    Integer.toString(info.preprocessing().size()));
            if (info.weights().isEmpty()) {
                row(table, net, info.paper(), "-", "-", info.name().equals(Models.DIGITS) ? "built in" : "-");
            }
            for (PublishedWeights weights : info.weights()) {
                row(table, net, info.paper(),
                        weights.top1().isPresent() ? NumberFormats.format("%.1f", weights.top1().getAsDouble()) : "-",
                        weights.license().orElse("-"), place(weights));
            }
        }
        console.print(table.lines());
        return Main.OK;
    }

    private static void row(Table table, List<String> net, String paper, String top1, String license, String place) {
        table.row(net.get(0), net.get(1), net.get(2), net.get(3), top1, paper.isEmpty() ? "-" : paper, license, place);
    }

    /** The file as {@code --weights} takes it, otherwise the web page. */
    private static String place(PublishedWeights weights) {
        return weights.file().map(HubFile::toString).orElseGet(() -> weights.page().toString());
    }

    private static long macs(Graph graph, int size) {
        return Devices.macs(Passes.optimize(graph), size, size);
    }

    /**
     * Supplies zeros for every tensor and counts the learned parameters, that is all tensors except running means and variances. Tensors
     * of the same length share one array.
     */
    private static final class Tally implements Parameters {
        private final Map<Integer, float[]> zeros = new HashMap<>();
        private long learned;

        @Override
        public float[] floats(String name, int... shape) {
            int length = 1;
            for (int size : shape) {
                length = Math.multiplyExact(length, size);
            }
            if (!name.endsWith(".running_mean") && !name.endsWith(".running_var")) {
                learned += length;
            }
            return zeros.computeIfAbsent(length, float[]::new);
        }

        @Override
        public String source() {
            return "zeros";
        }
    }
}
