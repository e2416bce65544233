package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Operators that ONNX Runtime's optimizer puts in place of several, in files that were saved behind it: as ONNX's own. Quantities are those of
 * ONNX Runtime's documents (ContribOperators).
 */
final class MicrosoftRules {
    private static final String DOMAIN = "com.microsoft";
    /** The input of an attention that is added to its scores, as positions are. */
    private static final int BIAS = 5;
    private static final Map<String, Operators.Rule> RULES = new HashMap<>();

    static {
        RULES.put("Gelu",
                (lowering, node) -> gelu(new OperatorSteps(lowering, node), node.inputs().getFirst(), "none"));
        RULES.put("FastGelu", (lowering, node) -> {
            OperatorSteps steps = new OperatorSteps(lowering, node);
            return gelu(steps, steps.plus(node.inputs().getFirst(), 1), "tanh");
        });
        RULES.put("BiasGelu", (lowering, node) -> {
            OperatorSteps steps = new OperatorSteps(lowering, node);
            return gelu(steps, steps.plus(node.inputs().getFirst(), 1), "none");
        });
        RULES.put("QuickGelu", (lowering, node) -> new OperatorSteps(lowering, node).last("Swish", 24, node.inputs(),
                Map.of("alpha", node.real("alpha", 1.702f))));
        RULES.put("FusedConv", MicrosoftRules::conv);
        RULES.put("FusedGemm", MicrosoftRules::gemm);
        RULES.put("FusedMatMul", MicrosoftRules::matMul);
        RULES.put("SkipLayerNormalization", (lowering, node) -> skip(new OperatorSteps(lowering, node), false));
        RULES.put("SkipSimplifiedLayerNormalization",
                (lowering, node) -> skip(new OperatorSteps(lowering, node), true));
        RULES.put("MultiHeadAttention", MicrosoftRules::heads);
        RULES.put("Attention", MicrosoftRules::attention);
        // Older names, of what has become ONNX's own since.
        RULES.put("Trilu", (lowering, node) -> alike(lowering, node, 14));
        RULES.put("Pad", (lowering, node) -> alike(lowering, node, 13));
        RULES.put("GridSample", (lowering, node) -> alike(lowering, node, 16));
        QuantizedRules.addMicrosoftTo(RULES);
        FewBitRules.addMicrosoftTo(RULES);
    }

    private MicrosoftRules() {
    }

    /** Whether there is a rule for an operator. */
    static boolean knows(OnnxNode node) {
        return node.domain().equals(DOMAIN) && RULES.containsKey(node.type());
    }

    static boolean lower(Lowering lowering, OnnxNode node) {
        return RULES.get(node.type()).lower(lowering, node);
    }

    private static boolean alike(Lowering lowering, OnnxNode node, int version) {
        return new OperatorSteps(lowering, node).last(node.type(), version, node.inputs(), node.attributes());
    }

    private static boolean gelu(OperatorSteps steps, String x, String approximate) {
        return steps.last("Gelu", 20, List.of(x), Map.of("approximate", approximate));
    }

    /** What is not about the activation. */
    private static Map<String, Object> without(OnnxNode node, String... names) {
        Map<String, Object> attributes = new HashMap<>(node.attributes());
        attributes.keySet().removeIf(name -> name.startsWith("activation"));
        attributes.keySet().removeAll(List.of(names));
        return attributes;
    }

    /** A convolution, a sum with the fourth input, an activation. */
    private static boolean conv(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        List<String> inputs = node.inputs().subList(0, Math.min(3, node.inputs().size()));
        return steps.activated(steps.plus(steps.step("Conv", 11, inputs, without(node)), 3));
    }

    private static boolean gemm(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        return steps.activated(steps.step("Gemm", 13, node.inputs(), without(node)));
    }

