package io.github.jvig.model;

import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.NetLoader;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Brings weights and a net together. Where the names don't fit, it looks for a prefix that a wrapper has put before all of them; where
 * nothing fits, it compares what the net needs with what the file has.
 */
final class WeightsFit {
    private static final int EXAMPLES = 3;
    /** Names with more parts than this are not those of a net in a few wrappers. */
    private static final int MAX_PARTS = 16;
    /** The first part of a name, one of whose words tells what training needs and the net does not. */
    private static final Pattern BESIDE = Pattern.compile(
            "^([a-z0-9]+_)*(criterion|loss(es|fn)?|metrics?|acc(uracy)?|auroc|auc|f1|precision|recall|confusion|confmat|ema|swa)[0-9]*(_[a-z0-9]+)*\\.",
            Pattern.CASE_INSENSITIVE);

    private WeightsFit() {
    }

    static Model build(ModelInfo info, Weights weights) throws WeightsException {
        try {
            return strictly(info, weights);
        } catch (WeightsException e) {
            Map<String, int[]> wanted = wanted(info.net(), weights);
            String prefix = wanted == null ? "" : prefix(wanted, weights);
            Weights fitting = weights;
            WeightsException failure = e;
            if (!prefix.isEmpty()) {
                try {
                    fitting = weights.withoutPrefix(prefix);
                    return strictly(info, fitting);
                } catch (WeightsException again) {
                    failure = again;
                }
                if (isBesideTheNet(prefix, weights)) {
                    try {
                        return strictly(info, weights.under(prefix));
                    } catch (WeightsException again) {
                        // The other failure has all the names.
                    }
                }
            }
            throw explain(info, fitting, prefix, failure);
        }
    }

    /**
     * Whether all tensors outside of a prefix are those of a loss, a metric or an average: modules that training puts beside the net, under
     * names of their own. Other modules may be a part of the net, and are not left out.
     */
    private static boolean isBesideTheNet(String prefix, Weights weights) {
        return weights.names().stream().filter(name -> !name.startsWith(prefix))
                .allMatch(name -> BESIDE.matcher(name).find());
    }

