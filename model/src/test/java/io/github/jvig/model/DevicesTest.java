package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of providers and when, and what becomes of those that fail; in a JVM whose class path has several of them. */
class DevicesTest {
    /** Kinds of the providers that were asked for their devices. */
    private static final List<String> ASKED = new ArrayList<>();

    /** One that works. */
    public static final class Working implements DeviceProvider {
        @Override
        public String kind() {
            return "working";
        }

        @Override
        public List<Device> devices() {
            ASKED.add(kind());
            return List.of(new FakeDevice("working:0", () -> {}), new FakeDevice("working:1", () -> {}));
        }

        @Override
        public String unavailableReason() {
            return "";
        }
    }

    /** One that fails when it is asked for its devices, without knowing why. */
    public static final class Throwing implements DeviceProvider {
        @Override
        public String kind() {
            return "throwing";
        }

        @Override
        public List<Device> devices() {
            ASKED.add(kind());
            throw new NoClassDefFoundError("some/Driver");
        }

        @Override
        public String unavailableReason() {
            return "";
        }
    }

    /** One that knows what is missing. */
    public static final class Missing implements DeviceProvider {
        @Override
        public String kind() {
            return "missing";
        }

        @Override
        public List<Device> devices() {
            ASKED.add(kind());
            return List.of();
        }

        @Override
        public String unavailableReason() {
            return "no driver; install one";
        }
    }

    /** One that can't be made. */
    public static final class Unloadable implements DeviceProvider {
        public Unloadable() {
            throw new IllegalStateException("no license");
        }

        @Override
        public String kind() {
            return "unloadable";
        }

        @Override
        public List<Device> devices() {
            return List.of();
        }

        @Override
        public String unavailableReason() {
            return "";
        }
    }

    /** Prints what devices there are, and who was asked for it. */
    public static void main(String[] args) {
        for (String name : List.of("cpu", "scalar", "working", "working:1", "throwing", "missing", "abacus")) {
            ASKED.clear();
            String found;
            try {
                found = Devices.named(name).name();
            } catch (IllegalArgumentException e) {
                found = e.getMessage();
            }
            System.out.println(name + ": " + found + (name.equals("abacus") ? "" : " " + ASKED));
        }
        System.out.println(Devices.all().stream().map(Device::name).toList());
        Devices.unavailableReasons().forEach(System.out::println);
    }

    @Test
    void aProviderIsAskedForItsDevicesOnlyAndMayFail(@TempDir Path folder) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(DeviceProvider.class.getName()),
                List.of(Throwing.class.getName(), "no.such.Provider",
                        Unloadable.class.getName(), Missing.class.getName(), Working.class.getName()));
        String printed = ChildJvm.print(System.getProperty("java.class.path") + File.pathSeparator + folder,
                DevicesTest.class);
        String spi = DeviceProvider.class.getName();
        String notFound = spi + ": Provider no.such.Provider not found";
        assertEquals(String.join("\n", "cpu: cpu []", "scalar: scalar []", "working: working:0 [working]",
                "working:1: working:1 [working]",
                "throwing: there is no device 'throwing': failed: java.lang.NoClassDefFoundError: some/Driver "
                        + "[throwing, throwing]",
                "missing: there is no device 'missing': no driver; install one [missing]",
                "abacus: there is no device 'abacus'; there are cpu, scalar, working:0, working:1, and auto for the fastest; "
                        + "a device provider can't be loaded: java.util.ServiceConfigurationError: " + notFound,
                "[cpu, scalar, working:0, working:1]",
                "throwing: failed: java.lang.NoClassDefFoundError: some/Driver",
                "a device provider: java.util.ServiceConfigurationError: " + notFound,
                "a device provider: java.util.ServiceConfigurationError: " + spi + ": Provider "
                        + Unloadable.class.getName()
                        + " could not be instantiated",
                "missing: no driver; install one"), printed);
    }
}
