package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code auto} chooses, with devices whose time is made up. */
class DeviceSelectorTest {
    private static final Graph GRAPH = new Graph(List.of(new Node("input", new Op.Input(3), List.of())));
    private static final CompileOptions OPTIONS = CompileOptions.of(2, 2, 1);

    private long nanos;

    private FakeDevice taking(String name, long micros) {
        return new FakeDevice(name, () -> nanos += 1000 * micros);
    }

    private static FakeDevice failing(String name, RuntimeException e) {
        return new FakeDevice(name, () -> {
            throw e;
        });
    }

    private DeviceSelector.Selection fastest(Device... devices) {
        return new DeviceSelector(executable -> executable.run(new float[0], 1, new float[0][]), () -> nanos)
                .fastest(List.of(devices), GRAPH, OPTIONS);
    }

    @Test
    void theFastestIsKeptAndTheOthersAreClosed() {
        var first = taking("first", 8000);
        var second = taking("second", 2500);
        var third = taking("third", 3000);
        DeviceSelector.Selection found = fastest(first, second, third);
        assertSame(second, found.device());
        assertEquals("auto: first 8.00 ms per image, second 2.50 ms per image, third 3.00 ms per image",
                found.report());
        assertTrue(found.isWarm());
        assertEquals(List.of(1, 0, 1), List.of(first.count().closed, second.count().closed, third.count().closed));
        found.executable().close();
        assertEquals(1, second.count().closed);
    }

    /** The median counts, so a pause does not. */
    @Test
    void onePauseDoesNotCount() {
        int[] runs = new int[1];
        var paused = new FakeDevice("paused", () -> nanos += ++runs[0] % 7 == 0 ? 1_000_000_000 : 1_000_000);
        assertSame(paused, fastest(taking("steady", 2000), paused).device());
    }

    @Test
    void whatCannotRunTheNetIsPassedOver() {
        var broken = failing("broken", new UnsupportedOperationException("broken can't run the net"));
        var small = failing("small", new IllegalArgumentException("small is out of memory"));
        var good = taking("good", 1000);
        DeviceSelector.Selection found = fastest(broken, small, good);
        assertSame(good, found.device());
        assertEquals("auto: not broken (broken can't run the net), not small (small is out of memory), "
                + "good 1.00 ms per image", found.report());
        assertEquals(List.of(1, 1, 0), List.of(broken.count().closed, small.count().closed, good.count().closed));
    }

    @Test
    void whereAllFailTheFirstSaysWhy() {
        var first = failing("first", new IllegalArgumentException("too large"));
        var second = failing("second", new UnsupportedOperationException("no kernel"));
        assertEquals("too large",
                assertThrows(IllegalArgumentException.class, () -> fastest(first, second)).getMessage());
        assertEquals(List.of(1, 1), List.of(first.count().closed, second.count().closed));
    }

    @Test
    void nothingStaysOpenBehindAFailureOfAnotherKind() {
        var good = taking("good", 1000);
        var wrong = failing("wrong", new IllegalStateException("a mistake in the code"));
        assertThrows(IllegalStateException.class, () -> fastest(good, wrong));
        assertEquals(List.of(1, 1), List.of(good.count().closed, wrong.count().closed));
    }

    @Test
    void aSingleDeviceIsNotTimed() {
        var only = taking("only", 1000);
        DeviceSelector.Selection found = fastest(only);
        assertSame(only, found.device());
        assertEquals("", found.report());
        assertEquals(0, only.count().run);
    }

    /** Brings a device that fails, and one that takes far longer than the CPU. */
    public static final class Provider implements DeviceProvider {
        @Override
        public String kind() {
            return "made-up";
        }

        @Override
        public List<Device> devices() {
            return List.of(failing("made-up:0", new UnsupportedOperationException("out of order")),
                    new FakeDevice("made-up:1", () -> LockSupport.parkNanos(10_000_000)));
        }

        @Override
        public String unavailableReason() {
            return "";
        }
    }

    /** Prints what the built-in net runs on. */
    public static void main(String[] args) {
        try (Session session = Models.digits().compile(o -> o.threads(1).warmUp(false))) {
            System.out.println(session.device() + " | " + session.deviceChoice());
        }
    }

    @Test
    void theDefaultChoosesAmongWhatProvidersBring(@TempDir Path folder) throws Exception {
        assertEquals("cpu |", ChildJvm.print(System.getProperty("java.class.path"), DeviceSelectorTest.class));
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(DeviceProvider.class.getName()), Provider.class.getName());
        String printed = ChildJvm.print(System.getProperty("java.class.path") + File.pathSeparator + folder,
                DeviceSelectorTest.class);
        assertTrue(printed.matches("cpu \\| auto: cpu \\d+\\.\\d\\d ms per image, "
                + "not made-up:0 \\(out of order\\), made-up:1 \\d+\\.\\d\\d ms per image"), printed);
    }
}
