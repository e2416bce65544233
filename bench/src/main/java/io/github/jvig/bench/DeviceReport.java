package io.github.jvig.bench;

import io.github.jvig.model.device.DevicePeaks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The report of {@link DeviceSuite} as Markdown.
 *
 * @param device  name and description
 * @param machine the host
 * @param peaks   the device's roofline, if it was measured
 */
record DeviceReport(String device, BenchMachine machine, Optional<DevicePeaks> peaks) {
    static final String FILE = "device.md";

    /** Steps of one kernel in one net and batch. */
    private record Kernel(String name, int steps, double micros, double flops, double bytes, double least) {
        Kernel plus(Kernel other) {
            return new Kernel(name, steps + other.steps, micros + other.micros, flops + other.flops,
                    bytes + other.bytes, least + other.least);
        }

        static Kernel of(DeviceRun.Step step) {
            return new Kernel(step.kernel(), 1, step.micros(), step.gflops() * step.micros(),
                    step.gbytes() * step.micros(), step.rooflineShare() * step.micros());
        }
    }

    String markdown(List<DeviceRun.Net> nets, List<DeviceRun.Step> steps, List<TorchFigures.Row> torch,
            List<String> failures) {
        List<String> lines = new ArrayList<>();
        lines.add("# Nets on " + device);
        lines.add("");
        lines.add("Host: " + machine.line() + ".");
        peaks.ifPresent(p -> lines.add(text("Measured on the device: %.0f GFLOP/s of float32 multiply-adds, %.0f GB/s "
                + "copying.", p.gflops(), p.gigabytes())));
        lines.add("");
        lines.add(
                "A whole run goes from an array of images on the host to an array of results there. Kernels and copies are timed by the "
                        + "device's clock; host is the remainder. A difference is the largest of an output from the processor's result, in standard "
                        + "deviations of the outputs. Peak and roofline are those of float32, of rows in half precision, too. The first result of "
                        + "a batch size takes the time to compile.");
        lines.add("");
        lines.add(
                "| net | precision | batch | ms | 10 % to 90 % | kernels | copies | host | images/s | GFLOP/s | of peak | kernels' share of the roofline | difference | first result, s |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (DeviceRun.Net net : nets) {
            lines.add(text(
                    "| `%s` %s | %s | %d | %.3f | %.3f to %.3f | %.3f | %.3f | %.3f | %.0f | %.0f | %s | %s | %.1e | %.1f |",
                    net.model(), net.size(), net.precision(), net.batch(), net.millis(), net.p10(), net.p90(),
                    net.kernelMillis(),
                    net.copyMillis(), net.hostMillis(), net.imagesPerSecond(), net.gflops(), percent(net.peakShare()),
                    percent(net.rooflineShare()), net.difference(), net.compileSeconds()));
        }
        addTorch(lines, torch);
        for (DeviceRun.Net net : nets) {
            addKernels(lines, net, steps.stream()
                    .filter(step -> step.model().equals(net.model()) && step.precision().equals(net.precision())
                            && step.batch() == net.batch())
                    .toList());
        }
        if (!failures.isEmpty()) {
            lines.add("");
            lines.add("## What did not run");
            lines.add("");
            failures.forEach(failure -> lines.add("* " + failure));
        }
        return String.join("\n", lines) + "\n";
    }

    private static void addTorch(List<String> lines, List<TorchFigures.Row> torch) {
        if (torch.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("## PyTorch");
        lines.add("");
        lines.add("Images and results stay on PyTorch's device, so compare with the kernels' time plus the host's.");
        lines.add("");
        lines.add("| net | batch | type | mode | ms | images/s | device |");
        lines.add("|---|---|---|---|---|---|---|");
        for (TorchFigures.Row row : torch) {
            lines.add(text("| `%s` | %d | %s | %s | %.3f | %.0f | %s |", row.model(), row.batch(), row.type(),
                    row.mode(), row.millis(), row.imagesPerSecond(), row.device()));
        }
    }

    /** Kernels with all their steps, the longest first. */
    private static void addKernels(List<String> lines, DeviceRun.Net net, List<DeviceRun.Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        Map<String, Kernel> kernels = new LinkedHashMap<>();
        steps.forEach(step -> kernels.merge(step.kernel(), Kernel.of(step), Kernel::plus));
        double all = kernels.values().stream().mapToDouble(Kernel::micros).sum();
        lines.add("");
        lines.add("## Kernels of " + net.model() + ", " + net.precision() + " precision, batch " + net.batch());
        lines.add("");
        lines.add("| kernel | steps | us | of all | GFLOP/s | GB/s | of the roofline |");
        lines.add("|---|---|---|---|---|---|---|");
        kernels.values().stream().sorted(Comparator.comparingDouble(Kernel::micros).reversed())
                .forEach(kernel -> lines.add(text("| `%s` | %d | %.1f | %s | %.0f | %.0f | %s |", kernel.name(),
                        kernel.steps(), kernel.micros(), percent(kernel.micros() / all),
                        kernel.flops() / kernel.micros(), kernel.bytes() / kernel.micros(),
                        percent(kernel.least() / kernel.micros()))));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "" : text("%.1f %%", 100 * share);
    }

    private static String text(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
