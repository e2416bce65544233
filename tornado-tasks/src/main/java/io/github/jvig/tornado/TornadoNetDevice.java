package io.github.jvig.tornado;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DevicePeaks;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.tornado.tasks.Backend;
import io.github.jvig.tornado.tasks.PeakMeter;
import io.github.jvig.tornado.tasks.TaskExecutable;
import java.util.Optional;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** A device of TornadoVM, identified by the numbers of its backend and of the device in it. */
final class TornadoNetDevice implements Device {
    private final String name;
    private final TornadoDevice device;

    TornadoNetDevice(int backend, int number, TornadoDevice device) {
        this.name = "tornado:" + backend + ":" + number;
        this.device = device;
    }

    @Override
    public String name() {
        return name;
    }

    /** {@code "OpenCL CPU pthread-..., 24031 MiB, 2 compute units, no fp16"}. */
    @Override
    public String description() {
        var hardware = device.getPhysicalDevice();
        return device.getTornadoVMBackend() + " " + device.getDeviceType().name() + " "
                + hardware.getDeviceName().strip() + ", " + (hardware.getDeviceGlobalMemorySize() >> 20) + " MiB, "
                + hardware.getDeviceMaxComputeUnits() + " compute units, "
                + (Backend.hasHalf(device) ? "fp16" : "no fp16");
    }

    @Override
    public String kernelTable() {
        return TaskExecutable.kernelTable(device);
    }

    /** Empty if a kernel does not compile or run on the device. */
    @Override
    public Optional<DevicePeaks> peaks() {
        return PeakMeter.measure(device);
    }

    @Override
    public Executable compile(Graph graph, CompileOptions options) {
        return TaskExecutable.compile(graph, options.height(), options.width(), name, device, options.precision());
    }
}
