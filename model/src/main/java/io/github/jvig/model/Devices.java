package io.github.jvig.model;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The devices of this JVM. */
public final class Devices {
    private Devices() {
    }

    /** All of them: the CPU's two, then what providers bring. */
    public static List<Device> all() {
        List<Device> devices = candidates();
        devices.add(1, new CpuDevice("scalar", KernelProvider.scalar()));
        return devices;
    }

    /** Those that may be the fastest, the CPU first: all but the scalar kernels, which its vectors leave far behind. */
    public static List<Device> candidates() {
        List<Device> devices = new ArrayList<>();
        devices.add(new CpuDevice("cpu", KernelProvider.get()));
        providers().forEach(provider -> devices.addAll(provider.devices()));
        return devices;
    }

    private static List<DeviceProvider> providers() {
        return ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).toList();
    }

    /** What keeps providers from bringing devices: a line for each that has none. */
    public static List<String> unavailableReasons() {
        return providers().stream().filter(provider -> !provider.unavailableReason().isEmpty())
                .map(provider -> provider.kind() + ": " + provider.unavailableReason()).toList();
    }

    /**
     * Multiply-accumulates of one image of this size, the same on every device. Compiles nothing.
     *
     * @throws IllegalArgumentException when the graph can't be run at this size
     */
    public static long macs(Graph graph, int height, int width) {
        return LoweredOp.of(graph, height, width).stream().mapToLong(layer -> layer.spec().macs()).sum();
    }

    /**
     * The device of this name; a name without its numbers is the first of its kind.
     *
     * @throws IllegalArgumentException that lists the names that are there, or says what is missing for such a device
     */
    public static Device named(String name) {
        List<Device> devices = all();
        return devices.stream().filter(d -> d.name().equals(name) || d.name().startsWith(name + ":")).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(providers().stream()
                        .filter(p -> (name + ":").startsWith(p.kind() + ":") && !p.unavailableReason().isEmpty())
                        .findFirst()
                        .map(p -> "there is no device '" + name + "': " + p.unavailableReason())
                        .orElseGet(() -> "there is no device '" + name + "'; there are "
                                + String.join(", ", devices.stream().map(Device::name).toList())
                                + ", and auto for the fastest")));
    }
}
