package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.device.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The one-line messages that an application gets if something is missing. */
class WhatIsMissingTest {
    private static final String PREFIX = "message: ";

    /** Asks for a device and prints the message of the exception. With an argument, starts TornadoVM first. */
    public static void main(String[] args) {
        if (args.length > 0) {
            TornadoRuntimeProvider.getTornadoRuntime();
        }
        Precision precision = Boolean.getBoolean("half") ? Precision.HALF : Precision.SINGLE;
        try (Session session = Models.digits()
                .compile(o -> o.threads(1).device("tornado").precision(precision).warmUp(false))) {
            System.out.println(PREFIX + "nothing, it runs on " + session.device());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            System.out.println(PREFIX + e.getMessage());
        }
    }

    private static String message(Map<String, String> environment, List<String> options, String... args)
            throws Exception {
        String printed = TornadoJvm.print(environment, options, WhatIsMissingTest.class, args);
        int from = printed.indexOf(PREFIX);
        assertTrue(from >= 0, printed);
        String message = printed.substring(from + PREFIX.length()).strip();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void noRuntime() throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM's runtime is not in this JVM; start the JVM with java "
                + "@$TORNADOVM_HOME/tornado-argfile, as scripts/jvig does", message(Map.of(), List.of()));
    }

    @Test
    void noDriver(@TempDir Path empty) throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM finds no device: install an OpenCL driver; "
                + "scripts/tornado-check shows what is missing",
                message(Map.of("OCL_ICD_VENDORS", empty.toString()), TornadoJvm.tornado()));
    }

    /** With TornadoVM's default setting, which an application may have started it with. */
    @Test
    void noErrors() throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM was started before with tornado.recover.bailout on, so a "
                + "kernel that does not compile would silently run as Java; start the JVM with "
                + "-Dtornado.recover.bailout=False", message(Map.of(), TornadoJvm.tornado(), "early"));
    }

    /** Results would be wrong, without any message of TornadoVM's. */
    @Test
    void noCompressedPointers() throws Exception {
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.add("-XX:-UseCompressedOops");
        assertEquals("there is no device 'tornado': TornadoVM computes wrong results in a JVM whose pointers are not "
                + "compressed: start it without -XX:-UseCompressedOops, and with a heap below 32 GB (-Xmx)",
                message(Map.of(), options));
    }

    /** On PoCL, which is a processor. */
    @Test
    void noHalfPrecision() throws Exception {
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.add("-Dhalf=true");
        String message = message(Map.of(), options);
        assertTrue(message.equals("tornado:0:0 computes in single precision only: half precision is for GPUs, and this "
                + "device is a CPU") || message.startsWith("nothing, it runs on tornado:0:0")
                || message.startsWith("tornado:0:0 has no half precision: its OpenCL driver lacks cl_khr_fp16"),
                message);
    }

    @Test
    void noMemory() throws Exception {
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.add("-Dtornado.device.memory=1MB");
        String message = message(Map.of(), options);
        assertTrue(message.startsWith("tornado:0:0 is out of memory: Unable to allocate "), message);
    }
}
