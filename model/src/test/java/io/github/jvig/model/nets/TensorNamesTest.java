package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.model.Models;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every net asks for the tensors that its authors' checkpoint holds, all of them, in their shapes. */
class TensorNamesTest {
    /** By net, the tensors' names with their shapes. */
    private static Map<String, Map<String, String>> published() throws IOException {
        try (InputStream in = TensorNamesTest.class.getResourceAsStream("/golden/tensors.txt")) {
            Map<String, Map<String, String>> nets = new LinkedHashMap<>();
            Map<String, String> net = null;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList()) {
                if (line.startsWith("[")) {
                    net = new TreeMap<>();
                    nets.put(line.substring(1, line.length() - 1), net);
                } else {
                    net.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
                }
            }
            return nets;
        }
    }

    static Stream<String> nets() throws IOException {
        return published().keySet().stream().filter(net -> Models.all().stream().anyMatch(m -> m.name().equals(net)));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void areThoseOfTheCheckpoint(String net) throws IOException {
        Map<String, String> asked = new TreeMap<>();
        Models.info(net).net().build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                asked.put(name, Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(",")));
                return new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
            }

            @Override
            public String source() {
                return "zeros";
            }
        });
        assertEquals(published().get(net), asked);
    }
}
