package io.github.jvig.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a {@link KernelTable} chooses by.
 *
 * @param isa        instruction set as kernel ids name it: {@code "scalar"}, {@code "vector512"}, or a kind of device
 * @param registers  vector registers that a kernel can count on
 * @param caches     sizes of the data caches
 */
public record Machine(String isa, int registers, Caches caches) {
    /**
     * A machine without vectors, or a device that does not choose by registers or caches.
     *
     * @param isa instruction set or kind of device, as kernel ids name it
     * @return a machine without vector registers, with the caches of this computer
     */
    public static Machine of(String isa) {
        return new Machine(isa, 0, Caches.get());
    }

    /** {@return the processor's name as its maker gives it, where Linux says it; elsewhere the architecture} */
    public static String processorName() {
        String architecture = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(architecture);
        } catch (IOException e) {
            return architecture;
        }
    }
}
