package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name the weights. */
final class WeightsOptions {
    private static final String ONNX = ".onnx";

    @Option(names = "--weights", paramLabel = "FILE", description = "Checkpoint file (.pth, .pth.tar, .safetensors), or hf:owner/repo[@revision]/file to download one.")
    String weights;

    @Option(names = "--ema", description = "Use the checkpoint's moving average of the weights.")
    boolean ema;

    /** Loads the model: an ONNX file, or a net by its name. Without {@code --weights} only the net {@code digits} can be loaded, whose weights are built in. */
    Model load(String name, Command command) throws IOException {
        return load(name, false, command);
    }

    /** Loads the model, with random weights if none are given. */
    Model loadOrRandom(String name, Command command) throws IOException {
        return load(name, true, command);
    }

    private Model load(String name, boolean allowRandom, Command command) throws IOException {
        if (isFile(name)) {
            if (weights != null || ema) {
                throw command.usage((ema ? "--ema" : "--weights") + " goes with a net by its name; " + name
                        + " holds its own weights");
            }
            return onnx(name, command);
        }
        checkNet(name);
        if (weights != null) {
            if (weights.endsWith(ONNX)) {
                throw command.usage("--weights " + weights
                        + " is an ONNX file, which is a net of its own; use --model " + weights);
            }
            return Models.load(name, file(weights, command.console), which(ema));
        }
        if (ema) {
            throw command.usage("--ema needs --weights FILE");
        }
        if (name.equals(Models.DIGITS)) {
            return Models.digits();
        }
        if (!allowRandom) {
            throw command.usage("--model " + name + " needs --weights FILE");
        }
        return Models.random(name);
    }

    /** Whether a model is named by a file, and not a net by its name: nets have no path and no such ending. */
    static boolean isFile(String model) {
        return model.endsWith(ONNX) || HubFile.isHubFile(model) || Files.isRegularFile(Path.of(model));
    }

    /** Loads an ONNX file. */
    static Model onnx(String name, Command command) throws IOException {
        Path file = file(name, command.console);
        if (!Files.exists(file)) {
            throw new IOException("--model " + name + ": there is no such file, and no net of this name"
                    + " ('jvig models' lists the nets)");
        }
        return Models.load(file);
    }

    /** Checks that there is a net of this name; a name that is none may have been meant as a file. */
    private static void checkNet(String name) {
        try {
            Models.info(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("there is no file '" + name + "', and " + e.getMessage(), e);
        }
    }

    static StateDict which(boolean ema) {
        return ema ? StateDict.EMA : StateDict.MODEL;
    }

    /** The file for a {@code --weights} value; a {@code hf:} name is downloaded if it is not in the cache. */
    static Path file(String argument, Console console) throws IOException {
        if (!HubFile.isHubFile(argument)) {
            return Path.of(argument);
        }
        try (Progress progress = console.progress("Download", -1)) {
            return HubFile.parse(argument).fetch(progress::update);
        }
    }
}
