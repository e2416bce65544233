package io.github.jvig.cli;

import io.github.jvig.model.Devices;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.Parameters;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** The nets that have a name. */
@CommandLine.Command(name = "models", description = "List the models: parameters, multiply-accumulates, input, top-1 on ImageNet as their papers give it, the paper, and where weights are published.")
final class ModelsCommand extends Command {
    ModelsCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        Table table = new Table("model", ">params", ">MACs", ">input", ">top-1", "paper", "weights");
        for (ModelInfo info : Models.all()) {
            Tally tally = new Tally();
            Graph graph = info.net().build(tally);
            table.row(info.name(), NumberFormats.large(tally.learned), NumberFormats.large(macs(graph, info.size())),
                    Integer.toString(info.size()),
                    Double.isNaN(info.top1()) ? "-" : NumberFormats.format("%.1f", info.top1()),
                    info.paper(), info.weights());
        }
        console.print(table.lines());
        return Main.OK;
    }

    private static long macs(Graph graph, int size) {
        return Devices.macs(Passes.optimize(graph), size, size);
    }

    /** Gives zeros, the same ones for every tensor of a length, and counts what a net learns: all but the statistics of its normalizations. */
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
