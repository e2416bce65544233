package io.github.jvig.bench;

import io.github.jvig.cli.InputSize;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DevicePeaks;
import io.github.jvig.model.device.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures nets on one device: whole runs, kernels and transfers apart, with the roofline of the device and PyTorch's figures beside. */
@Command(name = "device", description = "Measure nets on a device: whole runs, and apart from these kernels and transfers, beside the device's roofline and, where PyTorch is installed, its figures. Writes a report (Markdown) and tables (CSV, JSON).")
public final class DeviceSuite implements Callable<Integer> {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--device", paramLabel = "D", defaultValue = "tornado", description = "A device that 'jvig devices' lists (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--model", split = ",", paramLabel = "M,...", defaultValue = "mobilevig_ti", description = "Nets, with random weights (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input size in pixels (default: each net's native size).")
    private InputSize size;

    @Option(names = "--batch", split = ",", paramLabel = "N,...", defaultValue = "1,64", description = "Images per run (default: ${DEFAULT-VALUE}).")
    private List<Integer> batches;

    @Option(names = "--precision", split = ",", paramLabel = "P,...", defaultValue = "single", description = "How maps and weights are stored: single, half, or both; what the device does not have is left out (default: ${DEFAULT-VALUE}).")
    private List<String> precisionNames;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5", description = "Measuring time for each row, after a warm-up of half of it (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--python", paramLabel = "P", defaultValue = "python3", description = "A Python, for the figures of PyTorch; 'none' for no such figures (default: ${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--out", paramLabel = "FOLDER", defaultValue = "${sys:jvig.bench.results:-bench/target/results}", description = "Folder for the results (default: ${DEFAULT-VALUE}).")
    private Path out;

    private final BenchMachine machine = BenchMachine.here();
    private final List<DeviceRun.Net> nets = new ArrayList<>();
    private final List<DeviceRun.Step> steps = new ArrayList<>();
    private final List<TorchFigures.Row> torch = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(
                new CommandLine(new DeviceSuite()).setExecutionExceptionHandler(ComparisonSuite::failed).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Device measured = Devices.named(device);
        Files.createDirectories(out);
        print(measured.name() + ": " + measured.description());
        Optional<DevicePeaks> peaks = measured.peaks();
        print(peaks.map(p -> String.format(Locale.ROOT, "peak %.0f GFLOP/s, copies %.0f GB/s", p.gflops(),
                p.gigabytes())).orElse("the device has no kernels that measure its peaks"));
        DeviceReport report = new DeviceReport(measured.name() + ", " + measured.description(), machine, peaks);
        List<Precision> precisions = new ArrayList<>(precisionNames.stream().map(Precision::named).toList());
        for (String name : models) {
            Model model = ComparisonSuite.model(name);
            InputSize input = size == null ? new InputSize(model.size(), model.size()) : size;
            for (Precision precision : List.copyOf(precisions)) {
                try (DeviceRun run = new DeviceRun(model, input, precision, measured, peaks)) {
                    for (int batch : batches) {
                        run.measure(batch, seconds);
                        print(run.nets().getLast().line());
                        nets.add(run.nets().getLast());
                        write(report);
                    }
                    steps.addAll(run.steps());
                } catch (IllegalArgumentException | UnsupportedOperationException e) {
                    failures.add(name + ", " + precision + " precision: " + e.getMessage());
                    print(failures.getLast());
                    if (precision == Precision.HALF && e instanceof UnsupportedOperationException) {
                        // Nor has it for the other nets.
                        precisions.remove(precision);
                    }
                }
                write(report);
            }
        }
        if (!python.equals("none")) {
            try {
                torch.addAll(TorchFigures.measure(python, models, size, batches, seconds));
                torch.forEach(row -> print(row.line()));
            } catch (IOException e) {
                failures.add("PyTorch: " + e.getMessage());
                print(failures.getLast());
            }
        }
        write(report);
        print("the report is " + out.resolve(DeviceReport.FILE).toAbsolutePath().normalize());
        return failures.isEmpty() || nets.size() == models.size() * precisions.size() * batches.size() ? 0 : 1;
    }

    /** After every row, so that an aborted run leaves its results. */
    private void write(DeviceReport report) throws IOException {
        Results.write(out, "device-nets", machine, nets);
        Results.write(out, "device-steps", machine, steps);
        if (!torch.isEmpty()) {
            Results.write(out, "device-torch", machine, torch);
        }
        Files.writeString(out.resolve(DeviceReport.FILE), report.markdown(nets, steps, torch, failures));
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
