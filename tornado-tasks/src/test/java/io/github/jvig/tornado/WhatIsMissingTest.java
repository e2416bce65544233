package io.github.jvig.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** What an application is told where something is missing, in one line. */
class WhatIsMissingTest {
    private static final String TOLD = "told: ";

    /** Asks for a device, and prints the complaint. With an argument, starts TornadoVM first. */
    public static void main(String[] args) {
        if (args.length > 0) {
            TornadoRuntimeProvider.getTornadoRuntime();
        }
        try (Session session = Models.digits().compile(o -> o.threads(1).device("tornado").warmUp(false))) {
            System.out.println(TOLD + "nothing, it runs on " + session.device());
        } catch (IllegalArgumentException e) {
            System.out.println(TOLD + e.getMessage());
        }
    }

    private static String told(Map<String, String> environment, List<String> options, String... args)
            throws Exception {
        String printed = TornadoJvm.print(environment, options, WhatIsMissingTest.class, args);
        int from = printed.indexOf(TOLD);
        assertTrue(from >= 0, printed);
        String told = printed.substring(from + TOLD.length()).strip();
        assertEquals(1, told.lines().count(), told);
        return told;
    }

    @Test
    void noRuntime() throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM's runtime is not in this JVM; start the JVM with java "
                + "@$TORNADOVM_HOME/tornado-argfile, as scripts/jvig does", told(Map.of(), List.of()));
    }

    @Test
    void noDriver(@TempDir Path empty) throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM finds no device: install an OpenCL driver; "
                + "scripts/tornado-check says what is there",
                told(Map.of("OCL_ICD_VENDORS", empty.toString()), TornadoJvm.tornado()));
    }

    /** The default of TornadoVM's, which an application may have started with. */
    @Test
    void noErrors() throws Exception {
        assertEquals("there is no device 'tornado': TornadoVM was started before with tornado.recover.bailout on, so a "
                + "kernel that does not compile would run as Java without a word; start the JVM with "
                + "-Dtornado.recover.bailout=False", told(Map.of(), TornadoJvm.tornado(), "early"));
    }

    @Test
    void noMemory() throws Exception {
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.add("-Dtornado.device.memory=1MB");
        String told = told(Map.of(), options);
        assertTrue(told.startsWith("tornado:0:0 is out of memory: Unable to allocate "), told);
    }
}
