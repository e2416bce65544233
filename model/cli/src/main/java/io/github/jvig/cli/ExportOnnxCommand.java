package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Exports a model with its weights as an ONNX file. */
@CommandLine.Command(name = "export-onnx", description = "Export a model with its weights as ONNX (float32).")
final class ExportOnnxCommand extends Command {
    @Option(names = "--model", paramLabel = "M", required = true, description = "Name of the model.")
    private String model;

    @Mixin
    private WeightsOptions weights;

    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input size in pixels, fixed in the file (default: the model's native size).")
    private InputSize size;

    @Parameters(index = "0", paramLabel = "OUT.onnx", description = "Output file.")
    private Path out;

    ExportOnnxCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (!out.toString().endsWith(".onnx")) {
            throw usage("the output file must end in .onnx, got " + out);
        }
        if (WeightsOptions.isFile(model)) {
            throw usage("--model must be the name of a net; " + model + " is a file already");
        }
        Path target = WholeFile.target(out);
        Model loaded = weights.load(model, this);
        InputSize input = size == null ? new InputSize(loaded.size(), loaded.size()) : size;
        OnnxExport.write(loaded.graph(), input.height(), input.width(), target);
        console.print(MessageText.line(out.toString()) + ": " + OnnxExport.INPUT + " [batch, 3, " + input.height()
                + ", " + input.width() + "], "
                + OnnxExport.OUTPUT + " [batch, " + loaded.classes() + "], " + Files.size(target) + " bytes");
        return Main.OK;
    }
}
