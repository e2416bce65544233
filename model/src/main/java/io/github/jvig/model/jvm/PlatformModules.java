package io.github.jvig.model.jvm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The modules of the platform that some part of JViG needs. A run-time image by jlink may be without them; then the others work. */
public final class PlatformModules {
    /** What needs each module that may be left out. */
    private static final Map<String, String> NEEDED_FOR = new TreeMap<>(Map.of(
            "java.desktop", "BufferedImage, and the pictures that detect and segment write",
            "java.logging", "ONNX files",
            "java.management", "doctor's lines on options and the heap",
            "java.net.http", "weights from hf:",
            "jdk.incubator.vector", "the fast kernels",
            "jdk.management", "telling when the JIT compiler is done"));
    /** The packages of each module by how they begin, longer ones first where they share a beginning. */
    private static final List<Map.Entry<String, String>> PACKAGES = List.of(
            Map.entry("java.net.http.", "java.net.http"), Map.entry("java.util.logging.", "java.logging"),
            Map.entry("com.sun.management.", "jdk.management"), Map.entry("java.lang.management.", "java.management"),
            Map.entry("javax.management.", "java.management"),
            Map.entry("jdk.incubator.vector.", "jdk.incubator.vector"),
            Map.entry("sun.misc.", "jdk.unsupported"), Map.entry("sun.reflect.", "jdk.unsupported"),
            Map.entry("java.awt.", "java.desktop"), Map.entry("java.beans.", "java.desktop"),
            Map.entry("javax.imageio.", "java.desktop"), Map.entry("javax.swing.", "java.desktop"),
            Map.entry("javax.xml.", "java.xml"), Map.entry("org.w3c.dom.", "java.xml"),
            Map.entry("org.xml.sax.", "java.xml"), Map.entry("java.sql.", "java.sql"),
            Map.entry("javax.naming.", "java.naming"), Map.entry("com.sun.net.httpserver.", "jdk.httpserver"));
    /** Also packages of modules that nothing here needs, but perhaps a library. */
    private static final Pattern PLATFORM = Pattern.compile("(java|javax|jdk|sun|com\\.sun|org\\.w3c|org\\.xml)\\.");

    private PlatformModules() {
    }

    /**
     * Says in one line that a class of the platform is missing, with its module and a remedy.
     *
     * @param error what the JVM threw
     * @return nothing when it is no class of the platform that is missing
     */
    public static Optional<String> missing(LinkageError error) {
        if (!(error instanceof NoClassDefFoundError) || error.getMessage() == null) {
            return Optional.empty();
        }
        String name = error.getMessage().replace('/', '.');
        if (!PLATFORM.matcher(name).lookingAt()) {
            return Optional.empty();
        }
        Optional<String> module = PACKAGES.stream().filter(p -> name.startsWith(p.getKey())).map(Map.Entry::getValue)
                .findFirst();
        String java = "this Java (" + System.getProperty("java.home") + ") was made without ";
        String whole = "use a whole JDK " + Runtime.version().feature();
        return Optional.of(module
                .map(m -> java + "the module " + m + ", by jlink or --limit-modules; add " + m
                        + " to jlink's --add-modules, or " + whole)
                .orElseGet(() -> java + "the module of " + name + ", by jlink or --limit-modules; " + whole));
    }

    /** {@return a line for each module that this Java is without and that something needs, with what does} */
    public static List<String> absent() {
        return NEEDED_FOR.entrySet().stream().filter(m -> ModuleLayer.boot().findModule(m.getKey()).isEmpty())
                .map(m -> m.getKey() + ", for " + m.getValue()).toList();
    }
}
