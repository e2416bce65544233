package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.TensorInfo;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.vision.ClassMap;
import io.github.jvig.model.vision.ImageFit;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Gives each pixel of image files and folders a class. */
@CommandLine.Command(name = "segment", description = "Give each pixel of images a class, with a net from an ONNX file whose first output is logits [1, classes, h, w] or numbers of classes [1, h, w].")
final class SegmentCommand extends PictureCommand {
    @Option(names = "--output", paramLabel = "FOLDER", required = true, description = "Folder for the maps, a PNG with a palette for each picture; its values are the numbers of classes.")
    private Path output;

    SegmentCommand(Console console) {
        super(console);
    }

    /** The classes of an image that have pixels, the largest first. */
    private record Shares(Path file, double[] shares, Labels labels) implements Answer {
        private List<Integer> ranked() {
            return IntStream.range(0, shares.length).boxed().filter(c -> shares[c] > 0)
                    .sorted((a, b) -> Double.compare(shares[b], shares[a])).toList();
        }

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (int c : ranked()) {
                lines.add(NumberFormats.format("  %5.1f %%  %s", 100 * shares[c], labels.name(c)));
            }
            return lines;
        }

        @Override
        public void write(JsonGenerator json) throws IOException {
            json.writeStringField("map", file.toString());
            json.writeArrayFieldStart("classes");
            for (int c : ranked()) {
                json.writeStartObject();
                json.writeNumberField("index", c);
                json.writeStringField("label", labels.name(c));
                Json.decimal(json, "share", shares[c], 1e6);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    @Override
    void check() {
        // Nothing that the parser has not checked.
    }

    @Override
    Task task(Model loaded, Session session, List<TensorInfo> outputs) throws IOException {
        TensorInfo out = outputs.getFirst();
        List<Integer> shape = out.shape();
        boolean logits = shape.size() == 4 && shape.get(0) == 1 && shape.get(1) > 1;
        boolean numbers = out.kind() != TensorInfo.Kind.FLOAT
                && (shape.size() == 3 && shape.get(0) == 1
                        || shape.size() == 4 && shape.get(0) == 1 && shape.get(1) == 1);
        if (!logits && !numbers) {
            throw new IOException(
                    loaded.name() + " gives " + out + ", neither logits [1, classes, h, w] nor whole numbers"
                            + " [1, h, w]");
        }
        int rows = shape.get(shape.size() - 2);
        int columns = shape.getLast();
        ImageFit fit = new ImageFit(session.height(), session.width(), ImageFit.Mode.STRETCH,
                images.mean(loaded.info(), this), images.std(loaded.info(), this));
        Labels known = logits ? labels(loaded, shape.get(1), false) : labels(loaded, 1 << 16, true);
        PngFolder maps = new PngFolder(output);
        return new Task() {
            @Override
            public ImageFit.Fitted fit(RgbImage image) {
                return fit.apply(image);
            }

            @Override
            public Answer answer(String name, RgbImage image, ImageFit.Fitted fitted, List<float[]> values)
                    throws IOException {
                ClassMap map = logits
                        ? ClassMap.of(values.getFirst(), shape.get(1), rows, columns, image.height(), image.width())
                        : ClassMap.ofClasses(values.getFirst(), rows, columns, image.height(), image.width());
                Labels labels = known.size() >= map.classes() ? known : Labels.numbered(map.classes());
                return new Shares(maps.write(name, Palette.picture(map)), map.shares(), labels);
            }
        };
    }
}
