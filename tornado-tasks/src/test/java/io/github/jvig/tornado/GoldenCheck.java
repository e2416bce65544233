package io.github.jvig.tornado;

import io.github.jvig.model.Devices;
import io.github.jvig.model.Golden;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Passes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Compares nets on a device with the results of their authors' code, a line each, for machines without Maven. The golden results lie in the
 * class path.
 */
public final class GoldenCheck {
    /** In standard deviations of the logits. */
    static final double TOLERANCE = 1e-4;
    /** Beside those that are listed as families. */
    private static final List<String> OTHERS = List.of("tiny_mobilevig_1x64x64", "tiny_mobilevig_1x96x160",
            "mobilevig_ti_2x224x224", "mobilevig_s_1x224x224", "mobilevigv2_ti_1x224x224", "mobilevigv2_m_1x224x224",
            "greedyvig_s_1x224x224_input29", "efficientformer_l1_1x224x224", "tiny_efficientformer_2x200x224",
            "mobilenetv2_100_1x224x224");

    private GoldenCheck() {
    }

    /** @param args the device, then names of golden files; {@code list} prints the names of all */
    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals("list")) {
            all().forEach(System.out::println);
            return;
        }
        boolean passed = true;
        for (String file : Arrays.asList(args).subList(1, args.length)) {
            long start = System.nanoTime();
            String result;
            try {
                if (!all().contains(file)) {
                    throw new IOException("there is no golden file of this name; the argument list prints all");
                }
                double error = error(Golden.read(file), args[0]);
                passed &= error <= TOLERANCE;
                result = String.format(Locale.ROOT, "%s %.1e", error <= TOLERANCE ? "right" : "WRONG", error);
            } catch (IOException | RuntimeException e) {
                passed = false;
                result = "FAILED " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
            System.out.printf(Locale.ROOT, "golden %s %s, %.0f s%n", file, result, (System.nanoTime() - start) / 1e9);
        }
        System.exit(passed ? 0 : 1);
    }

    /** Names of all golden files that hold logits. */
    static List<String> all() throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/families.txt")) {
            List<String> families = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank()).toList();
            return new ArrayList<>(Stream.concat(OTHERS.stream(), families.stream()).toList());
        }
    }

    /** The largest difference of a logit in standard deviations of the logits; infinite if one is NaN. */
    static double error(Golden golden, String device) throws IOException {
        double[] expected = golden.logits();
        float[] logits = new float[expected.length];
        try (Executable executable = Devices.named(device).compile(
                Passes.optimize(golden.net().build(Seeded.parameters())),
                CompileOptions.of(golden.height(), golden.width(), 1))) {
            executable.run(golden.input(), golden.batch(), new float[][]{logits});
        }
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - logits[i]) / golden.logitsStd();
            error = Math.max(error, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return error;
    }
}
