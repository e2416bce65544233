package io.github.jvig.model.fuzz;

import io.github.jvig.model.image.PictureFuzz;
import io.github.jvig.model.onnx.lowering.OnnxFuzz;
import io.github.jvig.model.weights.CheckpointFuzz;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The fuzzer by hand: {@code FuzzMain FORMAT MINUTES SEED}. */
public final class FuzzMain {
    private FuzzMain() {
    }

    /** All formats. */
    static List<FuzzFormat> formats() throws IOException {
        List<FuzzFormat> formats = new ArrayList<>(CheckpointFuzz.formats());
        formats.addAll(PictureFuzz.formats());
        formats.add(new OnnxFuzz());
        return formats;
    }

    public static void main(String[] args) throws Exception {
        FuzzFormat format = formats().stream().filter(f -> args.length == 3 && f.name().equals(args[0])).findFirst()
                .orElse(null);
        if (format == null) {
            System.err.println("usage: FuzzMain FORMAT MINUTES SEED; formats: "
                    + String.join(", ", formats().stream().map(FuzzFormat::name).toList()));
            System.exit(2);
            return;
        }
        long nanos = (long) (Double.parseDouble(args[1]) * 60e9);
        System.out.println(format.name() + ": "
                + FuzzRun.run(format, Long.parseLong(args[2]), Long.MAX_VALUE, nanos));
    }
}
