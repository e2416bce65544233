package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.vision.Classification;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.DecodePipeline;
import io.github.jvig.model.vision.DigitSamples;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import io.github.jvig.model.vision.Transform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies image files and folders. */
@CommandLine.Command(name = "classify", description = "Classify images. Without a PATH, classify the built-in samples.")
final class ClassifyCommand extends Command {
    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Image files, or folders of images (PNG, JPEG, GIF, BMP, WebP, TIFF).")
    private List<Path> paths = List.of();

    @Option(names = "--model", paramLabel = "M", defaultValue = Models.DIGITS, description = "Name of the model (default: digits, whose weights are built in), or an ONNX file.")
    private String model;

    @Mixin
    private WeightsOptions weights;

    @Option(names = "--labels", paramLabel = "FILE", description = "File with class names, one per line (default: the model's class names).")
    private Path labelFile;

    @Mixin
    private ImageOptions image;

    @Option(names = "--crop", paramLabel = "F", description = "Share of the resized image's side that is kept, above 0 and at most 1 (default: the model's).")
    private Double crop;

    @Option(names = "--interpolation", paramLabel = "I", description = "bilinear or bicubic (default: the model's).")
    private String interpolation;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--top-k", paramLabel = "K", description = "Number of classes to print per image (default: 5, or all where there are fewer).")
    private Integer topK;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Images per run of the model (default: 1).")
    private int batch;

    @Option(names = "--exif", description = "Rotate and flip images according to their orientation in EXIF or XMP (JPEG, PNG, WebP; TIFF always is).")
    private boolean exif;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    private static final int TOP_K = 5;

    private int failed;

    /** What is printed for an image, or why there is nothing. */
    private record Answer(String text, String error) {}

    ClassifyCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        atLeast(1, "--top-k", topK == null ? TOP_K : topK);
        atLeast(1, "--batch", batch);
        Model loaded = weights.load(model, this);
        if (paths.isEmpty() && !model.equals(Models.DIGITS)) {
            throw usage("Missing PATH of an image or a folder");
        }
        Preprocessing preprocessing = preprocessing(loaded.info());
        if (topK != null && topK > loaded.classes()) {
            throw usage("--top-k " + topK + " is more than the model has classes (" + loaded.classes() + ")");
        }
        Labels labels = labels(loaded).requireSize(loaded.classes());
        List<ImageInput> images = paths.isEmpty()
                ? DigitSamples.images()
                : paths.stream().flatMap(path -> ImageFiles.find(path).stream()).toList();
        boolean folders = paths.stream().anyMatch(Files::isDirectory);
        try (Session session = loaded.compile(image.size(device.options(this)).build());
                Progress progress = folders ? console.progress("Classify", images.size()) : Progress.NONE) {
            sayDevice(session);
            if (loaded.classes() == 1) {
                console.note("the model has one class; its probability is the sigmoid of the logit");
            }
            Transform transform = preprocessing.transform(session.height(), session.width());
            ImageClassifier classifier = session.classifier(transform, labels);
            classify(images, transform, classifier, labels, progress);
        }
        return failed == 0 ? Main.OK : Main.PARTIAL;
    }

    /** The model's preprocessing, but for what the options say. */
    private Preprocessing preprocessing(ModelInfo info) {
        Preprocessing own = info.preprocessing();
        if (crop != null && !(crop > 0 && crop <= 1)) {
            throw usage("--crop must be above 0 and at most 1, got " + NumberFormats.number(crop));
        }
        Interpolation filter = interpolation == null
                ? own.interpolation()
                : Arrays.stream(Interpolation.values()).filter(i -> i.name().equalsIgnoreCase(interpolation))
                        .findFirst()
                        .orElseThrow(() -> usage("--interpolation must be bilinear or bicubic, got " + interpolation));
        return new Preprocessing(own.size(), crop == null ? own.cropFraction() : crop, filter,
                image.mean(info, this), image.std(info, this), own.colors(), own.aspect());
    }

    private Labels labels(Model loaded) throws IOException {
        if (labelFile != null) {
            return Labels.read(labelFile);
        }
        return loaded.info().labels().filter(names -> names.size() == loaded.classes())
                .orElseGet(() -> Labels.numbered(loaded.classes()));
    }

    private void classify(List<ImageInput> images, Transform transform, ImageClassifier classifier, Labels labels,
            Progress progress)
            throws IOException, InterruptedException {
        // Limit the batch to the number of images that fit into one Java array.
        int maxBatch = Math.min(batch, Integer.MAX_VALUE / (3 * transform.height() * transform.width()));
        int lookAhead = Math.max(maxBatch, device.threads);
        try (DecodePipeline pipeline = classifier.with(exif ? Orientation.EXIF : Orientation.STORED).pipeline(images,
                device.threads - 1, lookAhead)) {
            int done = 0;
            while (done < images.size()) {
                List<DecodePipeline.Result> results = pipeline.next(maxBatch);
                List<Answer> lines = answers(results, classifier, labels);
                done += results.size();
                int soFar = done;
                progress.printAbove(() -> report(results, lines));
                progress.update(soFar, images.size());
            }
        }
    }

    /** Returns the output for each image that could be read, in order. */
    private List<Answer> answers(List<DecodePipeline.Result> inputs, ImageClassifier classifier, Labels labels) {
        List<DecodePipeline.Result> good = inputs.stream().filter(input -> !input.isFailed()).toList();
        long start = System.nanoTime();
        float[] logits = classifier.logits(good.stream().map(DecodePipeline.Result::input).toList());
        double share = (System.nanoTime() - start) / 1e6 / Math.max(1, good.size());
        List<Answer> answers = new ArrayList<>();
        int classes = labels.size();
        for (int i = 0; i < good.size(); i++) {
            String name = good.get(i).name();
            try {
                Classifications result = Classifications.of(Arrays.copyOfRange(logits, i * classes, (i + 1) * classes),
                        labels);
                List<Classification> top = result.top(topK == null ? TOP_K : topK);
                answers.add(new Answer(answer(name, top, good.get(i).millis() + share), null));
            } catch (IllegalArgumentException e) {
                answers.add(new Answer(null, name + ": the model gives no answer for this image: " + e.getMessage()));
            }
        }
        return answers;
    }

    private String answer(String path, List<Classification> top, double millis) {
        if (!json) {
            StringBuilder block = new StringBuilder(MessageText.line(path));
            for (Classification c : top) {
                block.append(
                        NumberFormats.format("%n  %5.1f %%  %s", 100 * c.probability(), MessageText.line(c.label())));
            }
            return block.toString();
        }
        return Json.object(object -> {
            object.writeStringField("path", path);
            object.writeArrayFieldStart("top");
            for (Classification c : top) {
                object.writeStartObject();
                object.writeNumberField("index", c.index());
                object.writeStringField("label", c.label());
                object.writeNumberField("probability", c.probability());
                object.writeEndObject();
            }
            object.writeEndArray();
            Json.decimal(object, "millis", millis);
        });
    }

    private void report(List<DecodePipeline.Result> inputs, List<Answer> answers) throws IOException {
        int next = 0;
        for (DecodePipeline.Result input : inputs) {
            String error = input.isFailed() ? input.error().getMessage() : answers.get(next).error();
            if (error == null) {
                console.print(answers.get(next++).text());
                continue;
            }
            next += input.isFailed() ? 0 : 1;
            failed++;
            if (json) {
                console.print(Json.object(object -> {
                    object.writeStringField("path", input.name());
                    object.writeStringField("error", error);
                }));
            } else {
                console.error(error);
            }
        }
        console.flush();
    }
}
