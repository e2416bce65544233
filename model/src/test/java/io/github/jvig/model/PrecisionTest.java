package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Precision;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionTest {
    /** {@code auto} has no other device here. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "auto"})
    void theProcessorRefusesHalfPrecision(String device) {
        Model model = Models.digits();
        var e = assertThrows(UnsupportedOperationException.class,
                () -> model.compile(o -> o.device(device).precision(Precision.HALF).warmUp(false)));
        assertEquals(
                "the device cpu computes in single precision only; half precision is for GPUs that have it, such as "
                        + "--device tornado",
                e.getMessage());
    }

    @Test
    void namesAreThoseOfTheCommandLine() {
        assertEquals(List.of(Precision.values()),
                Arrays.stream(Precision.values()).map(p -> Precision.named(p.toString())).toList());
        var e = assertThrows(IllegalArgumentException.class, () -> Precision.named("double"));
        assertEquals("there is no precision 'double'; there are single and half", e.getMessage());
    }

    @Test
    void singleIsTheDefault() {
        assertEquals(Precision.SINGLE, SessionOptions.defaults().precision());
        assertEquals(Precision.SINGLE, CompileOptions.of(1, 1, 1).precision());
        SessionOptions half = SessionOptions.builder().precision(Precision.HALF).build();
        assertEquals(Precision.HALF, half.toBuilder().build().precision());
        assertEquals(", half precision", half.toString().substring(half.toString().lastIndexOf(',')));
    }
}
