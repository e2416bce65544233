package io.github.jvig.bench;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Machine;
import java.time.LocalDate;

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
record BenchMachine(String processor, int cores, String system, String java, String kernels, String date) {
    /** This machine, today. */
    static BenchMachine here() {
        return new BenchMachine(Machine.processorName(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version() + ", " + System.getProperty("java.vm.name"), KernelProvider.get().name(),
                LocalDate.now().toString());
    }

    /** The machine as one line of text, for the footer of charts. */
    String line() {
        return processor + ", " + cores + " cores, " + kernels + ", JDK " + java.replaceAll("[+,].*", "") + ", " + date;
    }
}
