package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.KernelProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No two packages of JViG need each other, directly or by way of others: compiled classes are read, so comments do not count. */
class PackageCyclesTest {
    private static final String ROOT = "io/github/jvig/";
    private static final Pattern TYPE = Pattern.compile("L(" + ROOT + "[\\w/]+)/[\\w$]+;");

    @Test
    void thereAreNone() throws Exception {
        Map<String, Set<String>> uses = new TreeMap<>();
        read(KernelProvider.class, uses);
        read(Models.class, uses);
        assertTrue(uses.keySet().containsAll(Set.of("kernels", "kernels/vector", "model", "model/vision", "model/cpu")),
                uses::toString);
        assertTrue(uses.get("model/cpu").containsAll(Set.of("model/device", "model/lowering", "kernels")),
                uses::toString);
        assertEquals(List.of(), cycles(uses));
    }

    @Test
    void theyWouldBeFound() {
        assertEquals(List.of(Set.of("a", "b", "c")), cycles(Map.of("a", Set.of("b"), "b", Set.of("c"), "c",
                Set.of("a", "d"), "d", Set.of("e"), "e", Set.of())));
        assertEquals(List.of(), cycles(Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of())));
    }

    /** Packages that reach each other, one set for each knot of them. */
    private static List<Set<String>> cycles(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(from -> reached.put(from, reachedFrom(from, uses)));
        Set<Set<String>> cycles = new java.util.LinkedHashSet<>();
        reached.forEach((from, targets) -> {
            Set<String> both = new TreeSet<>();
            targets.stream().filter(to -> reached.getOrDefault(to, Set.of()).contains(from)).forEach(both::add);
            if (!both.isEmpty()) {
                cycles.add(both);
            }
        });
        return new ArrayList<>(cycles);
    }

    private static Set<String> reachedFrom(String from, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        List<String> left = new ArrayList<>(uses.get(from));
        while (!left.isEmpty()) {
            String next = left.removeLast();
            if (reached.add(next)) {
                left.addAll(uses.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    /** Adds the packages that the classes beside this one use. They lie in a folder, or in a jar when only this module is built. */
    private static void read(Class<?> one, Map<String, Set<String>> uses) throws Exception {
        Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            readFolder(place, uses);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                readFolder(jar.getPath("/"), uses);
            }
        }
    }

    private static void readFolder(Path folder, Map<String, Set<String>> uses) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                    .forEach(file -> readClass(file, uses));
        }
    }

    private static void readClass(Path file, Map<String, Set<String>> uses) {
        try {
            var model = ClassFile.of().parse(Files.readAllBytes(file));
            String own = packageOf(model.thisClass().asInternalName());
            Set<String> used = uses.computeIfAbsent(own, _ -> new TreeSet<>());
            for (PoolEntry entry : model.constantPool()) {
                if (entry instanceof ClassEntry type && type.asInternalName().startsWith(ROOT)) {
                    used.add(packageOf(type.asInternalName()));
                } else if (entry instanceof Utf8Entry text) {
                    Matcher types = TYPE.matcher(text.stringValue());
                    while (types.find()) {
                        used.add(types.group(1).substring(ROOT.length()));
                    }
                }
            }
            used.remove(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packageOf(String type) {
        return type.substring(ROOT.length(), type.lastIndexOf('/'));
    }
}
