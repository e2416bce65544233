package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionOptionsTest {
    private static SessionOptions.Builder everything() {
        return SessionOptions.builder().threads(3).device("scalar").size(64, 96).features(true).warmUp(false)
                .tuningFile(Path.of("mine.tsv")).activationBytes(5_000_000);
    }

    private static void assertEverything(SessionOptions options) {
        assertEquals(3, options.threads());
        assertEquals("scalar", options.device());
        assertEquals(OptionalInt.of(64), options.height());
        assertEquals(OptionalInt.of(96), options.width());
        assertTrue(options.features());
        assertFalse(options.warmUp());
        assertEquals(Optional.of(Path.of("mine.tsv")), options.tuningFile());
        assertEquals(OptionalLong.of(5_000_000), options.activationBytes());
    }

    @Test
    void theDefaults() {
        SessionOptions options = SessionOptions.defaults();
        assertEquals(Math.min(1024, Runtime.getRuntime().availableProcessors()), options.threads());
        assertEquals("auto", options.device());
        assertEquals(OptionalInt.empty(), options.height());
        assertEquals(OptionalInt.empty(), options.width());
        assertFalse(options.features());
        assertTrue(options.warmUp());
        assertEquals(Optional.empty(), options.tuningFile());
        assertEquals(OptionalLong.empty(), options.activationBytes());
    }

    @Test
    void everyOptionIsKeptAndCopied() {
        assertEverything(everything().build());
        assertEverything(everything().build().toBuilder().build());
        assertEquals("device scalar, 3 threads, 64x96, no warm-up, features, tuned in mine.tsv, "
                + "activations in 5000000 bytes",
                everything().build().toString());
        assertEquals("device auto, 1 thread, the model's input size",
                SessionOptions.builder().threads(1).build().toString());
    }

    @Test
    void whatWasBuiltDoesNotChange() {
        SessionOptions.Builder builder = everything();
        SessionOptions options = builder.build();
        builder.threads(1).device("cpu").size(1, 1).features(false).warmUp(true).tuned().activationBytes(1);
        options.toBuilder().threads(1).device("cpu");
        assertEverything(options);
        assertTrue(builder.build().tuningFile().orElseThrow().getFileName().toString().startsWith("tuning-"));
    }

    static Stream<Arguments> badValues() {
        return Stream.of(bad("input size must be at least 1x1, got 0x64", o -> o.size(0, 64)),
                bad("input size must be at least 1x1, got 64x-1", o -> o.size(64, -1)),
                bad("threads must be 1 to 1024, got 0", o -> o.threads(0)),
                bad("threads must be 1 to 1024, got 1025", o -> o.threads(1025)),
                bad("activations need at least a byte, got 0", o -> o.activationBytes(0)),
                bad("the device name is blank; use a name such as cpu, or auto", o -> o.device(" ")));
    }

    private static Arguments bad(String message, Consumer<SessionOptions.Builder> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest
    @MethodSource
    void badValues(String message, Consumer<SessionOptions.Builder> change) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> change.accept(SessionOptions.builder()))
                        .getMessage());
    }
}