    private static boolean matMul(Lowering lowering, OnnxNode node) {
        if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0) {
            throw new UnsupportedOperationException("transposes the batch");
        }
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String product = steps.step("MatMul", 13, List.of(transposed(lowering, steps, node, 0, "transA"),
                transposed(lowering, steps, node, 1, "transB")), Map.of());
        float alpha = node.real("alpha", 1);
        if (alpha != 1) {
            String factor = node.outputs().getFirst() + ":alpha";
            lowering.put(factor, Calc.scalar(alpha));
            product = steps.step("Mul", 14, List.of(product, factor), Map.of());
        }
        lowering.put(node, lowering.value(product));
        return true;
    }

    private static String transposed(Lowering lowering, OperatorSteps steps, OnnxNode node, int input,
            String attribute) {
        String x = node.inputs().get(input);
        int rank = lowering.input(node, input).shape().size();
        if (node.integer(attribute, 0) == 0 || rank < 2) {
            return x;
        }
        List<Long> order = new ArrayList<>();
        for (long axis = 0; axis < rank - 2; axis++) {
            order.add(axis);
        }
        order.add(rank - 1L);
        order.add(rank - 2L);
        return steps.step("Transpose", 13, List.of(x), Map.of("perm", order));
    }

    /** The norm of a sum: x, skip, weight, then bias of the norm (not of an RMS norm), and a bias of the sum. */
    private static boolean skip(OperatorSteps steps, boolean rms) {
        OnnxNode node = steps.node();
        String sum = steps.plus(steps.plus(node.inputs().getFirst(), 1), rms ? 3 : 4);
        for (int i = 1; i < 3; i++) {
            if (RowRules.isWanted(node, i)) {
                throw new UnsupportedOperationException("has an output " + (i + 1) + ", which is not computed");
            }
        }
        RowRules.put(steps.lowering(), node, 3, steps.lowering().value(sum));
        List<String> inputs = new ArrayList<>(List.of(sum, node.inputs().get(2)));
        if (!rms && node.has(3)) {
            inputs.add(node.inputs().get(3));
        }
        Map<String, Object> attributes = Map.of("axis", -1L, "epsilon", node.real("epsilon", 1e-12f));
        return steps.last(rms ? "RMSNormalization" : "LayerNormalization", rms ? 23 : 17, inputs, attributes);
    }

    /** Attention of queries, keys and values {@code [batch, tokens, channels]}; a bias for all three behind them. */
    private static boolean heads(Lowering lowering, OnnxNode node) {
        refuseMasks(node, 4);
        OperatorSteps steps = new OperatorSteps(lowering, node);
        List<String> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            if (!node.has(i) || lowering.input(node, i).shape().size() != 3) {
                throw new UnsupportedOperationException("has queries, keys and values in one tensor, or of heads");
            }
            three.add(node.inputs().get(i));
        }
        if (node.has(3)) {
            Calc calc = new Calc(lowering, node);
            Value bias = lowering.input(node, 3);
            int first = 0;
            for (int i = 0; i < 3; i++) {
                int size = lowering.input(node, i).shape().get(2);
                String part = node.outputs().getFirst() + ":bias" + i;
                lowering.put(part, calc.slice(bias, 0, first, 1, size));
                three.set(i, steps.step("Add", 14, List.of(three.get(i), part), Map.of()));
                first += size;
            }
        }
        return attend(steps, three);
    }

    /** Attention whose queries, keys and values are one product with a matrix. */
    private static boolean attention(Lowering lowering, OnnxNode node) {
        refuseMasks(node, 3);
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String all = steps.plus(steps.step("MatMul", 13, node.inputs().subList(0, 2), Map.of()), 2);
        Calc calc = new Calc(lowering, node);
        List<Integer> sizes = node.integers("qkv_hidden_sizes");
        int each = lowering.value(all).shape().get(2) / 3;
        List<String> three = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < 3; i++) {
            int size = sizes == null ? each : sizes.get(i);
            three.add(node.outputs().getFirst() + ":part" + i);
            lowering.put(three.getLast(), calc.slice(lowering.value(all), 2, first, 1, size));
            first += size;
        }
        return attend(steps, three);
    }

    private static boolean attend(OperatorSteps steps, List<String> three) {
        OnnxNode node = steps.node();
        if (node.integer("unidirectional", 0) != 0 || node.integer("do_rotary", 0) != 0) {
            throw new UnsupportedOperationException("is causal or rotary");
        }
        List<String> inputs = new ArrayList<>(three);
        if (node.has(BIAS)) {
            inputs.add(node.inputs().get(BIAS));
        }
        Map<String, Object> attributes = new HashMap<>(Map.of("q_num_heads", node.integer("num_heads", 1),
                "kv_num_heads", node.integer("num_heads", 1)));
        float scale = node.real("scale", 0);
        if (scale != 0) {
            attributes.put("scale", scale);
        }
        return steps.last("Attention", 23, inputs, attributes);
    }

    private static void refuseMasks(OnnxNode node, int from) {
        for (int i = from; i < node.inputs().size(); i++) {
            if (i != BIAS && node.has(i)) {
                throw new UnsupportedOperationException("has an input " + (i + 1) + ", a mask or what was before");
            }
        }
    }
}
