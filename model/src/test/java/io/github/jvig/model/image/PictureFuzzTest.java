package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.fuzz.FuzzFormat;
import io.github.jvig.model.fuzz.FuzzRun;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged files of every picture format. The seeds are fixed; how many inputs are tried depends on the time, their order does not. */
class PictureFuzzTest {
    private static final long INPUTS = 3000;
    private static final long NANOS = 1_000_000_000L;

    static Stream<FuzzFormat> formats() throws Exception {
        return PictureFuzz.formats().stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void damageGivesAnImageOrOneLine(FuzzFormat format) throws Exception {
        FuzzRun.Counts counts = FuzzRun.run(format, 16, INPUTS, NANOS);
        assertTrue(counts.refused() > 0, "no damage was seen in " + format.name());
    }
}
