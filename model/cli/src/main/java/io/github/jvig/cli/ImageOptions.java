package io.github.jvig.cli;

import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.vision.Preprocessing;
import picocli.CommandLine.Option;

/** The options that say how an image becomes an input, where the model does not know or knows it wrong. */
final class ImageOptions {
    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input size in pixels (default: the model's own).")
    private InputSize size;

    @Option(names = "--mean", split = ",", paramLabel = "R,G,B", description = "Mean of each channel, whose values are 0 to 1 (default: the model's).")
    private float[] mean;

    @Option(names = "--std", split = ",", paramLabel = "R,G,B", description = "Standard deviation of each channel (default: the model's).")
    private float[] std;

    /** Sets the size, if one is given. */
    SessionOptions.Builder size(SessionOptions.Builder options) {
        return size == null ? options : options.size(size.height(), size.width());
    }

    Preprocessing.Rgb mean(ModelInfo model, Command command) {
        return mean == null ? model.preprocessing().mean() : rgb("--mean", mean, command);
    }

    Preprocessing.Rgb std(ModelInfo model, Command command) {
        return std == null ? model.preprocessing().std() : rgb("--std", std, command);
    }

    private static Preprocessing.Rgb rgb(String option, float[] values, Command command) {
        if (values.length != 1 && values.length != 3) {
            throw command.usage(option + " takes a number for each of three channels, or one for all, not "
                    + values.length);
        }
        return values.length == 1
                ? Preprocessing.Rgb.of(values[0])
                : new Preprocessing.Rgb(values[0], values[1], values[2]);
    }
}
