package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.onnx.OnnxExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A model with its weights in, an ONNX file out. */
@CommandLine.Command(name = "export-onnx", description = "Write a model with its weights as ONNX, float32, for other runtimes.")
final class ExportOnnxCommand extends Command {
    @Option(names = "--model", paramLabel = "M", required = true, description = "Name of the model.")
    private String model;

    @Mixin
    private WeightsOptions weights;

    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input in pixels, which the file fixes (default: the model's own).")
    private InputSize size;

    @Parameters(index = "0", paramLabel = "OUT.onnx", description = "Where the model goes.")
    private Path out;

    ExportOnnxCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (!out.toString().endsWith(".onnx")) {
            throw usage("the result " + out + " must be called something.onnx");
        }
        Path target = WholeFile.target(out);
        Model loaded = weights.load(model, this);
        InputSize input = size == null ? new InputSize(loaded.size(), loaded.size()) : size;
        OnnxExport.write(loaded.graph(), input.height(), input.width(), target);
        console.print(out + ": " + OnnxExport.INPUT + " [batch, 3, " + input.height() + ", " + input.width() + "], "
                + OnnxExport.OUTPUT + " [batch, " + loaded.classes() + "], " + Files.size(target) + " bytes");
        return Main.OK;
    }
}
