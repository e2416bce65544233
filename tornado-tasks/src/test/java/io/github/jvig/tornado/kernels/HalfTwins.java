package io.github.jvig.tornado.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the kernels for maps and weights in half precision from those for single precision: they differ in the types of the arrays alone, and
 * TornadoVM has no generic kernels. Their sources are committed, so that nothing is generated during a build; {@link HalfTwinsTest} compares
 * them with what this class gives.
 *
 * <p>It needs nothing but the JDK: {@code java HalfTwins.java tornado-tasks/src/main/java}, then format the sources.
 */
final class HalfTwins {
    private static final String PACKAGE = "io/github/jvig/tornado/kernels";
    /** Kernels of single precision. Every method of theirs that takes an array of the device gets a twin. */
    static final List<String> KERNELS = List.of("PointwiseLocalTile", "PointwiseSplitTile", "PointwiseRowPerItem",
            "DepthwiseRowPerItem",
            "Conv2dPerItem", "ImageConvPerItem", "GroupedConvPerItem", "MaxRelativePerItem", "BinaryPerItem",
            "GlobalAverage");

    private static final Pattern METHOD = Pattern.compile(
            "\n    (public )?static void (\\w+)\\(([^)]*)\\) \\{\n.*?\n    \\}\n",
            Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("(?:static final int|static float) (\\w+)");
    private static final Pattern ACCESS = Pattern.compile("\\b(memory|weights)\\s*\\.(get|set)\\(");

    private HalfTwins() {
    }

    /** @param args the folder {@code tornado-tasks/src/main/java} */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        for (Map.Entry<String, String> twin : twins(folder).entrySet()) {
            Files.writeString(file(folder, twin.getKey()), twin.getValue());
        }
    }

    /** Where the source of a kernel lies. */
    static Path file(Path folder, String kernel) {
        return folder.resolve(PACKAGE).resolve(kernel + ".java");
    }

    /** The source of each twin by its name. */
    static Map<String, String> twins(Path folder) throws IOException {
        Map<String, String> twins = new LinkedHashMap<>();
        for (String kernel : KERNELS) {
            twins.put("Half" + kernel, twin(kernel, Files.readString(file(folder, kernel)).replace("\r\n", "\n")));
        }
        return twins;
    }

    private static String twin(String kernel, String source) {
        StringBuilder methods = new StringBuilder();
        Matcher method = METHOD.matcher(source);
        while (method.find()) {
            // Methods of vectors are for processors.
            if (method.group(3).contains("FloatArray") && !usesVectors(source, method)) {
                String javadoc = method.group(1) == null
                        ? ""
                        : "\n    /** See {@link " + kernel + "#" + method.group(2) + "}. */";
                methods.append(javadoc).append(qualified(kernel, source, halved(method.group())));
            }
        }
        return "package io.github.jvig.tornado.kernels;\n\nimport uk.ac.manchester.tornado.api.KernelContext;\n"
                + (methods.indexOf("new HalfFloat(") < 0
                        ? ""
                        : "import uk.ac.manchester.tornado.api.types.HalfFloat;\n")
                + (methods.indexOf(" FloatArray planes") < 0
                        ? ""
                        : "import uk.ac.manchester.tornado.api.types.arrays.FloatArray;\n")
                + "import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;\n\n/**\n * The twin of {@link "
                + kernel
                + "} for maps and weights in half precision, with sums in single precision. Generated: the test class\n"
                + " * {@code HalfTwins} says how; do not edit it.\n */\npublic final class Half" + kernel
                + " {\n    private Half" + kernel
                + "() {\n    }\n" + methods + "}\n";
    }

    private static boolean usesVectors(String source, Matcher method) {
        // A kernel is short, and the item that it calls does the work.
        Matcher called = Pattern.compile("\n        (\\w+)\\(context").matcher(method.group());
        String body = method.group();
        if (called.find()) {
            int item = source.indexOf("static void " + called.group(1) + "(");
            body = source.substring(item, source.indexOf("\n    }\n", item));
        }
        return body.contains("Vector") && body.contains("new VectorFloat16");
    }

    /** Other members of the kernel's class, which the twin does not repeat. */
    private static String qualified(String kernel, String source, String method) {
        String result = method;
        Matcher member = MEMBER.matcher(source);
        while (member.find()) {
            result = result.replaceAll("(?<![.\\w])" + member.group(1) + "\\b", kernel + "." + member.group(1));
        }
        return result;
    }

    /** A method with numbers of half precision in its arrays, but for the planes of images. */
    private static String halved(String method) {
        String text = method.replaceAll("\\bFloatArray\\b(?! planes)", "HalfFloatArray").replace("ScalarMath.finish(",
                "HalfMath.finish(");
        StringBuilder result = new StringBuilder();
        int at = 0;
        Matcher access = ACCESS.matcher(text);
        while (access.find(at)) {
            int end = closing(text, access.end());
            String arguments = halved(text.substring(access.end(), end));
            result.append(text, at, access.end());
            if (access.group(2).equals("get")) {
                result.append(arguments).append(").getFloat32()");
            } else {
                int comma = comma(arguments);
                result.append(arguments, 0, comma).append(", new HalfFloat(")
                        .append(arguments.substring(comma + 1).strip()).append("))");
            }
            at = end + 1;
        }
        return result.append(text.substring(at)).toString();
    }

    /** Index of the parenthesis that closes the one before an index. */
    private static int closing(String text, int from) {
        int depth = 1;
        int i = from;
        while (depth > 0) {
            char c = text.charAt(i++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return i - 1;
    }

    /** Index of the comma between two arguments. */
    private static int comma(String arguments) {
        int depth = 0;
        for (int i = 0; i < arguments.length(); i++) {
            char c = arguments.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && c == ',') {
                return i;
            }
        }
        throw new IllegalArgumentException("one argument: " + arguments);
    }
}
