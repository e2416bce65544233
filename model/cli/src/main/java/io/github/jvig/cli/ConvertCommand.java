package io.github.jvig.cli;

import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A checkpoint in, safetensors out. */
@CommandLine.Command(name = "convert", description = "Write the weights of a checkpoint as safetensors, float32.")
final class ConvertCommand extends Command {
    @Parameters(index = "0", paramLabel = "IN", description = "A checkpoint (.pth, .pth.tar), safetensors, or hf:owner/repo[@revision]/file.")
    private String in;

    @Parameters(index = "1", paramLabel = "OUT.safetensors", description = "Where the weights go.")
    private Path out;

    @Option(names = "--ema", description = "Take the moving average of the weights that the checkpoint holds.")
    private boolean ema;

    ConvertCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (!out.toString().endsWith(".safetensors")) {
            throw usage("the result " + out + " must be called something.safetensors");
        }
        Path target = WholeFile.target(out);
        Path file = WeightsOptions.file(in, console);
        if (Files.exists(out) && Files.exists(file) && Files.isSameFile(file, out)) {
            throw new IOException(out + ": is the input, so it is not overwritten");
        }
        Weights weights = Weights.load(file, WeightsOptions.which(ema));
        Safetensors.write(target, weights);
        console.print(out + ": " + weights.names().size() + " tensors, " + Files.size(target) + " bytes");
        return Main.OK;
    }
}
