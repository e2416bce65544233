package io.github.jvig.bench;

import io.github.jvig.kernels.KernelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.stream.Stream;

/**
 * The machine that figures were measured on. All results include it.
 *
 * @param processor model name of the processor, or the architecture if it is unknown
 * @param cores     number of cores that the JVM may use
 * @param system    operating system
 * @param java      version of Java and name of the virtual machine
 * @param kernels   name of the kernel provider, including the vector width
 * @param date      date in ISO 8601 format
 */
record Machine(String processor, int cores, String system, String java, String kernels, String date) {
    /** This machine, today. */
    static Machine here() {
        return new Machine(processorName(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version() + ", " + System.getProperty("java.vm.name"), KernelProvider.get().name(),
                LocalDate.now().toString());
    }

    /** The model name from {@code /proc/cpuinfo} on Linux, elsewhere the architecture. */
    private static String processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** The machine as one line of text, for the footer of charts. */
    String line() {
        return processor + ", " + cores + " cores, " + kernels + ", JDK " + java.replaceAll("[+,].*", "") + ", " + date;
    }
}
