package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.Tensor;
import io.github.jvig.model.TensorInfo;
import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.vision.ImageFit;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Base of the commands that run an ONNX model on image files and folders, as many images at once as the file is made for: mostly one. */
abstract class PictureCommand extends Command {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Image files, or folders of images (PNG, JPEG, GIF, BMP, WebP, TIFF).")
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
        /** The image as the model takes it. */
        ImageFit.Fitted fit(RgbImage image);

        /**
         * The answer.
         *
         * @param name   of the image
         * @param image  as it was read
         * @param fitted what {@link #fit} gave
         * @param values the model's outputs for this image, in their order
         * @throws IOException if a result can't be written, which ends the command
         */
        Answer answer(String name, RgbImage image, ImageFit.Fitted fitted, List<float[]> values) throws IOException;
    }

    /** An image that was read, and how long that took. */
    private record Picture(String name, RgbImage image, ImageFit.Fitted fitted, double millis) {}

    /**
     * Prepares for a session, and checks that its outputs are those of the command.
     *
     * @param outputs of one image
     */
    abstract Task task(Model loaded, Session session, List<TensorInfo> outputs) throws IOException;

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
            if (session.inputs().size() != 1 || shape.size() < 3 || shape.size() > 4 || session.channels() != 3) {
                throw new IOException(model + " takes " + session.inputs() + ", not images [N, 3, H, W] or [3, H, W]");
            }
            int batch = shape.size() == 3 ? 1 : shape.getFirst();
            Task task = task(loaded, session, outputs(session, batch));
            List<Picture> pictures = new ArrayList<>();
            int done = 0;
            for (ImageInput input : inputs) {
                read(task, input, progress).ifPresent(pictures::add);
                done++;
                if (pictures.size() == batch || done == inputs.size() && !pictures.isEmpty()) {
                    run(task, session, batch, pictures, progress);
                    pictures.clear();
                }
                progress.update(done, inputs.size());
            }
        }
        return failed == 0 ? Main.OK : Main.PARTIAL;
    }

    /** Outputs of one image. Each must have the images along its first axis. */
    private List<TensorInfo> outputs(Session session, int batch) throws IOException {
        if (batch == 1) {
            return session.outputs();
        }
        List<TensorInfo> outputs = new ArrayList<>();
        for (TensorInfo output : session.outputs()) {
            if (output.shape().isEmpty() || output.shape().getFirst() != batch) {
                throw new IOException(
                        model + " takes " + batch + " images and gives " + output
                                + ", which has none for each of them");
            }
            List<Integer> shape = new ArrayList<>(output.shape());
            shape.set(0, 1);
            outputs.add(new TensorInfo(output.name(), output.kind(), shape));
        }
        return outputs;
    }

    private Optional<Picture> read(Task task, ImageInput input, Progress progress) throws IOException {
        long start = System.nanoTime();
        try {
            RgbImage image = input.read(exif ? Orientation.EXIF : Orientation.STORED);
            ImageFit.Fitted fitted = task.fit(image);
            return Optional.of(new Picture(input.name(), image, fitted, (System.nanoTime() - start) / 1e6));
        } catch (ImageException e) {
            failed++;
            progress.printAbove(() -> failed(input, e));
            return Optional.empty();
        }
    }

    /** Runs the model; where there are fewer images than it takes, the others are zeros. */
    private void run(Task task, Session session, int batch, List<Picture> pictures, Progress progress)
            throws IOException {
        long start = System.nanoTime();
        int length = pictures.getFirst().fitted.input().length;
        float[] images = new float[Math.multiplyExact(batch, length)];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i).fitted.input(), 0, images, i * length, length);
        }
        List<float[]> results = session
                .run(Map.of(session.inputs().getFirst().name(), session.imageInput(images))).values().stream()
                .map(Tensor::values).toList();
        double share = (System.nanoTime() - start) / 1e6 / pictures.size();
        for (int i = 0; i < pictures.size(); i++) {
            int at = i;
            Picture picture = pictures.get(i);
            long own = System.nanoTime();
            Answer answer = task.answer(picture.name, picture.image, picture.fitted, batch == 1
                    ? results
                    : results.stream().map(values -> Arrays.copyOfRange(values, values.length / batch * at,
                            values.length / batch * (at + 1))).toList());
            report(picture, answer, picture.millis + share + (System.nanoTime() - own) / 1e6, progress);
        }
    }

    private void report(Picture picture, Answer answer, double millis, Progress progress) throws IOException {
        progress.printAbove(() -> {
            if (json) {
                console.print(Json.object(object -> {
                    object.writeStringField("path", picture.name);
                    object.writeNumberField("width", picture.image.width());
                    object.writeNumberField("height", picture.image.height());
                    answer.write(object);
                    Json.decimal(object, "millis", millis);
                }));
            } else {
                console.print(picture.name);
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
