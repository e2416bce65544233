package io.github.jvig.bench;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Attention;
import io.github.jvig.kernels.AvgPoolBlend;
import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.GlobalAveragePool;
import io.github.jvig.kernels.LayerNorm;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.MeanMinusStd;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.ResidualAdd;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.device.PlanStep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The distinct layers of nets, each net at its own size, with every normalization folded and every epilogue fused. They lie in resource
 * files, one of tab-separated values for each net, which {@link #main} writes.
 */
final class LayerList {
    /** Nets that have a file. */
    static final List<String> NETS = List.of("mobilevig_ti", "mobilevig_s", "mobilevig_m", "mobilevig_b",
            "mobilevigv2_ti", "mobilevigv2_s", "mobilevigv2_m", "mobilevigv2_b", "greedyvig_s", "greedyvig_m",
            "greedyvig_b",
            "mobilenetv2_100", "mobilenetv2_140", "efficientformer_l1", "efficientformer_l3", "efficientformer_l7");

    private static final String HEADER = "layer\tcount\toperation\tin\tout\twindow\tepilogue\tgraph\tflop\tbytes";
    private static final String NONE = "-";
    private static final String UNPADDED = " unpadded";

    private LayerList() {
    }

    /** Writes the files into the folder that is the one argument. */
    public static void main(String[] args) throws IOException {
        for (String net : NETS) {
            Files.writeString(Path.of(args[0], net + ".tsv"), text(of(Models.random(net))));
        }
    }

    /**
     * The layers in a net's file.
     *
     * @throws IllegalArgumentException when there is none
     */
    static List<BenchLayer> read(String net) throws IOException {
        return text(net).lines().skip(1).map(LayerList::parse).toList();
    }

    /** A net's file as it is. */
    static String text(String net) throws IOException {
        try (InputStream in = LayerList.class.getResourceAsStream("layers/" + net + ".tsv")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no list of the layers of '" + net + "'; there are "
                        + String.join(", ", NETS));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The layers that a model has: the steps of the scalar device, which makes no chains of them. */
    static List<BenchLayer> of(Model model) {
        Map<Spec, BenchLayer> layers = new LinkedHashMap<>();
        try (Session session = model.compile(o -> o.threads(1).device("scalar").warmUp(false))) {
            for (PlanStep step : session.steps()) {
                layers.merge(step.spec(), new BenchLayer(step.name(), 1, step.spec()),
                        (known, _) -> new BenchLayer(known.name(), known.count() + 1, known.spec()));
            }
        }
        return List.copyOf(layers.values());
    }

    /** The layers as a file holds them. */
    static String text(List<BenchLayer> layers) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (BenchLayer layer : layers) {
            Spec spec = layer.spec();
            lines.add(String.join("\t", layer.name(), Integer.toString(layer.count()), operation(spec),
                    text(spec.in()), text(spec.out()), window(spec), epilogue(spec), graph(spec),
                    Long.toString(layer.flops()), Long.toString(layer.bytes())));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String operation(Spec spec) {
        return switch (spec) {
            case PointwiseConv _ -> "pointwise";
            case DepthwiseConv _ -> "depthwise";
            case Conv2d _ -> "dense";
            case MaxRelative _ -> "max-relative";
            case RolledL1Distance _ -> "rolled-l1-distance";
            case MeanMinusStd _ -> "mean-minus-std";
            case ThresholdedMaxRelative _ -> "thresholded-max-relative";
            case GlobalAveragePool _ -> "average";
            case ResidualAdd _ -> "add";
            case LayerNorm _ -> "layer-norm";
            case AvgPoolBlend _ -> "avg-pool-blend";
            case Attention _ -> "attention";
            case FusedChain _ -> throw new IllegalArgumentException("a chain is several layers");
        };
    }

    /** The window, or what else an operation has by way of numbers. */
    private static String window(Spec spec) {
        return switch (spec) {
            case DepthwiseConv s -> digits(s.window());
            case Conv2d s -> digits(s.window());
            case LayerNorm s -> Double.toString(s.epsilon());
            case AvgPoolBlend s -> Integer.toString(s.kernel());
            case Attention s -> s.heads() + " " + s.keyDim() + " " + s.valueDim();
            default -> NONE;
        };
    }

    /** Kernel, stride, padding, dilation. */
    private static String digits(Window w) {
        return w.kernel() + " " + w.stride() + " " + w.padding() + " " + w.dilation();
    }

    private static String epilogue(Spec spec) {
        Epilogue epilogue = switch (spec) {
            case PointwiseConv s -> s.epilogue();
            case DepthwiseConv s -> s.epilogue();
            case Conv2d s -> s.epilogue();
            case ResidualAdd s -> Epilogue.of(s.activation());
            default -> Epilogue.NONE;
        };
        return epilogue.activation() + (epilogue.residual() ? " residual" : "");
    }

    /** Direction of the difference, where there are two, then the shifts down and across. */
    private static String graph(Spec spec) {
        return switch (spec) {
            case MaxRelative s -> s.difference() + " " + digits(s.shifts());
            case ThresholdedMaxRelative s -> digits(s.shifts());
            case RolledL1Distance s -> digits(List.of(s.shift()));
            default -> NONE;
        };
    }

    private static String digits(List<MaxRelative.Shift> shifts) {
        return shifts.stream().map(s -> s.dy() + "," + s.dx()).collect(Collectors.joining(" "));
    }

    private static BenchLayer parse(String line) {
        String[] cells = line.split("\t");
        MapLayout in = map(cells[3]);
        MapLayout out = map(cells[4]);
        Epilogue epilogue = parseEpilogue(cells[6]);
        Spec spec = switch (cells[2]) {
            case "pointwise" -> new PointwiseConv(in, out, epilogue);
            case "depthwise" -> new DepthwiseConv(in, out, parseWindow(cells[5]), epilogue);
            case "dense" -> new Conv2d(in, out, parseWindow(cells[5]), epilogue);
            case "max-relative" -> {
                String[] words = cells[7].split(" ", 2);
                yield new MaxRelative(in, out, shifts(words[1]), MaxRelative.Difference.valueOf(words[0]));
            }
            case "rolled-l1-distance" -> new RolledL1Distance(in, out, shifts(cells[7]).getFirst());
            case "mean-minus-std" -> new MeanMinusStd(in, out);
            case "thresholded-max-relative" -> new ThresholdedMaxRelative(in, out, shifts(cells[7]));
            case "average" -> new GlobalAveragePool(in, out);
            case "layer-norm" -> new LayerNorm(in, out, Double.parseDouble(cells[5]));
            case "avg-pool-blend" -> new AvgPoolBlend(in, out, Integer.parseInt(cells[5]));
            case "attention" -> parseAttention(in, out, cells[5]);
            case "add" -> new ResidualAdd(in, epilogue.activation());
            default -> throw new IllegalArgumentException("no layer is a '" + cells[2] + "'");
        };
        return new BenchLayer(cells[0], Integer.parseInt(cells[1]), spec);
    }

    private static String text(MapLayout map) {
        return map.stride() % MapLayout.CHANNEL_ALIGNMENT == 0 ? map.toString() : map + UNPADDED;
    }

    private static MapLayout map(String text) {
        boolean padded = !text.endsWith(UNPADDED);
        String[] sides = text.replace(UNPADDED, "").split("x");
        int height = Integer.parseInt(sides[0]);
        int width = Integer.parseInt(sides[1]);
        int channels = Integer.parseInt(sides[2]);
        return padded ? MapLayout.of(height, width, channels) : MapLayout.unpadded(height, width, channels);
    }

    private static Window parseWindow(String text) {
        String[] w = text.split(" ");
        return new Window(Integer.parseInt(w[0]), Integer.parseInt(w[1]), Integer.parseInt(w[2]),
                Integer.parseInt(w[3]));
    }

    private static Attention parseAttention(MapLayout in, MapLayout out, String text) {
        String[] n = text.split(" ");
        return new Attention(in, out, Integer.parseInt(n[0]), Integer.parseInt(n[1]), Integer.parseInt(n[2]));
    }

    private static Epilogue parseEpilogue(String text) {
        String[] words = text.split(" ");
        return new Epilogue(Activation.valueOf(words[0]), words.length > 1);
    }

    private static List<MaxRelative.Shift> shifts(String text) {
        List<MaxRelative.Shift> shifts = new ArrayList<>();
        for (String word : text.split(" ")) {
            String[] parts = word.split(",");
            shifts.add(new MaxRelative.Shift(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
        }
        return shifts;
    }
}
