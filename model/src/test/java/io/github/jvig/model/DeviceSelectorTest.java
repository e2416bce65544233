package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.DeviceProvider;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How {@code auto} chooses, with devices whose time is made up. */
class DeviceSelectorTest {
    private static final Graph GRAPH = new Graph(List.of(new Node("input", new InputOp(3), List.of())));
    private static final CompileOptions OPTIONS = CompileOptions.of(2, 2, 1);

    private long nanos;

    private FakeDevice taking(String name, long micros) {
        return new FakeDevice(name, () -> nanos += 1000 * micros);
    }

    private static FakeDevice failing(String name, Throwable e) {
        return new FakeDevice(name, () -> raise(e));
    }

    private static void raise(Throwable e) {
        switch (e) {
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new AssertionError(e);
        }
    }

    private DeviceSelector.Selection fastest(Device... devices) {
        return new DeviceSelector(executable -> executable.run(new float[0], 1, new float[0][]), () -> nanos)
                .fastest(List.of(devices), GRAPH, OPTIONS);
    }

    /** A device that knows nothing of the bound is refused when it takes more, and closed. */
    @Test
    void whatTakesMoreMemoryThanItMayIsRefused() {
        CompileOptions bounded = new CompileOptions(2, 2, 1, Optional.empty(), OptionalLong.of(10));
        var device = new FakeDevice("large", () -> {});
        device.count().bytes = 11;
        String message = assertThrows(IllegalArgumentException.class,
                () -> DeviceSelector.only(device, GRAPH, bounded)).getMessage();
        assertEquals("on large the activations take 11 bytes, more than the bound of 10", message);
        assertEquals(1, device.count().closed);
        assertSame(device, DeviceSelector.only(device, GRAPH, OPTIONS).device());
        device.count().bytes = 10;
        assertSame(device, DeviceSelector.only(device, GRAPH, bounded).device());
    }

    @Test
    void theFastestIsKeptAndTheOthersAreClosed() {
        var first = taking("first", 8000);
        var second = taking("second", 2500);
        var third = taking("third", 3000);
        DeviceSelector.Selection selection = fastest(first, second, third);
        assertSame(second, selection.device());
        assertEquals("auto: first 8.00 ms per image, second 2.50 ms per image, third 3.00 ms per image",
                selection.report());
        assertTrue(selection.isWarm());
        assertEquals(List.of(1, 0, 1), List.of(first.count().closed, second.count().closed, third.count().closed));
        selection.executable().close();
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
    void whatCannotRunTheNetIsSkipped() {
        var broken = failing("broken", new UnsupportedOperationException("broken can't run the net"));
        var small = failing("small", new IllegalArgumentException("small is out of memory"));
        var good = taking("good", 1000);
        DeviceSelector.Selection selection = fastest(broken, small, good);
        assertSame(good, selection.device());
        assertEquals("auto: skipped broken (broken can't run the net), skipped small (small is out of memory), "
                + "good 1.00 ms per image", selection.report());
        assertEquals(List.of(1, 1, 0), List.of(broken.count().closed, small.count().closed, good.count().closed));
    }

    static List<Throwable> failuresOfDrivers() {
        return List.of(new IllegalStateException("driver gone\nin many lines"), new NoClassDefFoundError("a/Driver"),
                new Error("bailout"), new NullPointerException());
    }

    /** Wherever it is in the row: a driver may throw anything. */
    @ParameterizedTest
    @MethodSource("failuresOfDrivers")
    void aDeviceThatFailsDoesNotEndTheSelection(Throwable failure) {
        for (boolean goodFirst : new boolean[]{true, false}) {
            var good = taking("good", 1000);
            var bad = failing("bad", failure);
            DeviceSelector.Selection selection = goodFirst ? fastest(good, bad) : fastest(bad, good);
            assertSame(good, selection.device());
            assertTrue(selection.report().contains("skipped bad (" + failure.getClass().getName()), selection.report());
            assertEquals(1, selection.report().lines().count(), selection.report());
            assertEquals(List.of(0, 1), List.of(good.count().closed, bad.count().closed));
        }
    }

    @Test
    void theEndOfTheJvmEndsTheSelectionAndNothingStaysOpen() {
        var good = taking("good", 1000);
        var last = taking("last", 1000);
        var fatal = failing("fatal", new OutOfMemoryError("heap"));
        assertThrows(OutOfMemoryError.class, () -> fastest(good, fatal, last));
        assertEquals(List.of(1, 1, 0), List.of(good.count().closed, fatal.count().closed, last.count().compiled));
    }

    @Test
    void aSlowerDeviceThatDoesNotCloseIsReported() {
        for (boolean fastFirst : new boolean[]{true, false}) {
            var fast = taking("fast", 1000);
            var stuck = new FakeDevice("stuck", () -> nanos += 5_000_000, () -> {
                throw new IllegalStateException("still busy");
            });
            DeviceSelector.Selection selection = fastFirst ? fastest(fast, stuck) : fastest(stuck, fast);
            assertSame(fast, selection.device());
            assertEquals(List.of(0, 1), List.of(fast.count().closed, stuck.count().closed));
            assertTrue(selection.report().endsWith(
                    "stuck was not closed (java.lang.IllegalStateException: still busy)"), selection.report());
        }
    }

    @Test
    void whereAllFailTheFirstSaysWhy() {
        var first = failing("first", new IllegalArgumentException("too large"));
        Error gone = new Error("driver gone");
        var second = failing("second", gone);
        var e = assertThrows(IllegalArgumentException.class, () -> fastest(first, second));
        assertEquals("too large", e.getMessage());
        assertEquals(List.of(gone), List.of(e.getSuppressed()));
        assertEquals(List.of(1, 1), List.of(first.count().closed, second.count().closed));
        assertSame(gone, assertThrows(Error.class, () -> fastest(failing("a", gone), failing("b", gone))));
    }

    @Test
    void aSingleDeviceIsNotTimed() {
        var only = taking("only", 1000);
        DeviceSelector.Selection selection = fastest(only);
        assertSame(only, selection.device());
        assertEquals("", selection.report());
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
                    new FakeDevice("made-up:1", () -> LockSupport.parkNanos(500_000_000)));
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
                + "skipped made-up:0 \\(out of order\\), made-up:1 \\d+\\.\\d\\d ms per image"), printed);
    }
}
