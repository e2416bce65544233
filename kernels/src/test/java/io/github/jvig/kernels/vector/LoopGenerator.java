package io.github.jvig.kernels.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the classes below this package that hold unrolled loops. They repeat themselves for every shape of a tile, and have to: a vector
 * that is handed to a method becomes an object as soon as the compiler stops inlining, so each loop is one method with its sums in local
 * variables. Their sources are committed, so that nothing is generated during a build; {@link GeneratedLoopsTest} compares them with the
 * templates.
 *
 * <p>It needs nothing but the JDK, so that {@code java LoopGenerator.java FOLDER} works without a build.
 */
final class LoopGenerator {
    private LoopGenerator() {
    }

    /** Writes all classes below the folder of sources that is the one argument, {@code kernels/src/main/java}. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1 || !Files.isDirectory(packageFolder(Path.of(args[0])))) {
            System.err.println("LoopGenerator: needs one argument, the folder kernels/src/main/java");
            System.exit(2);
        }
        Path folder = packageFolder(Path.of(args[0]));
        for (Map.Entry<String, String> source : sources().entrySet()) {
            Files.writeString(folder.resolve(source.getKey()), source.getValue());
        }
    }

    /** Where the files of this package lie in a folder of sources. */
    static Path packageFolder(Path sources) {
        return sources.resolve(LoopGenerator.class.getPackageName().replace('.', '/'));
    }

    /** The text of each file by its place below this package. */
    static Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        sources.put("product/GemmLoops.java", GemmLoopsTemplate.source());
        sources.put("depthwise/DepthwiseLoops.java", DepthwiseLoopsTemplate.source());
        sources.put("depthwise/WideDepthwiseLoops.java", DepthwiseLoopsTemplate.wideSource());
        sources.put("activation/GeluLoops.java", GeluLoopsTemplate.source());
        sources.put("activation/ActivationLoops.java", ActivationLoopsTemplate.source());
        sources.put("graph/MaxRelativeLoops.java", MaxRelativeLoopsTemplate.source());
        return sources;
    }
}
