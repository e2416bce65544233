package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name the weights. */
final class WeightsOptions {
    @Option(names = "--weights", paramLabel = "FILE", description = "Checkpoint file (.pth, .pth.tar, .safetensors), or hf:owner/repo[@revision]/file to download one.")
    String weights;

    @Option(names = "--ema", description = "Use the checkpoint's moving average of the weights.")
    boolean ema;

    /** Loads the model. Without {@code --weights} only {@code digits} can be loaded, whose weights are built in. */
    Model load(String name, Command command) throws IOException {
        return load(name, false, command);
    }

    /** Loads the model, with random weights if none are given. */
    Model loadOrRandom(String name, Command command) throws IOException {
        return load(name, true, command);
    }

    private Model load(String name, boolean allowRandom, Command command) throws IOException {
        Models.info(name);
        if (weights != null) {
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
