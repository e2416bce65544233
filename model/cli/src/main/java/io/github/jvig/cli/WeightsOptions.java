package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a model's weights come from. */
final class WeightsOptions {
    @Option(names = "--weights", paramLabel = "FILE", description = "The authors' checkpoint (.pth, .pth.tar), safetensors, or hf:owner/repo[@revision]/file to download.")
    String weights;

    @Option(names = "--ema", description = "Take the moving average of the weights that the checkpoint holds.")
    boolean ema;

    /** The model with its weights; digits has its own. */
    Model load(String name, Command command) throws IOException {
        return load(name, false, command);
    }

    /** The model with its weights, or with random ones where none are named. */
    Model loadOrRandom(String name, Command command) throws IOException {
        return load(name, true, command);
    }

    private Model load(String name, boolean randomWillDo, Command command) throws IOException {
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
        if (!randomWillDo) {
            throw command.usage("--model " + name + " needs --weights FILE");
        }
        return Models.random(name);
    }

    static StateDict which(boolean ema) {
        return ema ? StateDict.EMA : StateDict.MODEL;
    }

    /** The file that a weights argument means, downloaded if need be. */
    static Path file(String argument, Console console) throws IOException {
        if (!HubFile.isHubFile(argument)) {
            return Path.of(argument);
        }
        try (Progress progress = console.progress("Download", -1)) {
            return HubFile.parse(argument).fetch(progress::at);
        }
    }
}
