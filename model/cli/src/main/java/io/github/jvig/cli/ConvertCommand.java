package io.github.jvig.cli;

import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.onnx.OnnxWeights;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Converts a checkpoint to safetensors. */
@CommandLine.Command(name = "convert", description = "Convert a checkpoint, or the weights of an ONNX file, to safetensors (float32).")
final class ConvertCommand extends Command {
    @Parameters(index = "0", paramLabel = "IN", description = "Checkpoint file (.pth, .pth.tar, .safetensors), ONNX file (.onnx), or hf:owner/repo[@revision]/file.")
    private String in;

    @Parameters(index = "1", paramLabel = "OUT.safetensors", description = "Output file.")
    private Path out;

    @Option(names = "--ema", description = "Use the checkpoint's moving average of the weights.")
    private boolean ema;

    @Option(names = "--state-dict", paramLabel = "KEY", description = "Use the tensors under this key of the checkpoint. Keys of dicts in each other are joined by dots; a prefix of the tensors' names may follow.")
    private String stateDict;

    ConvertCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (!out.toString().endsWith(".safetensors")) {
            throw usage("the output file must end in .safetensors, got " + out);
        }
        Path target = WholeFile.target(out);
        Path file = WeightsOptions.file(in, console);
        if (Files.exists(out) && Files.exists(file) && Files.isSameFile(file, out)) {
            throw new IOException(out + ": the output file is the input file; choose another output file");
        }
        Weights weights = weights(file);
        Safetensors.write(target, weights);
        console.print(MessageText.line(out.toString()) + ": " + weights.names().size() + " tensors, "
                + Files.size(target) + " bytes");
        return Main.OK;
    }

    private Weights weights(Path file) throws IOException {
        if (!file.toString().endsWith(".onnx")) {
            return Weights.load(file, WeightsOptions.which(ema, stateDict, this));
        }
        if (ema) {
            throw usage("--ema goes with a checkpoint; " + in + " is an ONNX file");
        }
        return OnnxWeights.read(file);
    }
}
