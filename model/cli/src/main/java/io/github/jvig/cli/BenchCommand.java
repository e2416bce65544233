package io.github.jvig.cli;

import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.TensorInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the latency of models and compares it with the FMA peak of the machine. */
@CommandLine.Command(name = "bench", description = "Measure latency and throughput. Without --weights the weights are random.")
final class BenchCommand extends Command {
    private static final String ALL = "all";
    private static final double MAX_WARM_UP_SECONDS = 5;

    @Option(names = "--model", paramLabel = "M|all", defaultValue = "mobilevig_ti", description = "Name of a model, 'all' for all named ones (default: mobilevig_ti), or an ONNX file.")
    private String model;

    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input size in pixels (default: the model's native size).")
    private InputSize size;

    @Option(names = "--shape", paramLabel = "NAME=1x16", converter = InputShape.Converter.class, description = "Shape of an input of an ONNX file that leaves sizes free; for each such input.")
    private List<InputShape> shapes = List.of();

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Images per run (default: 1).")
    private int batch;

    @Option(names = "--threads", paramLabel = "N,...", split = ",", description = "Numbers of threads; one row for each (default: one thread per core).")
    private List<Integer> threads = List.of(SessionOptions.defaults().threads());

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5", description = "Measuring time for each row, after a warm-up of the same length but at most 5 s (default: 5).")
    private double seconds;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "A device that 'jvig devices' lists, or auto: the device with the lowest single-image latency, measured if there are several (default).")
    private String deviceName;

    @Option(names = "--tune", description = "Choose kernels by timing them. The results are kept in the cache, so each machine is timed once.")
    private boolean tune;

    @Option(names = "--memory", paramLabel = "BYTES", converter = MemorySize.Converter.class, description = "Most memory for the activations, such as 2MB: the first layers then run in strips, as many as it takes (default: no bound).")
    private MemorySize memory;

    @Mixin
    private WeightsOptions weights;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    /** The result for one model and one number of threads. */
    private record Row(String model, InputSize size, int batch, int threads, String device, Stopwatch times, long macs,
            double peak) {
        double imagesPerSecond() {
            return batch * 1e3 / times.mean();
        }

        /** GFLOP/s; a multiply-add counts as two operations. */
        double gflops() {
            return 2e-9 * macs * imagesPerSecond();
        }

        String json() {
            return Json.object(json -> {
                json.writeStringField("model", model);
                Json.size(json, size);
                json.writeNumberField("batch", batch);
                json.writeNumberField("threads", threads);
                json.writeStringField("device", device);
                Json.decimal(json, "p50_ms", times.percentile(0.5), 1e4);
                Json.decimal(json, "p90_ms", times.percentile(0.9), 1e4);
                Json.decimal(json, "images_per_s", imagesPerSecond());
                Json.decimal(json, "gflops", gflops());
                Json.decimal(json, "peak_gflops", peak);
                Json.decimal(json, "peak_share", gflops() / peak, 1e5);
            });
        }

        String[] cells() {
            return new String[]{model, size.toString(), Integer.toString(batch), Integer.toString(threads), device,
                    NumberFormats.format("%.2f", times.percentile(0.5)),
                    NumberFormats.format("%.2f", times.percentile(0.9)),
                    NumberFormats.format("%.1f", imagesPerSecond()), NumberFormats.format("%.1f", gflops()),
                    NumberFormats.percent(gflops() / peak)};
        }
    }

    BenchCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        atLeast(1, "--batch", batch);
        atLeast(0.001, "--seconds", seconds);
        for (int n : threads) {
            atLeast(1, "--threads", n);
        }
        if (model.equals(ALL) && weights.weights != null) {
            throw usage("--weights goes with one --model");
        }
        List<String> names = model.equals(ALL) ? Models.all().stream().map(ModelInfo::name).toList() : List.of(model);
        Peak peak = new Peak();
        // Descriptions of the devices that occur in the rows, by name.
        Map<String, String> devices = new LinkedHashMap<>();
        Table table = new Table("model", ">size", ">batch", ">threads", "device", ">p50 ms", ">p90 ms", ">images/s",
                ">GFLOP/s", ">of peak");
        for (String name : names) {
            Model loaded = weights.loadOrRandom(name, this);
            for (int n : threads) {
                Row row = measure(loaded, n, peak);
                devices.computeIfAbsent(row.device(), device -> device + ": " + Devices.named(device).description());
                table.row(row.cells());
                if (json) {
                    console.print(row.json());
                    console.flush();
                }
            }
        }
        if (!json) {
            console.print(String.join("; ", devices.values()) + "; Java " + Runtime.version());
            console.print(table.lines());
        }
        return Main.OK;
    }

    private Row measure(Model loaded, int n, Peak peak) {
        SessionOptions.Builder options = SessionOptions.builder().threads(n).device(deviceName).warmUp(false);
        if (size != null) {
            options.size(size.height(), size.width());
        }
        InputShape.set(shapes, options);
        if (tune) {
            options.tuned();
        }
        if (memory != null) {
            options.activationBytes(memory.bytes());
        }
        try (Session session = loaded.compile(options.build())) {
            sayDevice(session);
            float[] images = noise(batch, session);
            Stopwatch.warmUp(Math.min(seconds, MAX_WARM_UP_SECONDS), () -> session.run(images));
            Stopwatch times = Stopwatch.time(seconds, () -> session.run(images));
            return new Row(loaded.name(), new InputSize(session.height(), session.width()), batch, n, session.device(),
                    times, session.macs(),
                    peak.gflops(session.device(), n));
        }
    }

    /** Noise as inputs, as {@link TensorInfo#random} makes it. */
    static float[] noise(int batch, Session session) {
        long length = session.inputs().stream().mapToLong(TensorInfo::elements).sum() * batch;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a batch of " + batch + " images is larger than one Java array can be");
        }
        float[] images = new float[(int) length];
        for (int i = 0; i < batch; i++) {
            float[] image = TensorInfo.random(session.inputs(), 1 + i);
            System.arraycopy(image, 0, images, i * image.length, image.length);
        }
        return images;
    }
}
