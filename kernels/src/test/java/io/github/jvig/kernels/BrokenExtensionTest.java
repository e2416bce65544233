package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.services.AddedServices;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that can't be used are named, with where they come from and why. */
class BrokenExtensionTest {
    @TempDir
    private Path folder;

    /** Can't be made. */
    public static final class Unbuilt implements KernelExtension {
        public Unbuilt() {
            throw new IllegalStateException("no license");
        }

        @Override
        public List<KernelRow<?, Kernel>> rows(Machine machine) {
            return List.of();
        }
    }

    private String failure(String name) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(KernelExtension.class.getName()), name);
        try (var loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, getClass().getClassLoader())) {
            return assertThrows(ServiceConfigurationError.class,
                    () -> AddedServices.all(ServiceLoader.load(KernelExtension.class, loader), KernelExtension.class,
                            "kernel extension"))
                    .getMessage();
        }
    }

    @Test
    void oneThatCannotBeMadeIsNamed() throws Exception {
        String message = failure(Unbuilt.class.getName());
        assertTrue(message.startsWith("the kernel extension " + Unbuilt.class.getName() + " of /"), message);
        assertTrue(message.endsWith(" failed: java.lang.IllegalStateException: no license"), message);
    }

    @Test
    void oneThatIsNotThereOrOfALaterJavaIsNamed() throws Exception {
        assertTrue(
                failure("gone.Rows").startsWith("a kernel extension can't be loaded: Provider gone.Rows not found; "));
        byte[] later = {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 99};
        Files.write(Files.createDirectories(folder.resolve("later")).resolve("Rows.class"), later);
        String message = failure("later.Rows");
        assertTrue(message.startsWith("a kernel extension can't be loaded: ") && message.contains("later/Rows"),
                message);
    }

    @Test
    void oneWhoseCallFailsIsNamed() {
        for (RuntimeException e : List.of(new NullPointerException(), new IllegalArgumentException("two rows"))) {
            String message = assertThrows(ServiceConfigurationError.class,
                    () -> AddedServices.call("kernel extension", Unbuilt.class, () -> {
                        throw e;
                    })).getMessage();
            assertTrue(message.contains(Unbuilt.class.getName()) && message.endsWith("failed: " + e), message);
        }
        assertEquals("rows", AddedServices.call("kernel extension", Unbuilt.class, () -> "rows"));
    }
}
