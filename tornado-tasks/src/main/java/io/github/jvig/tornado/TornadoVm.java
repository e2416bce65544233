package io.github.jvig.tornado;

import io.github.jvig.model.device.Device;
import io.github.jvig.tornado.tasks.Failure;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** TornadoVM in this JVM, started when it is first asked for, or what keeps it from starting. */
final class TornadoVm {
    static final String START = "start the JVM with java @$TORNADOVM_HOME/tornado-argfile, as scripts/jvig does";

    private static final String NO_DRIVER = "TornadoVM finds no device: install an OpenCL driver; scripts/tornado-check says what is there";

    private record State(List<Device> devices, String unavailableReason) {}

    private static State state;

    private TornadoVm() {
    }

    /** The devices, none where {@link #unavailableReason()} says why. */
    static List<Device> devices() {
        return state().devices();
    }

    /** What is missing, in one line; empty when nothing is. */
    static String unavailableReason() {
        return state().unavailableReason();
    }

    private static synchronized State state() {
        if (state == null) {
            state = start();
        }
        return state;
    }

    /** Tells TornadoVM what it has to be told before any of its classes is loaded. */
    static void setUp() {
        // TornadoVM reads these once, when its classes are loaded. A kernel that does not compile must be an error: by default it runs as
        // Java, without a word. The byte code of a task graph has 4096 bytes by default; what does not fit fails, and runs as Java too.
        System.setProperty("tornado.recover.bailout", "False");
        System.setProperty("tornado.tvm.maxbytecodesize", "1048576");
        // Kernels are made of small methods, and device code has no calls.
        System.setProperty("tornado.compiler.fullInlining", "True");
        // How much memory there is, the device knows.
        setDefault("tornado.device.memory", "1048576MB");
    }

    private static State start() {
        setUp();
        try {
            List<Device> devices = new ArrayList<>();
            var runtime = TornadoRuntimeProvider.getTornadoRuntime();
            if (bailsOut()) {
                return new State(List.of(),
                        "TornadoVM was started before with tornado.recover.bailout on, so a kernel that does not "
                                + "compile would run as Java without a word; start the JVM with -Dtornado.recover.bailout=False");
            }
            for (int b = 0; b < runtime.getNumBackends(); b++) {
                TornadoBackend backend = runtime.getBackend(b);
                for (int d = 0; d < backend.getNumDevices(); d++) {
                    devices.add(new TornadoNetDevice(b, d, backend.getDevice(d)));
                }
            }
            return new State(devices, devices.isEmpty() ? NO_DRIVER : "");
        } catch (RuntimeException | ExceptionInInitializerError | UnsatisfiedLinkError e) {
            if (Failure.reason(e).contains("No OpenCL platforms")) {
                return new State(List.of(), NO_DRIVER);
            }
            if (System.getProperty("tornado.load.runtime.implementation") == null) {
                return new State(List.of(), "TornadoVM's runtime is not in this JVM; " + START);
            }
            return new State(List.of(), "TornadoVM does not start: " + Failure.reason(e));
        }
    }

    /** What TornadoVM took from the property, which may have been set too late. */
    private static boolean bailsOut() {
        try {
            return Class.forName("uk.ac.manchester.tornado.runtime.common.TornadoOptions").getField("RECOVER_BAILOUT")
                    .getBoolean(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this TornadoVM is not 5.2: it has no " + e.getMessage(), e);
        }
    }

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
