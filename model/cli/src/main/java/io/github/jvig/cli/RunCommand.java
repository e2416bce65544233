package io.github.jvig.cli;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.Features;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.files.WholeFiles;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a model on a tensor from a file. */
@CommandLine.Command(name = "run", description = "Run a model on tensors from .npy files and write the logits, or all outputs of an ONNX file.")
final class RunCommand extends Command {
    private static final int CHANNELS = 3;
    /** Floats of the input that are in memory at a time (64 MiB), but at least one image. */
    private static final int CHUNK = 1 << 24;

    @Option(names = "--model", paramLabel = "M", required = true, description = "Name of the model, or an ONNX file.")
    private String model;

    @Option(names = "--input", paramLabel = "[NAME=]X.npy", required = true, description = "Normalized images [N, 3, H, W], float32 or float64, C order. An ONNX file may have several inputs: give this option for each, with its name.")
    private List<String> inputs;

    @Option(names = "--output", paramLabel = "Y.npy", required = true, description = "Output file for the logits [N, classes], float32. The other outputs of an ONNX file go to Y.<name>.npy.")
    private Path output;

    @Option(names = "--features", description = "Also write the feature maps of the model's stages (NCHW): Y.stride4.npy, Y.stride8.npy, Y.stride16.npy and Y.stride32.npy for --output Y.npy.")
    private boolean features;

    @Mixin
    private WeightsOptions weights;

    @Mixin
    private DeviceOptions device;

    RunCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (WeightsOptions.isFile(model)) {
            runOnnx();
            return Main.OK;
        }
        if (inputs.size() != 1) {
            throw usage("a net by its name has one --input, got " + inputs.size());
        }
        Path input = Path.of(inputs.getFirst());
        try (NpyReader in = new NpyReader(input)) {
            int[] image = image(in, input);
            try (WholeFiles out = new WholeFiles()) {
                add(out, output, isInput(input, output));
                Model loaded = weights.load(model, this);
                SessionOptions.Builder options = device.options(this).size(image[1], image[2]).features(features);
                if (features) {
                    for (int stride : loaded.strides()) {
                        Path file = featureFile(output, stride);
                        add(out, file, isInput(input, file));
                    }
                }
                try (Session session = loaded.compile(options.build())) {
                    sayDevice(session);
                    run(session, in, out.channels(), CHUNK);
                }
                out.commit();
            }
        }
        return Main.OK;
    }

    private void runOnnx() throws IOException {
        Model loaded = weights.load(model, this);
        try (OnnxRun run = new OnnxRun(loaded, inputs); WholeFiles out = new WholeFiles()) {
            add(out, output, run.reads(output));
            try (Session session = loaded.compile(run.options(device.options(this).features(features)))) {
                sayDevice(session);
                for (Path file : OnnxRun.otherFiles(output, session.outputs())) {
                    add(out, file, run.reads(file));
                }
                run.run(session, out.channels());
            }
            out.commit();
        }
    }

    private static boolean isInput(Path input, Path file) throws IOException {
        return Files.exists(file) && Files.isSameFile(input, file);
    }

    private static void add(WholeFiles out, Path file, boolean isInput) throws IOException {
        if (isInput) {
            throw new IOException(file + ": the output file is the input file; choose another output file");
        }
        out.add(file);
    }

    /** The file for a feature map: {@code Y.stride4.npy} in the folder of {@code Y.npy}. */
    static Path featureFile(Path output, int stride) {
        return beside(output, "stride" + stride);
    }

    /** A file in the folder of {@code Y.npy}, with a word before the ending. */
    static Path beside(Path output, String word) {
        String name = output.getFileName().toString();
        int end = name.endsWith(".npy") ? name.length() - ".npy".length() : name.length();
        return output.resolveSibling(name.substring(0, end) + "." + word + name.substring(end));
    }

    /** Shape of one image: channels, height, width. */
    private static int[] image(NpyReader in, Path input) throws IOException {
        long[] shape = in.shape();
        if (shape.length != 4 || shape[1] != CHANNELS) {
            throw new IOException(input + ": the shape must be (N, 3, H, W), got " + in.shapeText());
        }
        if (shape[2] * shape[3] > Integer.MAX_VALUE / (CHANNELS * Float.BYTES)) {
            throw new IOException(input + ": images of " + shape[2] + "x" + shape[3] + " pixels are too large");
        }
        return new int[]{CHANNELS, (int) shape[2], (int) shape[3]};
    }

    /**
     * Runs all images, a few at a time.
     *
     * @param outs  channels for the logits and, after it, for each feature map of the session
     * @param chunk floats of the input to read at a time, but at least one image
     */
    static void run(Session session, NpyReader in, List<? extends WritableByteChannel> outs, int chunk)
            throws IOException {
        long images = in.shape()[0];
        int length = session.channels() * session.height() * session.width();
        List<NpyWriter> writers = new ArrayList<>();
        writers.add(new NpyWriter(outs.getFirst(), images, session.classes()));
        for (MapLayout map : session.featureMaps()) {
            writers.add(new NpyWriter(outs.get(writers.size()), images, map.channels(), map.height(), map.width()));
        }
        int maxBatch = (int) Math.min(images, Math.max(1, chunk / length));
        float[] batch = new float[maxBatch * length];
        for (long done = 0; done < images; done += maxBatch) {
            if (images - done < maxBatch) {
                batch = new float[(int) (images - done) * length];
            }
            in.read(batch, batch.length);
            if (session.featureMaps().isEmpty()) {
                writers.getFirst().write(session.run(batch));
            } else {
                Features result = session.features(batch);
                writers.getFirst().write(result.logits());
                for (int i = 1; i < writers.size(); i++) {
                    writers.get(i).write(result.maps().get(i - 1).values());
                }
            }
        }
    }
}
