package io.github.jvig.cli;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Machine;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.StepCheck;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.files.CacheFolder;
import io.github.jvig.model.text.BuildVersion;
import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.vision.ImageClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Prints what a bug report needs, and checks that this machine computes right. */
@CommandLine.Command(name = "doctor", description = "Print one page for a bug report: versions, JVM, processor, kernels, devices, folders, and a quick check that this machine computes right. Exit status 1 when the check fails.")
final class DoctorCommand extends Command {
    /** Options of the JVM that change how fast or whether something runs. Others may hold secrets and are left out. */
    private static final Pattern FLAGS_THAT_MATTER = Pattern
            .compile("-X.*|-client|-server|--add-modules.*|--limit-modules.*|--enable-.*|-javaagent.*|-Djvig\\..*");

    DoctorCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        line("jvig", BuildVersion.jvig());
        line("java", property("java.vm.name") + " " + Runtime.version() + " (" + property("java.vendor") + "; "
                + property("java.vm.info") + ")");
        line("java home", property("java.home"));
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        List<String> shown = options.stream().filter(o -> FLAGS_THAT_MATTER.matcher(o).matches()).toList();
        line("java options", (shown.isEmpty() ? "none that matter" : String.join(" ", shown))
                + (shown.size() < options.size() ? " (" + (options.size() - shown.size()) + " more)" : ""));
        line("system", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
        line("processor", Machine.processorName() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        Caches caches = Caches.get();
        line("caches", kib(caches.l1()) + " L1, " + kib(caches.l2()) + " L2, " + kib(caches.last()) + " last");
        line("heap", (Runtime.getRuntime().maxMemory() >> 20) + " MiB at most, " + ManagementFactory
                .getGarbageCollectorMXBeans().stream().map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", ")));
        line("kernels", KernelProvider.get().name() + " (" + KernelProvider.reason() + ")");
        for (Device device : Devices.all()) {
            line("device", device.name() + ": " + device.description());
        }
        for (String reason : Devices.unavailableReasons()) {
            line("no device", reason);
        }
        line("cache folder", cacheFolder());
        line("locale", Locale.getDefault() + ", " + Charset.defaultCharset() + ", file names "
                + property("sun.jnu.encoding") + Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                        .filter(name -> System.getenv(name) != null)
                        .map(name -> ", " + name + "=" + System.getenv(name)).collect(Collectors.joining()));
        boolean right = checkDigits() & checkSteps();
        console.flush();
        return right ? Main.OK : Main.FAILED;
    }

    private void line(String what, String text) throws IOException {
        console.print(NumberFormats.format("%-13s %s", what, text));
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }

    private static String kib(long bytes) {
        return (bytes >> 10) + " KiB";
    }

    private static String cacheFolder() {
        Path folder = CacheFolder.path();
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return folder + (existing == null || !Files.isWritable(existing)
                ? " (can't be written)"
                : existing.equals(folder) ? "" : " (not there yet)");
    }

    /** Whether the built-in samples are classified right. */
    private boolean checkDigits() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String> names = DigitSamples.names();
        try (Session session = Models.digits().compile(options())) {
            ImageClassifier classifier = session.classifier();
            for (String name : names) {
                try (InputStream in = DigitSamples.open(name)) {
                    String label = classifier.classify(in, name).top(1).getFirst().label();
                    if (!name.startsWith(label)) {
                        wrong.add(name + " as " + label);
                    }
                }
            }
        }
        line("check", wrong.isEmpty()
                ? names.size() + " of " + names.size() + " digits are classified right"
                : "FAILED: digits classified wrong: " + String.join(", ", wrong));
        return wrong.isEmpty();
    }

    /** Whether the processor's kernels of a small net give what the scalar ones give. */
    private boolean checkSteps() throws IOException {
        Model digits = Models.digits();
        List<StepCheck> checks = StepCheck.of(digits, options());
        List<StepCheck> different = checks.stream().filter(step -> !step.passed()).toList();
        long compared = checks.stream().filter(step -> step.outcome() == StepCheck.Outcome.EQUAL).count();
        line("check", different.isEmpty()
                ? compared == 0
                        ? "the kernels are the scalar ones; there is nothing to compare"
                        : compared + " steps give the same as the scalar kernels"
                : "FAILED: other results than the scalar kernels: " + different.stream()
                        .map(step -> step.name() + " by " + step.kernel() + " on " + step.worst())
                        .collect(Collectors.joining("; ")));
        return different.isEmpty();
    }

    private static SessionOptions options() {
        return SessionOptions.builder().device("cpu").threads(1).warmUp(false).build();
    }
}
