package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.TensorInfo;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.vision.Detection;
import io.github.jvig.model.vision.DetectionFormat;
import io.github.jvig.model.vision.ImageFit;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.NonMaxSuppression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Finds objects in image files and folders. */
@CommandLine.Command(name = "detect", description = "Find objects in images with a detector from an ONNX file.")
final class DetectCommand extends PictureCommand {
    @Option(names = "--format", paramLabel = "F", description = "What the outputs hold: yolov8 (also v9, v11), yolov5 (also v7), end-to-end (YOLOv10), ssd, centernet, torchvision, batch-end-to-end (default: guessed from their shapes).")
    private String formatName;

    @Option(names = "--score", paramLabel = "S", defaultValue = "0.25", description = "Only boxes with scores above it (default: 0.25).")
    private double score;

    @Option(names = "--iou", paramLabel = "I", defaultValue = "0.45", description = "Of two boxes of a class whose intersection over union is above it, only the better one (default: 0.45).")
    private double iou;

    @Option(names = "--max", paramLabel = "N", defaultValue = "300", description = "Most boxes per image (default: 300).")
    private int max;

    @Option(names = "--class-agnostic", description = "Compare boxes of different classes, too.")
    private boolean classAgnostic;

    @Option(names = "--draw", paramLabel = "FOLDER", description = "Also write each picture with its boxes, as PNG.")
    private Path draw;

    DetectCommand(Console console) {
        super(console);
    }

    /** The boxes of an image. */
    private record Boxes(List<Detection> boxes) implements Answer {
        @Override
        public List<String> lines() {
            return boxes.stream().map(box -> "  " + box).toList();
        }

        @Override
        public void write(JsonGenerator json) throws IOException {
            json.writeArrayFieldStart("detections");
            for (Detection box : boxes) {
                json.writeStartObject();
                json.writeStringField("label", box.label());
                json.writeNumberField("index", box.index());
                Json.decimal(json, "score", box.score(), 1e6);
                Json.decimal(json, "x", box.x());
                Json.decimal(json, "y", box.y());
                Json.decimal(json, "width", box.width());
                Json.decimal(json, "height", box.height());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    @Override
    void check() {
        atLeast(0, "--score", score);
        atLeast(0, "--iou", iou);
        atLeast(1, "--max", max);
        if (iou > 1) {
            throw usage("--iou must be at most 1, got " + NumberFormats.number(iou));
        }
        if (formatName != null && Arrays.stream(DetectionFormat.values()).noneMatch(this::isNamed)) {
            throw usage("--format must be one of " + Arrays.stream(DetectionFormat.values())
                    .map(DetectionFormat::toString).collect(Collectors.joining(", ")) + ", got " + formatName);
        }
    }

    private boolean isNamed(DetectionFormat format) {
        return format.toString().equals(formatName);
    }

    @Override
    Task task(Model loaded, Session session, List<TensorInfo> outputs) throws IOException {
        List<Integer> order = order(outputs);
        List<List<Integer>> shapes = order.stream().map(i -> outputs.get(i).shape()).toList();
        DetectionFormat format = formatName == null
                ? DetectionFormat.guess(shapes).orElseThrow(() -> new IOException(loaded.name() + " gives "
                        + outputs + ", which no format fits; say which it is with --format"))
                : Arrays.stream(DetectionFormat.values()).filter(this::isNamed).findFirst().orElseThrow();
        Labels labels = labels(loaded, format.classes(shapes), format.isAnyClass());
        ImageFit fit = new ImageFit(session.height(), session.width(),
                format == DetectionFormat.SSD ? ImageFit.Mode.STRETCH : ImageFit.Mode.LETTERBOX,
                images.mean(loaded.info(), this), images.std(loaded.info(), this));
        NonMaxSuppression suppression = new NonMaxSuppression(iou, !classAgnostic, max);
        PngFolder pictures = draw == null ? null : new PngFolder(draw);
        return new Task() {
            @Override
            public ImageFit.Fitted fit(RgbImage image) {
                return fit.apply(image);
            }

            @Override
            public Answer answer(String name, RgbImage image, ImageFit.Fitted fitted, List<float[]> values)
                    throws IOException {
                List<Detection> boxes = format.decode(shapes, order.stream().map(values::get).toList(),
                        session.height(), session.width(), score, labels);
                return DetectCommand.answer(name, image,
                        format.hasOverlaps() ? suppression.apply(boxes) : best(boxes), fitted, pictures);
            }
        };
    }

    /**
     * Where boxes, classes and scores are, which torchvision's nets give in one order or another: classes are whole numbers. All outputs as they
     * are where there are none such.
     */
    private static List<Integer> order(List<TensorInfo> outputs) {
        List<Integer> all = IntStream.range(0, outputs.size()).boxed().toList();
        List<Optional<Integer>> found = List.of(
                all.stream().filter(i -> outputs.get(i).kind() == TensorInfo.Kind.FLOAT
                        && outputs.get(i).shape().size() == 2 && outputs.get(i).shape().get(1) == 4).findFirst(),
                all.stream().filter(i -> outputs.get(i).kind() == TensorInfo.Kind.INTEGER
                        && outputs.get(i).shape().size() == 1).findFirst(),
                all.stream().filter(i -> outputs.get(i).kind() == TensorInfo.Kind.FLOAT
                        && outputs.get(i).shape().size() == 1).findFirst());
        return found.stream().allMatch(Optional::isPresent) ? found.stream().map(Optional::get).toList() : all;
    }

    private List<Detection> best(List<Detection> boxes) {
        return boxes.stream().sorted(Comparator.comparingDouble(Detection::score).reversed()).limit(max).toList();
    }

    private static Answer answer(String name, RgbImage image, List<Detection> boxes, ImageFit.Fitted fitted,
            PngFolder pictures) throws IOException {
        List<Detection> inImage = boxes.stream().map(fitted::toImage).toList();
        if (pictures != null) {
            pictures.write(name, Palette.drawn(image, inImage));
        }
        return new Boxes(inImage);
    }
}
