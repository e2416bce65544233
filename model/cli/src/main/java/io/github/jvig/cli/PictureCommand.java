package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.vision.ImageException;
import io.github.jvig.model.vision.ImageFiles;
import io.github.jvig.model.vision.ImageInput;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Orientation;
import io.github.jvig.model.vision.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Base of the commands that run an ONNX model on image files and folders, one image after another. */
abstract class PictureCommand extends Command {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Image files, or folders of images (PNG, JPEG, GIF, BMP, WebP).")
    private List<Path> paths = List.of();

    @Option(names = "--model", paramLabel = "M.onnx", required = true, description = "ONNX file.")
    private String model;

    @Option(names = "--labels", paramLabel = "FILE", description = "File with class names, one per line (default: those in the model's file).")
    private Path labelFile;

    @Mixin
    final ImageOptions images = new ImageOptions();

    @Mixin
    private final DeviceOptions device = new DeviceOptions();

    @Option(names = "--exif", description = "Rotate and flip images according to their EXIF orientation.")
    private boolean exif;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    private int failed;

    PictureCommand(Console console) {
        super(console);
    }

    /** What is printed for an image. */
    interface Answer {
        /** Lines below the image's path. */
        List<String> lines();

        /** Fields behind the image's path. */
        void write(JsonGenerator json) throws IOException;
    }

    /** What to do with each image. */
    interface Task {
        /** @throws IOException if a result can't be written, which ends the command */
        Answer run(String name, RgbImage image) throws IOException;
    }

    /** Prepares for a session, and checks that its inputs and outputs are those of the command. */
    abstract Task task(Model loaded, Session session) throws IOException;

    /** Checks options before anything is loaded. */
    abstract void check() throws IOException;

    @Override
    public final Integer call() throws IOException {
        check();
        Model loaded = WeightsOptions.onnx(model, this);
        List<ImageInput> inputs = paths.stream().flatMap(path -> ImageFiles.find(path).stream()).toList();
        boolean folders = paths.stream().anyMatch(Files::isDirectory);
        try (Session session = loaded.compile(images.size(device.options(this)).build());
                Progress progress = folders ? console.progress("Run", inputs.size()) : Progress.NONE) {
            sayDevice(session);
            List<Integer> shape = session.inputs().getFirst().shape();
            if (session.inputs().size() != 1 || shape.size() != 4 || shape.get(0) != 1 || shape.get(1) != 3) {
                throw new IOException(model + " takes " + session.inputs() + ", not an image [1, 3, H, W]");
            }
            Task task = task(loaded, session);
            int done = 0;
            for (ImageInput input : inputs) {
                run(task, input, progress);
                progress.update(++done, inputs.size());
            }
        }
        return failed == 0 ? Main.OK : Main.PARTIAL;
    }

    private void run(Task task, ImageInput input, Progress progress) throws IOException {
        long start = System.nanoTime();
        RgbImage image;
        try {
            image = input.read(exif ? Orientation.EXIF : Orientation.STORED);
        } catch (ImageException e) {
            failed++;
            progress.printAbove(() -> failed(input, e));
            return;
        }
        Answer answer = task.run(input.name(), image);
        double millis = (System.nanoTime() - start) / 1e6;
        progress.printAbove(() -> {
            if (json) {
                console.print(Json.object(object -> {
                    object.writeStringField("path", input.name());
                    object.writeNumberField("width", image.width());
                    object.writeNumberField("height", image.height());
                    answer.write(object);
                    Json.decimal(object, "millis", millis);
                }));
            } else {
                console.print(input.name());
                console.print(answer.lines());
            }
            console.flush();
        });
    }

    private void failed(ImageInput input, ImageException e) throws IOException {
        if (json) {
            console.print(Json.object(object -> {
                object.writeStringField("path", input.name());
                object.writeStringField("error", e.getMessage());
            }));
            console.flush();
        } else {
            console.error(e.getMessage());
        }
    }

    /** The labels that were asked for, else the model's if there are as many as classes, else numbers. */
    final Labels labels(Model loaded, int classes, boolean anyNumber) throws IOException {
        if (labelFile != null) {
            Labels labels = Labels.read(labelFile);
            return anyNumber ? labels : labels.requireSize(classes);
        }
        return loaded.info().labels().filter(names -> anyNumber || names.size() == classes)
                .orElseGet(() -> Labels.numbered(classes));
    }
}