    private static Model strictly(ModelInfo info, Weights weights) throws WeightsException {
        Net fitted = info.net().configuredFor(weights);
        Graph graph = NetLoader.build(fitted, weights);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof AffineOp affine && node.inputs().getFirst().op() instanceof ConvOp conv) {
                checkFolded(weights.source(), node, affine, conv);
            }
        }
        return new Model(info.with(fitted), graph);
    }

    /** A normalization goes into the convolution before it. Their product must be a float32, too. */
    private static void checkFolded(String source, Node node, AffineOp affine, ConvOp conv) throws WeightsException {
        String name = node.inputs().getFirst().name();
        for (int o = 0; o < conv.outChannels(); o++) {
            double scale = Math.abs(conv.scale()[o] * affine.scale()[o]);
            // Most scales are small, and no product with them is too large.
            for (int i = 0; scale > 1 && i < conv.perOutput(); i++) {
                float weight = conv.weight()[o * conv.perOutput() + i];
                if (Math.abs(weight) * scale > Float.MAX_VALUE) {
                    throw new WeightsException(source + ": tensor " + MessageText.quote(name + ".weight") + " holds "
                            + weight + " in channel " + o + ", too large for float32 with the factor " + (float) scale
                            + " of " + MessageText.quote(node.name()));
                }
            }
            if (Math.abs(conv.bias()[o] * affine.scale()[o] + affine.shift()[o]) > Float.MAX_VALUE) {
                throw new WeightsException(source + ": tensor " + MessageText.quote(name + ".bias") + " holds "
                        + (float) conv.bias()[o] + " at element " + o + ", too large for float32 with the factor "
                        + (float) affine.scale()[o] + " of " + MessageText.quote(node.name()));
            }
        }
    }

    /** The names and shapes that a net needs, after the weights have told what they can of it; null when that can't be found out. */
    private static Map<String, int[]> wanted(Net net, Weights weights) {
        Net fitted = net;
        try {
            fitted = net.configuredFor(weights);
        } catch (WeightsException e) {
            // As it is written down, then.
        }
        Map<String, int[]> wanted = new LinkedHashMap<>();
        Map<Long, float[]> values = new HashMap<>();
        try {
            fitted.build(new Parameters() {
                @Override
                public float[] floats(String name, int... shape) {
                    wanted.put(name, shape.clone());
                    long length = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
                    // Tensors of one length share their values, or this would take as much memory as the net.
                    return values.computeIfAbsent(length, n -> {
                        float[] ones = new float[Math.toIntExact(n)];
                        Arrays.fill(ones, 1);
                        return ones;
                    });
                }

                @Override
                public String source() {
                    return weights.source();
                }
            });
        } catch (WeightsException e) {
            return null;
        }
        return wanted;
    }

    /** The prefix behind which most of the needed names are found; empty when that is none. */
    private static String prefix(Map<String, int[]> wanted, Weights weights) {
        Map<String, Integer> found = new LinkedHashMap<>();
        for (String name : weights.names()) {
            int dot = -1;
            for (int i = 0; i < MAX_PARTS && (i == 0 || dot >= 0); i++) {
                if (wanted.containsKey(name.substring(dot + 1))) {
                    found.merge(name.substring(0, dot + 1), 1, Integer::sum);
                }
                dot = name.indexOf('.', dot + 1);
            }
        }
        String best = "";
        for (Map.Entry<String, Integer> entry : found.entrySet()) {
            if (entry.getValue() > found.getOrDefault(best, 0)) {
                best = entry.getKey();
            }
        }
        return best;
    }

    private static WeightsException explain(ModelInfo info, Weights weights, String prefix, WeightsException failure) {
        Map<String, int[]> wanted = wanted(info.net(), weights);
        String remark = weights.remark().isEmpty() ? "" : "; " + weights.remark();
        if (wanted == null) {
            return failure;
        }
        List<String> missing = wanted.keySet().stream().filter(name -> !weights.has(name)).map(MessageText::quote)
                .toList();
        List<String> extra = weights.names().stream().filter(name -> !wanted.containsKey(name))
                .map(MessageText::quote).toList();
        List<String> misshapen = misshapen(wanted, weights);
        for (String name : wanted.keySet()) {
            String what = weights.has(name) ? null : weights.whyUnread(name);
            if (what != null) {
                return new WeightsException(
                        weights.source() + ": tensor " + MessageText.quote(name) + " " + what + remark,
                        failure);
            }
        }
        if (missing.size() + extra.size() + misshapen.size() < 2) {
            return remark.isEmpty() ? failure : new WeightsException(failure.getMessage() + remark, failure);
        }
        List<String> parts = new ArrayList<>();
        if (!missing.isEmpty()) {
            parts.add("of the " + wanted.size() + " tensors that the net needs " + missing.size()
                    + (missing.size() == 1 ? " is" : " are") + " missing" + examples(missing));
        }
        if (!misshapen.isEmpty()) {
            parts.add(misshapen.size() + (misshapen.size() == 1 ? " has" : " have") + " another shape"
                    + examples(misshapen));
        }
        if (!extra.isEmpty()) {
            parts.add("of the file's " + weights.names().size() + " tensors " + extra.size()
                    + (extra.size() == 1 ? " has" : " have") + " no place in the net" + examples(extra));
        }
        if (!prefix.isEmpty()) {
            String module = MessageText.quote(prefix.substring(0, prefix.length() - 1));
            parts.add("behind the prefix " + MessageText.quote(prefix) + " are most of the names"
                    + (missing.isEmpty() && misshapen.isEmpty()
                            ? "; name " + module + " as the state dict to take these alone"
                            : ""));
        }
        List<String> others = others(info, weights);
        if (!others.isEmpty()) {
            parts.add("these weights fit " + String.join(" or ", others));
        }
        return new WeightsException(
                weights.source() + ": doesn't fit " + info.name() + ": " + String.join("; ", parts) + remark, failure);
    }

    private static List<String> misshapen(Map<String, int[]> wanted, Weights weights) {
        List<String> misshapen = new ArrayList<>();
        wanted.forEach((name, shape) -> {
            try {
                if (weights.has(name) && !Arrays.equals(weights.shape(name), shape)) {
                    misshapen.add(MessageText.quote(name) + " is " + Arrays.toString(weights.shape(name))
                            + ", not " + Arrays.toString(shape));
                }
            } catch (WeightsException e) {
                throw new IllegalStateException("a tensor that is there", e);
            }
        });
        return misshapen;
    }

    private static String examples(List<String> names) {
        return " (" + String.join(", ", names.subList(0, Math.min(EXAMPLES, names.size())))
                + (names.size() > EXAMPLES ? ", ..." : "") + ")";
    }

    /** Other nets with names that need just these tensors. */
    private static List<String> others(ModelInfo info, Weights weights) {
        List<String> fitting = new ArrayList<>();
        for (ModelInfo other : Models.all()) {
            if (fitting.size() == EXAMPLES) {
                break;
            }
            if (!other.name().equals(info.name()) && fits(other, weights)) {
                fitting.add(other.name());
            }
        }
        return fitting;
    }

    /** Builds the net, which ends at the first tensor that is missing: mostly that of its first layer. */
    private static boolean fits(ModelInfo info, Weights weights) {
        try {
            NetLoader.build(info.net().configuredFor(weights), weights);
            return true;
        } catch (WeightsException e) {
            return false;
        }
    }
}
