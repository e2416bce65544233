package io.github.jvig.model.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.fuzz.FuzzFormat;
import io.github.jvig.model.fuzz.FuzzRun;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged checkpoints: weights, or one line that says what is wrong, within a bound of time and allocation. */
class CheckpointFuzzTest {
    static Stream<FuzzFormat> formats() {
        return CheckpointFuzz.formats().stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void noDamageHasAnotherOutcome(FuzzFormat format) throws Exception {
        FuzzRun.Counts counts = FuzzRun.run(format, 1, 1500, 10_000_000_000L);
        assertTrue(counts.refused() > 10 && counts.read() + counts.refused() > 100, counts.toString());
    }
}
