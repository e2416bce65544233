package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private static String lineFor(String type) {
        NoClassDefFoundError error = new NoClassDefFoundError(type);
        error.initCause(new ClassNotFoundException(type.replace('/', '.')));
        assertTrue(Failures.isExpected(error));
        return Failures.line(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java/net/http/HttpClient", "java/lang/management/ManagementFactory",
            "com/sun/management/HotSpotDiagnosticMXBean", "java/util/logging/Handler", "javax/imageio/ImageIO"})
    void aClassOfThePlatformIsMissingWithItsModule(String type) {
        assertEquals("the class " + type.replace('/', '.') + " is missing: its module was left out of this Java ("
                + System.getProperty("java.home") + "), by jlink or --limit-modules; use a whole JDK "
                + Runtime.version().feature(), lineFor(type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"com/google/protobuf/Message", "picocli/CommandLine", "javacpp/Loader",
            "io/github/jvig/model/Session"})
    void anyOtherIsMissingWithItsJar(String type) {
        assertEquals("the class " + type.replace('/', '.')
                + " can't be loaded; its jar is missing, or too few files may be open (ulimit -n)", lineFor(type));
    }
}
