package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name the weights. */
final class WeightsOptions {
    private static final String ONNX = ".onnx";

    @Option(names = "--weights", paramLabel = "FILE", description = "Checkpoint file (.pth, .pth.tar, .safetensors), index or folder of a sharded one, or hf:owner/repo[@revision]/file[#sha256=HEX] to download one.")
    String weights;

    @Option(names = "--ema", description = "Use the checkpoint's moving average of the weights.")
    boolean ema;

    @Option(names = "--state-dict", paramLabel = "KEY", description = "Use the tensors under this key of the checkpoint. Keys of dicts in each other are joined by dots; a prefix of the tensors' names may follow.")
    String stateDict;

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
            if (weights != null || ema || stateDict != null) {
                throw command.usage((ema ? "--ema" : stateDict != null ? "--state-dict" : "--weights")
                        + " goes with a net by its name; " + name
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
            Weights read = Weights.load(file(weights, command.console), which(ema, stateDict, command));
            Model model = Models.load(name, read);
            if (!read.remark().isEmpty()) {
                command.console.note(read.source() + ": " + read.remark());
            }
            return model;
        }
        if (ema || stateDict != null) {
            throw command.usage((ema ? "--ema" : "--state-dict") + " needs --weights FILE");
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
                    + " ('jvig models' lists the models)");
        }
        return Models.load(file);
    }

    /** Checks that there is a net of this name; a name that is none may have been meant as a file. */
    private static void checkNet(String name) {
        try {
            Models.info(name);
        } catch (IllegalArgumentException e) {
            Path path = Path.of(name);
            String what = Files.isDirectory(path)
                    ? "'" + name + "' is a folder, not an ONNX file"
                    : Files.exists(path)
                            ? "'" + name + "' is not a regular file"
                            : "there is no file '" + name + "'";
            throw new IllegalArgumentException(
                    what + ", and " + e.getMessage() + " ('jvig models' lists the models)", e);
        }
    }

    /** The state dict that the options {@code --ema} and {@code --state-dict} mean. */
    static StateDict which(boolean ema, String key, Command command) {
        if (key != null && (ema || key.isEmpty())) {
            throw command.usage(ema ? "--ema and --state-dict exclude each other" : "--state-dict needs a key");
        }
        return key != null ? StateDict.named(key) : ema ? StateDict.EMA : StateDict.MODEL;
    }

    /** The file for a {@code --weights} value; a {@code hf:} name is downloaded if it is not in the cache. */
    static Path file(String argument, Console console) throws IOException {
        if (!HubFile.isHubFile(argument)) {
            HubFile.urlAdvice(argument).ifPresent(line -> {
                throw new IllegalArgumentException(line);
            });
            return Path.of(argument);
        }
        try (Progress progress = console.progress("Download", -1)) {
            return HubFile.parse(argument).fetch(progress::update);
        }
    }
}
