package io.github.jvig.model.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A raw tensor in, logits out. */
@CommandLine.Command(name = "run", description = "Run a model on a tensor from a .npy file.")
final class RunCommand extends Command {
    private static final int CHANNELS = 3;
    /** Floats of input that are in memory at a time, one image at least: 64 MiB. */
    private static final int PIECE = 1 << 24;

    @Option(names = "--model", paramLabel = "M", required = true, description = "Name of the model.")
    private String model;

    @Option(names = "--input", paramLabel = "X.npy", required = true, description = "Normalised images, [N, 3, H, W], float32 or float64, C order.")
    private Path input;

    @Option(names = "--output", paramLabel = "Y.npy", required = true, description = "Where the logits go, [N, classes], float32.")
    private Path output;

    @Mixin
    private WeightsOptions weights;

    @Mixin
    private DeviceOptions device;

    RunCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        try (NpyReader in = new NpyReader(input)) {
            int[] image = image(in);
            if (Files.exists(output) && Files.isSameFile(input, output)) {
                throw new IOException(output + ": is the input, so it is not overwritten");
            }
            try (OutputFile out = new OutputFile(output)) {
                Model loaded = weights.load(model, this);
                try (Session session = loaded.compile(device.options(this).withSize(image[1], image[2]))) {
                    run(session, in, out.channel(), PIECE);
                }
                out.commit();
            }
        }
        return Main.OK;
    }

    /** Shape of one image of the input. */
    private int[] image(NpyReader in) throws IOException {
        long[] shape = in.shape();
        if (shape.length != 4 || shape[1] != CHANNELS) {
            throw new IOException(input + ": has the shape " + in.shapeText() + ", a net takes (N, 3, H, W)");
        }
        if (shape[2] * shape[3] > Integer.MAX_VALUE / (CHANNELS * Float.BYTES)) {
            throw new IOException(input + ": images of " + shape[2] + "x" + shape[3] + " pixels are too large");
        }
        return new int[]{CHANNELS, (int) shape[2], (int) shape[3]};
    }

    /**
     * Runs all images, some at a time.
     *
     * @param piece floats of input at a time, but at least one image
     */
    static void run(Session session, NpyReader in, WritableByteChannel out, int piece) throws IOException {
        long images = in.shape()[0];
        int length = session.channels() * session.height() * session.width();
        NpyWriter logits = new NpyWriter(out, images, session.classes());
        int most = (int) Math.min(images, Math.max(1, piece / length));
        float[] some = new float[most * length];
        for (long done = 0; done < images; done += most) {
            if (images - done < most) {
                some = new float[(int) (images - done) * length];
            }
            in.read(some, some.length);
            logits.write(session.run(some));
        }
    }
}
