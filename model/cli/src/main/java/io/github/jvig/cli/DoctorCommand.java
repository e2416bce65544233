package io.github.jvig.cli;

import io.github.jvig.kernels.Caches;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Machine;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.StepCheck;
import io.github.jvig.model.files.CacheFolder;
import io.github.jvig.model.jvm.PlatformModules;
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
@CommandLine.Command(name = "doctor", description = "Print one page for a bug report: versions, JVM, processor, kernels, devices, folders, and a quick check that this machine computes right. Exit status 1 when a line says FAILED.")
final class DoctorCommand extends Command {
    /** Options of the JVM that change how fast or whether something runs. Others may hold secrets and are left out. */
    private static final Pattern FLAGS_THAT_MATTER = Pattern
            .compile("-X.*|-client|-server|--add-modules.*|--limit-modules.*|--enable-.*|-javaagent.*|-Djvig\\..*");

    DoctorCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        boolean right = line("jvig", BuildVersion::jvig)
                & line("java", () -> property("java.vm.name") + " " + Runtime.version() + " (" + property("java.vendor")
                        + "; " + property("java.vm.info") + ")")
                & line("java home", () -> property("java.home"))
                & lines("without", () -> PlatformModules.absent().stream())
                & line("java options", DoctorCommand::javaOptions)
                & line("system",
                        () -> property("os.name") + " " + property("os.version") + " " + property("os.arch"))
                & line("processor",
                        () -> Machine.processorName() + ", " + Runtime.getRuntime().availableProcessors() + " cores")
                & line("caches", DoctorCommand::caches)
                & line("heap", DoctorCommand::heap)
                & line("kernels", () -> KernelProvider.get().name() + " (" + KernelProvider.reason() + ")")
                & lines("device",
                        () -> Devices.all().stream().map(device -> device.name() + ": " + device.description()))
                & lines("no device", () -> Devices.unavailableReasons().stream())
                & line("cache folder", DoctorCommand::cacheFolder)
                & line("locale", DoctorCommand::locale)
                & line("check", DoctorCommand::checkDigits)
                & line("check", DoctorCommand::checkSteps);
        console.flush();
        return right ? Main.OK : Main.FAILED;
    }

    /** What one line says. */
    private interface Finding {
        /** @throws Exception that the line tells instead, as the other lines are wanted most where one fails */
        String text() throws Exception;
    }

    private boolean line(String what, Finding finding) throws IOException {
        return lines(what, () -> Stream.of(finding.text()));
    }

    /** What any number of lines say. */
    private interface Findings {
        Stream<String> texts() throws Exception;
    }

    /** {@return whether it is as it should be} */
    private boolean lines(String what, Findings findings) throws IOException {
        List<String> texts;
        boolean right = true;
        try {
            texts = findings.texts().toList();
        } catch (Exception | Error e) {
            texts = List.of("FAILED: " + Failures.line(e));
            right = false;
        }
        for (String text : texts) {
            console.print(NumberFormats.format("%-13s %s", what, text));
        }
        return right;
    }

    private static String javaOptions() {
        if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
            return "not told";
        }
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        List<String> shown = options.stream().filter(o -> FLAGS_THAT_MATTER.matcher(o).matches()).toList();
        return (shown.isEmpty() ? "none that matter" : String.join(" ", shown))
                + (shown.size() < options.size() ? " (" + (options.size() - shown.size()) + " more)" : "");
    }

    private static String caches() {
        Caches caches = Caches.get();
        return kib(caches.l1()) + " L1, " + kib(caches.l2()) + " L2, " + kib(caches.last()) + " last";
    }

    private static String heap() {
        String size = (Runtime.getRuntime().maxMemory() >> 20) + " MiB at most";
        return ModuleLayer.boot().findModule("java.management").isEmpty()
                ? size
                : size + ", " + ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName).collect(Collectors.joining(", "));
    }

    private static String locale() {
        return Locale.getDefault() + ", " + Charset.defaultCharset() + ", file names "
                + property("sun.jnu.encoding") + Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                        .filter(name -> System.getenv(name) != null)
                        .map(name -> ", " + name + "=" + System.getenv(name)).collect(Collectors.joining());
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
    private static String checkDigits() throws IOException {
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
        if (!wrong.isEmpty()) {
            throw new IOException("digits classified wrong: " + String.join(", ", wrong));
        }
        return names.size() + " of " + names.size() + " digits are classified right";
    }

    /** Whether the processor's kernels of a small net give what the scalar ones give. */
    private static String checkSteps() throws IOException {
        List<StepCheck> checks = StepCheck.of(Models.digits(), options());
        List<StepCheck> different = checks.stream().filter(step -> !step.passed()).toList();
        if (!different.isEmpty()) {
            throw new IOException("other results than the scalar kernels: " + different.stream()
                    .map(step -> step.name() + " by " + step.kernel() + " on " + step.worst())
                    .collect(Collectors.joining("; ")));
        }
        long compared = checks.stream().filter(step -> step.outcome() == StepCheck.Outcome.EQUAL).count();
        return compared == 0
                ? "the kernels are the scalar ones; there is nothing to compare"
                : compared + " steps give the same as the scalar kernels";
    }

    private static SessionOptions options() {
        return SessionOptions.builder().device("cpu").threads(1).warmUp(false).build();
    }
}
