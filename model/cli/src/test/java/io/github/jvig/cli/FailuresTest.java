package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private static String lineFor(String type) {
        NoClassDefFoundError error = new NoClassDefFoundError(type);
        error.initCause(new ClassNotFoundException(type.replace('/', '.')));
        assertTrue(Failures.isExpected(error));
        return Failures.line(error);
    }

    @ParameterizedTest
    @CsvSource({"java/net/http/HttpClient,java.net.http", "java/lang/management/ManagementFactory,java.management",
            "com/sun/management/HotSpotDiagnosticMXBean,jdk.management", "java/util/logging/Handler,java.logging",
            "javax/imageio/ImageIO,java.desktop", "java/awt/image/RenderedImage,java.desktop",
            "sun/misc/Unsafe,jdk.unsupported"})
    void aClassOfThePlatformIsMissingWithItsModule(String type, String module) {
        assertEquals("this Java (" + System.getProperty("java.home") + ") was made without the module " + module
                + ", by jlink or --limit-modules; add " + module + " to jlink's --add-modules, or use a whole JDK "
                + Runtime.version().feature(), lineFor(type));
    }

    @Test
    void aModuleThatIsNotKnownIsNotNamed() {
        assertEquals("this Java (" + System.getProperty("java.home")
                + ") was made without the module of javax.smartcardio.Card, by jlink or --limit-modules; use a whole JDK "
                + Runtime.version().feature(), lineFor("javax/smartcardio/Card"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"com/google/protobuf/Message", "picocli/CommandLine", "javacpp/Loader",
            "io/github/jvig/model/Session"})
    void anyOtherIsMissingWithItsJar(String type) {
        assertEquals("the class " + type.replace('/', '.')
                + " can't be loaded; its jar is missing, or too few files may be open (ulimit -n)", lineFor(type));
    }
}
