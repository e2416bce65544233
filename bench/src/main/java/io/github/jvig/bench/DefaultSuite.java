package io.github.jvig.bench;

import io.github.jvig.model.Model;
import io.github.jvig.model.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The default benchmarks, which take less than ten minutes and write tables and charts. */
@Command(name = "bench", description = "Measure this machine, compare the nets with ONNX Runtime, and time the layers of the first net. Writes tables (CSV, JSON) and charts (PNG).")
public final class DefaultSuite implements Callable<Integer> {
    private static final List<Integer> SIDES = List.of(128, 160, 192, 224, 256, 320, 384, 448, 512);

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--out", paramLabel = "FOLDER", defaultValue = "${sys:jvig.bench.results:-bench/target/results}", description = "Folder for the results (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--model", split = ",", paramLabel = "M,...", description = "Nets to compare (default: ${DEFAULT-VALUE}). Layers and input sizes are measured for the first net only.", defaultValue = Comparison.NETS)
    private List<String> models;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "6", description = "Measuring time for each row of a comparison, without its warm-up (default: 6).")
    private double seconds;

    private final BenchMachine machine = BenchMachine.here();

    public static void main(String[] args) {
        // Charts are drawn without a display.
        System.setProperty("java.awt.headless", "true");
        System.exit(
                new CommandLine(new DefaultSuite()).setExecutionExceptionHandler(ComparisonSuite::failed)
                        .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        // The list of layers is needed at the end. Fail now if there is none.
        LayerList.read(models.getFirst());
        Files.createDirectories(out);
        print(machine.line());
        Charts charts = new Charts(out, machine);

        List<Integer> threads = threads(machine.cores());
        List<Probes.Row> probes = Probes.all(threads);
        probes.forEach(r -> print("%-6s %-9s threads %-3d %8.1f %s", r.probe(), r.where(), r.threads(), r.figure(),
                r.unit()));
        Results.write(out, "machine", machine, probes);

        List<Comparison.Row> nets = new ArrayList<>();
        for (String name : models) {
            Model model = ComparisonSuite.model(name);
            for (int n : threads) {
                compare(nets, model, model.size(), n);
            }
        }
        Results.write(out, "nets", machine, nets);
        charts.latency(nets);
        if (threads.size() > 1) {
            charts.threads(nets);
        }

        List<Comparison.Row> sizes = new ArrayList<>();
        Model first = ComparisonSuite.model(models.getFirst());
        for (int side : SIDES) {
            compare(sizes, first, side, 1);
        }
        Results.write(out, "sizes", machine, sizes);
        charts.sizes(sizes);

        print("layers of " + first.name() + ", hot and cold, with JMH: this takes some minutes");
        List<LayerRow> layers = LayerBenchmarks.run(first.name(), probes.getFirst().figure(), out);
        layers.forEach(r -> print("%-4s %-45s %8.1f us %7.1f GFLOP/s %5.1f %% of peak %6.1f GB/s", r.cache(),
                r.operation(), r.micros(), r.gflops(), 100 * r.peakShare(), r.gbytes()));
        Results.write(out, "layers", machine, layers);
        charts.roofline(layers, probes);
        charts.layers(layers);
        print("results are in " + out.toAbsolutePath().normalize());
        return 0;
    }

    private void compare(List<Comparison.Row> rows, Model model, int side, int threads) throws IOException {
        rows.add(Comparison.run(model, SessionOptions.builder().threads(threads).size(side, side).build(), 1,
                Comparison.WARM_UP,
                seconds));
        print(rows.getLast().line());
    }

    /** 1, 2, 4 and so on, and the number of cores. */
    static List<Integer> threads(int cores) {
        return IntStream.concat(IntStream.iterate(1, n -> n < cores, n -> 2 * n), IntStream.of(cores)).boxed().toList();
    }

    private static void print(String pattern, Object... values) {
        System.out.println(values.length == 0 ? pattern : String.format(Locale.ROOT, pattern, values));
    }
}
