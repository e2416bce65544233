package io.github.jvig.model;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The devices of this JVM: the CPU by vectors ({@code cpu}) and by scalar kernels ({@code scalar}), and those of every
 * {@link DeviceProvider}. A provider that fails takes only its own devices away; {@link #unavailableReasons()} says why.
 */
public final class Devices {
    private static final String CPU = "cpu";
    private static final String SCALAR = "scalar";

    private Devices() {
    }

    /** {@return all devices: the CPU's two, then those of providers} */
    public static List<Device> all() {
        List<Device> devices = candidates();
        devices.add(1, scalar());
        return devices;
    }

    /**
     * The devices that {@code auto} chooses from: all but the scalar kernels, which are many times slower than vectors.
     *
     * @return the CPU, then the devices of providers
     */
    public static List<Device> candidates() {
        List<Device> devices = new ArrayList<>();
        devices.add(cpu());
        providers().forEach(provider -> devices.addAll(provider.devices()));
        return devices;
    }

    private static CpuDevice cpu() {
        return new CpuDevice(CPU, KernelProvider.get());
    }

    private static Device scalar() {
        return new CpuDevice(SCALAR, KernelProvider.scalar());
    }

    /** The device itself if it is the CPU's, else the CPU. */
    static CpuDevice processor(Device device) {
        return device instanceof CpuDevice processor ? processor : cpu();
    }

    /**
     * Why providers bring no devices.
     *
     * @return one line for each such provider, which begins with its kind
     */
    public static List<String> unavailableReasons() {
        return providers().stream().flatMap(provider -> provider.unavailableReason()
                .map(reason -> provider.kind() + ": " + reason).stream()).toList();
    }

    /**
     * Multiply-accumulates of one image of this size in pixels, the same on every device. Compiles nothing.
     *
     * @param graph  optimized ({@link io.github.jvig.model.graph.Passes#optimize})
     * @param height of the input, in pixels
     * @param width  of the input, in pixels
     * @return their number
     * @throws IllegalArgumentException when the graph can't be run at this size
     */
    public static long macs(Graph graph, int height, int width) {
        return LoweredOp.of(graph, height, width).stream().mapToLong(layer -> layer.spec().macs()).sum();
    }

    /**
     * The device of this name; a name without its numbers is the first of its kind. Only the provider of that kind is asked for its
     * devices.
     *
     * @param name {@code "cpu"}, {@code "scalar"}, or a name of a provider's device or of its kind
     * @return the first device of this name
     * @throws IllegalArgumentException when there is no such device; it lists the names that are there, or says what is missing for this
     *                                  kind of device
     */
    public static Device named(String name) {
        if (name.equals(CPU)) {
            return cpu();
        }
        if (name.equals(SCALAR)) {
            return scalar();
        }
        List<Provider> providers = providers().stream()
                .filter(p -> p.provider().isPresent() && (name + ":").startsWith(p.kind() + ":")).toList();
        for (Provider provider : providers) {
            for (Device device : provider.devices()) {
                if (device.name().equals(name) || device.name().startsWith(name + ":")) {
                    return device;
                }
            }
        }
        String missing = "there is no device '" + name + "'";
        throw new IllegalArgumentException(providers.stream().flatMap(p -> p.unavailableReason().stream()).findFirst()
                .map(reason -> missing + ": " + reason)
                .orElseGet(() -> missing + "; there are " + String.join(", ", all().stream().map(Device::name).toList())
                        + ", and auto for the fastest" + notLoaded()));
    }

    /** The device that is asked for may be that of a provider that can't be loaded. */
    private static String notLoaded() {
        return providers().stream().filter(p -> p.provider().isEmpty()).findFirst()
                .map(p -> "; " + p.kind() + " can't be loaded: " + p.whyMissing()).orElse("");
    }

    /** The providers that are there, none of them asked for devices yet. */
    private static List<Provider> providers() {
        var found = ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).iterator();
        List<Provider> providers = new ArrayList<>();
        String lastError = "";
        while (true) {
            try {
                if (!found.hasNext()) {
                    return providers;
                }
                DeviceProvider provider = found.next();
                providers.add(new Provider(provider.kind(), Optional.of(provider), ""));
                lastError = "";
            } catch (RuntimeException | Error e) {
                DeviceFailure.rethrowIfFatal(e);
                String line = DeviceFailure.line(e);
                if (e instanceof ServiceConfigurationError && line.equals(lastError)) {
                    // The search itself is stuck, as where a jar can't be read; it would fail again and again.
                    return providers;
                }
                lastError = line;
                providers.add(new Provider("a device provider", Optional.empty(), line));
            }
        }
    }

    /**
     * A provider, or one that can't be loaded.
     *
     * @param kind       the beginning of its devices' names
     * @param provider   empty where it can't be loaded
     * @param whyMissing what keeps it from being loaded
     */
    private record Provider(String kind, Optional<DeviceProvider> provider, String whyMissing) {
        /** Its devices; none where it fails. */
        List<Device> devices() {
            try {
                return provider.isEmpty() ? List.of() : provider.get().devices();
            } catch (RuntimeException | Error e) {
                DeviceFailure.rethrowIfFatal(e);
                return List.of();
            }
        }

        /** Why there are no devices; empty where there are some. */
        Optional<String> unavailableReason() {
            if (provider.isEmpty()) {
                return Optional.of(whyMissing);
            }
            try {
                String reason = provider.get().unavailableReason();
                if (reason.isEmpty()) {
                    // A provider that does not know that it fails.
                    provider.get().devices();
                }
                return Optional.of(reason).filter(text -> !text.isEmpty());
            } catch (RuntimeException | Error e) {
                DeviceFailure.rethrowIfFatal(e);
                return Optional.of("failed: " + DeviceFailure.line(e));
            }
        }
    }
}
