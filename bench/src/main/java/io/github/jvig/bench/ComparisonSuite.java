package io.github.jvig.bench;

import io.github.jvig.cli.InputShape;
import io.github.jvig.cli.InputSize;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares JViG and ONNX Runtime for configurations given on the command line. */
@Command(name = "compare", description = "Compare JViG and ONNX Runtime on nets with the same random weights, or on ONNX files, in alternating runs.")
public final class ComparisonSuite implements Callable<Integer> {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--model", split = ",", paramLabel = "M,...", description = "Nets, or ONNX files, which both runtimes run as they are (default: ${DEFAULT-VALUE}).", defaultValue = Comparison.NETS)
    private List<String> models;

    @Option(names = "--size", split = ",", paramLabel = "S|HxW,...", converter = InputSize.Converter.class, description = "Input sizes in pixels (default: each net's native size).")
    private List<InputSize> sizes = List.of();

    @Option(names = "--shape", paramLabel = "NAME=1x16", converter = InputShape.Converter.class, description = "Shape of an input of an ONNX file that leaves sizes free; for each such input.")
    private List<InputShape> shapes = List.of();

    @Option(names = "--tolerance", paramLabel = "T", defaultValue = "1e-4", description = "Largest difference of the outputs of an ONNX file, as a fraction of their standard deviation (default: 1e-4).")
    private double tolerance;

    @Option(names = "--batch", split = ",", paramLabel = "N,...", defaultValue = "1", description = "Images per run (default: 1).")
    private List<Integer> batches;

    @Option(names = "--threads", split = ",", paramLabel = "N,...", defaultValue = "1,2", description = "Numbers of threads, for both runtimes (default: 1,2).")
    private List<Integer> threads;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "Measuring time for each row, without its warm-up (default: 10).")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = ""
            + Comparison.WARM_UP, description = "Warm-up time for each row; 0 also disables the warm-up at compile time (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--tune", description = "Let JViG choose kernels by timing them.")
    private boolean tune;

    @Option(names = "--out", paramLabel = "FOLDER", defaultValue = "${sys:jvig.bench.results:-bench/target/results}", description = "Folder for comparison.csv and comparison.json (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new ComparisonSuite()).setExecutionExceptionHandler(ComparisonSuite::failed)
                .execute(args));
    }

    /** Prints the message of a failure as one line. */
    static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
        command.getErr().println("bench: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public Integer call() throws IOException {
        List<Comparison.Row> rows = new ArrayList<>();
        BenchMachine machine = BenchMachine.here();
        spec.commandLine().getOut().println(machine.line());
        for (String name : models) {
            if (name.endsWith(".onnx")) {
                compareFile(Path.of(name), machine, rows);
                continue;
            }
            Model model = model(name);
            for (InputSize size : sizes.isEmpty() ? List.of(new InputSize(model.size(), model.size())) : sizes) {
                for (int batch : batches) {
                    for (int n : threads) {
                        add(Comparison.run(model, options(size, n).build(), batch, warmUp, seconds), machine, rows);
                    }
                }
            }
        }
        return 0;
    }

    private void compareFile(Path file, BenchMachine machine, List<Comparison.Row> rows) throws IOException {
        if (!batches.equals(List.of(1))) {
            throw new IllegalArgumentException(
                    file + " has a batch of its own; --batch goes with named nets, --shape sets a batch that is free");
        }
        // Null for the file's own size.
        List<InputSize> wanted = sizes.isEmpty() ? Collections.singletonList(null) : sizes;
        for (InputSize size : wanted) {
            for (int n : threads) {
                SessionOptions.Builder options = options(size, n);
                InputShape.set(shapes, options);
                add(OnnxComparison.run(file, options.build(), warmUp, seconds, tolerance), machine, rows);
            }
        }
    }

    private void add(Comparison.Row row, BenchMachine machine, List<Comparison.Row> rows) throws IOException {
        rows.add(row);
        spec.commandLine().getOut().println(row.line());
        // After every row, so that an aborted run leaves its results.
        Results.write(out, "comparison", machine, rows);
    }

    private SessionOptions.Builder options(InputSize size, int n) {
        SessionOptions.Builder options = SessionOptions.builder().threads(n).warmUp(warmUp > 0);
        if (size != null) {
            options.size(size.height(), size.width());
        }
        return tune ? options.tuned() : options;
    }

    /** A model with random weights, or with built-in weights if it has some. */
    static Model model(String name) {
        return name.equals(Models.DIGITS) ? Models.digits() : Models.random(name);
    }
}
