package io.github.jvig.bench;

import io.github.jvig.kernels.KernelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.stream.Stream;

/**
 * Where figures come from: no figure goes without it.
 *
 * @param processor its maker's name for it, or else the architecture
 * @param cores     that this JVM may use
 * @param system    operating system
 * @param java      version and virtual machine
 * @param kernels   provider, with the width of its vectors
 * @param date      ISO 8601
 */
record Machine(String processor, int cores, String system, String java, String kernels, String date) {
    /** This one, today. */
    static Machine here() {
        return new Machine(processorName(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version() + ", " + System.getProperty("java.vm.name"), KernelProvider.get().name(),
                LocalDate.now().toString());
    }

    /** As Linux tells it. */
    private static String processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** One line for the head of a picture. */
    String line() {
        return processor + ", " + cores + " cores, " + kernels + ", JDK " + java.replaceAll("[+,].*", "") + ", " + date;
    }
}
