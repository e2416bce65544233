package io.github.jvig.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.jvig.model.Devices;
import io.github.jvig.model.ModelInfo;
import io.github.jvig.model.Models;
import io.github.jvig.model.PublishedWeights;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.vision.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Lists the models. */
@CommandLine.Command(name = "models", description = "List the models by family with their parameters, multiply-accumulates, input size and published weights. With words, list the models that a word is part of, or whose paper it is part of, and all that is known of their weights: preprocessing, ImageNet top-1 accuracy as published, license, location.")
final class ModelsCommand extends Command {
    /** Published weights that are named where no word was asked for. */
    private static final int MAX_TAGS = 4;

    @CommandLine.Parameters(paramLabel = "WORD", arity = "0..*", description = "Part of a model's name or paper, in upper or lower case.")
    private List<String> words = List.of();

    @CommandLine.Option(names = "--json", description = "Print one JSON object per line instead of a table.")
    private boolean json;

    ModelsCommand(Console console) {
        super(console);
    }

    /** A model with what is counted of it. */
    private record Counted(ModelInfo info, long parameters, long macs) {
        static Counted of(ModelInfo info) {
            try {
                Tally tally = new Tally();
                Graph graph = info.net().build(tally);
                int size = info.preprocessing().size();
                return new Counted(info, tally.learned, Devices.macs(Passes.optimize(graph), size, size));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        List<ModelInfo> found = Models.all().stream().filter(asked()).toList();
        if (found.isEmpty()) {
            throw usage("no model and no paper has '" + String.join("', '", words) + "' in its name; see jvig models");
        }
        // Nearly all the time goes into building and folding the nets, each for itself.
        List<Counted> counted = found.parallelStream().map(Counted::of).toList();
        if (json) {
            for (Counted model : counted) {
                console.print(object(model));
            }
            return Main.OK;
        }
        Map<String, List<Counted>> families = counted.stream().collect(
                Collectors.groupingBy(model -> model.info().paper().isEmpty() ? "other" : model.info().paper(),
                        LinkedHashMap::new, Collectors.toList()));
        Table table = words.isEmpty()
                ? new Table("  model", ">params", ">MACs", ">input", "weights")
                : new Table("  model", ">params", ">MACs", "weights", ">input", ">crop", "resize", ">mean", ">top-1",
                        "license", "location");
        Map<Integer, String> headings = new HashMap<>();
        int rows = 0;
        for (Map.Entry<String, List<Counted>> family : families.entrySet()) {
            headings.put(rows, family.getKey());
            for (Counted model : family.getValue()) {
                rows += words.isEmpty() ? brief(table, model) : full(table, model);
            }
        }
        List<String> lines = table.lines();
        console.print(lines.getFirst());
        for (int row = 0; row < rows; row++) {
            if (headings.containsKey(row)) {
                console.print(headings.get(row));
            }
            console.print(lines.get(row + 1));
        }
        return Main.OK;
    }

    private Predicate<ModelInfo> asked() {
        return info -> words.isEmpty() || words.stream().map(ModelsCommand::plain)
                .anyMatch(word -> plain(info.name()).contains(word) || plain(info.paper()).contains(word));
    }

    /** Papers write hyphens where names have underscores. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** @return the number of rows added */
    private static int brief(Table table, Counted model) {
        ModelInfo info = model.info();
        String tags = info.name().equals(Models.DIGITS)
                ? "built in"
                : info.weights().stream().limit(MAX_TAGS).map(PublishedWeights::tag).collect(Collectors.joining(", "));
        if (info.weights().size() > MAX_TAGS) {
            tags += " and " + (info.weights().size() - MAX_TAGS) + " more";
        }
        table.row("  " + info.name(), NumberFormats.large(model.parameters()), NumberFormats.large(model.macs()),
                Integer.toString(info.preprocessing().size()), tags.isEmpty() ? "-" : tags);
        return 1;
    }

    /** @return the number of rows added */
    private static int full(Table table, Counted model) {
        ModelInfo info = model.info();
        String place = info.name().equals(Models.DIGITS) ? "built in" : "-";
        List<Optional<PublishedWeights>> rows = info.weights().isEmpty()
                ? List.of(Optional.empty())
                : info.weights().stream().map(Optional::of).toList();
        for (Optional<PublishedWeights> weights : rows) {
            Preprocessing p = weights.flatMap(PublishedWeights::preprocessing).orElse(info.preprocessing());
            table.row("  " + info.name(), NumberFormats.large(model.parameters()), NumberFormats.large(model.macs()),
                    weights.map(PublishedWeights::tag).orElse("-"), Integer.toString(p.size()),
                    NumberFormats.number(p.cropFraction()), resize(p),
                    Float.toString(p.mean().red()),
                    weights.filter(w -> w.top1().isPresent())
                            .map(w -> NumberFormats.format("%.1f", w.top1().getAsDouble())).orElse("-"),
                    weights.flatMap(PublishedWeights::license).orElse("-"),
                    weights.map(ModelsCommand::place).orElse(place));
        }
        return rows.size();
    }

    private static String resize(Preprocessing p) {
        return p.interpolation().name().toLowerCase(Locale.ROOT)
                + (p.aspect() == Preprocessing.Aspect.SQUASHED ? ", squashed" : "");
    }

    /** The file as {@code --weights} takes it, otherwise the web page. */
    private static String place(PublishedWeights weights) {
        return weights.file().map(HubFile::toString).orElseGet(() -> weights.page().toString());
    }

    private static String object(Counted model) {
        ModelInfo info = model.info();
        return Json.object(line -> {
            line.writeStringField("model", info.name());
            line.writeStringField("paper", info.paper());
            line.writeNumberField("parameters", model.parameters());
            line.writeNumberField("macs", model.macs());
            preprocessing(line, info.preprocessing());
            line.writeArrayFieldStart("weights");
            for (PublishedWeights weights : info.weights()) {
                line.writeStartObject();
                line.writeStringField("tag", weights.tag());
                line.writeStringField("location", place(weights));
                if (weights.license().isPresent()) {
                    line.writeStringField("license", weights.license().get());
                }
                if (weights.top1().isPresent()) {
                    Json.decimal(line, "top1", weights.top1().getAsDouble());
                }
                if (weights.preprocessing().isPresent()) {
                    preprocessing(line, weights.preprocessing().get());
                }
                line.writeEndObject();
            }
            line.writeEndArray();
        });
    }

    private static void preprocessing(JsonGenerator line, Preprocessing p) throws IOException {
        line.writeNumberField("size", p.size());
        Json.decimal(line, "crop", p.cropFraction());
        line.writeStringField("cropMode", p.aspect() == Preprocessing.Aspect.SQUASHED ? "squash" : "center");
        line.writeStringField("interpolation", p.interpolation().name().toLowerCase(Locale.ROOT));
        rgb(line, "mean", p.mean());
        rgb(line, "std", p.std());
    }

    private static void rgb(JsonGenerator line, String name, Preprocessing.Rgb values) throws IOException {
        line.writeArrayFieldStart(name);
        // By their shortest text: as doubles they would get digits that nobody wrote.
        for (float value : new float[]{values.red(), values.green(), values.blue()}) {
            line.writeNumber(Float.toString(value));
        }
        line.writeEndArray();
    }

    /**
     * Supplies zeros for every tensor and counts the learned parameters, that is all tensors except running means and variances, each once,
     * also where two layers read it. Tensors of the same length share one array.
     */
    private static final class Tally implements Parameters {
        private final Map<Integer, float[]> zeros = new HashMap<>();
        private final Set<String> seen = new HashSet<>();
        private long learned;

        @Override
        public float[] floats(String name, int... shape) {
            int length = 1;
            for (int size : shape) {
                length = Math.multiplyExact(length, size);
            }
            if (seen.add(name) && !name.endsWith(".running_mean") && !name.endsWith(".running_var")) {
                learned += length;
            }
            return zeros.computeIfAbsent(length, float[]::new);
        }

        @Override
        public String source() {
            return "zeros";
        }
    }
}
