package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.onnx.OnnxLibraries;
import io.github.jvig.model.onnx.file.OnnxBundle;
import io.github.jvig.model.weights.StateDict;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds on the driver what the params {@code model} and {@code weights} name: files of the driver's machine or of any file system that
 * Hadoop knows, and files on Hugging Face.
 *
 * @param model     the name of a net, or an ONNX file
 * @param weights   a checkpoint; empty for an ONNX file, and for the net with built-in weights
 * @param ema       whether the checkpoint's moving average is meant
 * @param stateDict the key of the checkpoint that is meant; not with {@code ema}
 */
record ModelSource(String model, Optional<String> weights, boolean ema, Optional<String> stateDict) {
    /** Whether a model is named by a file, and not a net by its name. */
    boolean isFile() {
        return model.endsWith(ModelBytes.ONNX) || HubFile.isHubFile(model);
    }

    /** What is read, with its size and age where it is a file: the same text means the same model. */
    String state(Configuration hadoop) {
        Optional<String> file = isFile() ? Optional.of(model) : weights;
        return this + file.map(location -> " " + LocalCopy.state(location, hadoop)).orElse("");
    }

    /**
     * Reads the model and tries it, so that what is wrong with it shows before any task runs.
     *
     * @param check refuses what can't be done with the model
     * @throws IllegalArgumentException with the reason in one line
     */
    ModelBytes read(Configuration hadoop, Consumer<Model> check) {
        Optional<String> which = ema ? Optional.of("ema") : stateDict.map(_ -> "stateDict");
        if (isFile() && (weights.isPresent() || which.isPresent())) {
            throw new IllegalArgumentException((weights.isPresent() ? "weights go" : which.get() + " goes")
                    + " with a net by its name; " + model + " holds its own weights");
        }
        if (weights.isEmpty() && which.isPresent()) {
            throw new IllegalArgumentException(which.get() + " needs a checkpoint: set the param weights");
        }
        try {
            ModelBytes bytes = isFile() ? onnx(hadoop) : net(hadoop);
            check.accept(bytes.checked());
            return bytes;
        } catch (IOException e) {
            throw new IllegalArgumentException(FileErrors.reason(e), e);
        }
    }

    private ModelBytes onnx(Configuration hadoop) throws IOException {
        try (LocalCopy file = LocalCopy.of(model, hadoop)) {
            file.copyOthers(file.named(OnnxBundle::locations), hadoop);
            return file.named(ModelBytes::ofOnnx);
        } catch (NoClassDefFoundError e) {
            throw OnnxLibraries.missing(model + ": ONNX files can't be read", "import", e);
        }
    }

    private ModelBytes net(Configuration hadoop) throws IOException {
        Models.info(model);
        if (weights.isEmpty()) {
            if (!model.equals(Models.DIGITS)) {
                throw new IllegalArgumentException(
                        "the model " + model + " needs weights: set the param weights (--weights FILE)");
            }
            return ModelBytes.builtIn(model);
        }
        if (weights.get().endsWith(ModelBytes.ONNX)) {
            throw new IllegalArgumentException("the weights " + weights.get()
                    + " are an ONNX file, which is a net of its own: set the param model to it, and no weights");
        }
        StateDict which = ema ? StateDict.EMA : stateDict.map(StateDict::named).orElse(StateDict.MODEL);
        try (LocalCopy file = LocalCopy.of(weights.get(), hadoop)) {
            return file.named(path -> ModelBytes.ofWeights(model, path, which));
        }
    }
}
