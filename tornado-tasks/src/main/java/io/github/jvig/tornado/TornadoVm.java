package io.github.jvig.tornado;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.jvig.model.device.Device;
import io.github.jvig.tornado.tasks.Failure;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Starts TornadoVM in this JVM on first use, and holds its devices or the reason why there are none. */
final class TornadoVm {
    static final String START = "start the JVM with java @$TORNADOVM_HOME/tornado-argfile, as scripts/jvig does";

    private static final String NO_DRIVER = "TornadoVM finds no device: install an OpenCL driver; scripts/tornado-check shows what is missing";

    private static final String NO_CUDA = "TornadoVM's CUDA backend finds no driver: it needs NVIDIA's driver (libcuda.so.1) and compiler "
            + "(libnvrtc.so.13) in the library path; scripts/tornado-check shows what is missing";

    private static final String LARGE_POINTERS = "TornadoVM computes wrong results in a JVM whose pointers are not compressed: start it without "
            + "-XX:-UseCompressedOops, and with a heap below 32 GB (-Xmx)";

    private record State(List<Device> devices, String unavailableReason) {}

    private static State state;

    private TornadoVm() {
    }

    /** The devices; empty if TornadoVM is unavailable, see {@link #unavailableReason()}. */
    static List<Device> devices() {
        return state().devices();
    }

    /** Why TornadoVM is unavailable, in one line; empty if it is available. */
    static String unavailableReason() {
        return state().unavailableReason();
    }

    private static synchronized State state() {
        if (state == null) {
            state = start();
        }
        return state;
    }

    /**
     * Sets the system properties of TornadoVM that JViG depends on.
     *
     * <p>A library should not set global properties, but this one must: TornadoVM reads them once, when its classes are loaded. So they are
     * set before any class of TornadoVM is loaded, and only when an application asks for TornadoVM's devices. Properties that the kernels
     * need in order to compile and to give correct results are overwritten; a property that is only a limit keeps the user's value.
     */
    static void setUp() {
        // By default a kernel that does not compile runs as Java without any message. Here it must be an error.
        // The byte code of a task graph is limited to 4096 bytes by default. A longer one fails, and runs as Java, too.
        System.setProperty("tornado.recover.bailout", "False");
        System.setProperty("tornado.tvm.maxbytecodesize", "1048576");
        // Kernels consist of small methods, and device code has no calls.
        System.setProperty("tornado.compiler.fullInlining", "True");
        // TornadoVM clears this many numbers for each transfer and task of a plan before every run: by default 32768, which takes as long as a
        // small net. A list holds the events of the tasks and transfers of one graph; one that is too short is an error, not a wrong result.
        setDefault("tornado.max.events", "512");
        // The limit is the memory of the device, which is checked when a net is compiled.
        setDefault("tornado.device.memory", "1048576MB");
    }

    private static State start() {
        if (!compressedOops()) {
            return new State(List.of(), LARGE_POINTERS);
        }
        setUp();
        try {
            List<Device> devices = new ArrayList<>();
            var runtime = TornadoRuntimeProvider.getTornadoRuntime();
            if (bailsOut()) {
                return new State(List.of(),
                        "TornadoVM was started before with tornado.recover.bailout on, so a kernel that does not "
                                + "compile would silently run as Java; start the JVM with -Dtornado.recover.bailout=False");
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
            if (Failure.reason(e).contains("CUDADriver JNI Library not found")) {
                return new State(List.of(), NO_CUDA);
            }
            if (System.getProperty("tornado.load.runtime.implementation") == null) {
                return new State(List.of(), "TornadoVM's runtime is not in this JVM; " + START);
            }
            return new State(List.of(), "TornadoVM does not start: " + Failure.reason(e));
        }
    }

    /** Whether pointers are compressed. A JVM without such an option is taken for one with compressed pointers. */
    private static boolean compressedOops() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseCompressedOops").getValue());
        } catch (IllegalArgumentException | NullPointerException e) {
            return true;
        }
    }

    /** The value that TornadoVM has read from the property. It differs if the property was set after TornadoVM was loaded. */
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
