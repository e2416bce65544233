package io.github.jvig.tornado.tasks;

import java.util.Locale;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What the backends of TornadoVM differ in. */
public final class Backend {
    private static final String OPENCL_HALF = "cl_khr_fp16";

    private Backend() {
    }

    /** Whether a device has numbers of half precision. OpenCL devices say so; NVIDIA's have them in CUDA and PTX. */
    public static boolean hasHalf(TornadoDevice device) {
        return switch (device.getTornadoVMBackend()) {
            case CUDA, PTX -> true;
            default -> device.getPhysicalDevice().getDeviceInfo().toLowerCase(Locale.ROOT).contains(OPENCL_HALF);
        };
    }

    /** Whether the launches of a run can be one CUDA graph. */
    static boolean hasCudaGraphs(TornadoDevice device) {
        return device.getTornadoVMBackend() == TornadoVMBackendType.CUDA;
    }

    /** Why a device has no numbers of half precision, for people. */
    static String withoutHalf(TornadoDevice device) {
        return device.getTornadoVMBackend() == TornadoVMBackendType.OPENCL
                ? "its OpenCL driver lacks " + OPENCL_HALF
                        + ", as NVIDIA's does; on NVIDIA's GPUs use an SDK with TornadoVM's CUDA backend"
                : "the backend " + device.getTornadoVMBackend() + " does not report it";
    }
}
