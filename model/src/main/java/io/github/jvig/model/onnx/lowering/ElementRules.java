package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Pointwise;
import io.github.jvig.model.tensor.Unary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Operators that compute each element by itself, with broadcasting. */
final class ElementRules {
    private ElementRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        unary(rules);
        for (Map.Entry<String, Binary> entry : Map.of("Add", Binary.ADD, "Sub", Binary.SUB, "Mul", Binary.MUL)
                .entrySet()) {
            rules.put(entry.getKey(), (lowering, node) -> binary(lowering, node, entry.getValue()));
        }
        rules.put("PRelu", (lowering, node) -> binary(lowering, node, Binary.PRELU));
        rules.put("Div", (lowering, node) -> binary(lowering, node,
                isInteger(lowering, node) ? Binary.INTEGER_DIV : Binary.DIV));
        rules.put("Pow", (lowering, node) -> binary(lowering, node,
                isInteger(lowering, node) ? Binary.INTEGER_POW : Binary.POW));
        rules.put("Mod", (lowering, node) -> binary(lowering, node,
                node.integer("fmod", 0) == 1 ? Binary.FMOD : Binary.MOD));
        for (Map.Entry<String, Binary> entry : Map.of("Equal", Binary.EQUAL, "Less", Binary.LESS, "LessOrEqual",
                Binary.LESS_OR_EQUAL, "Greater", Binary.GREATER, "GreaterOrEqual", Binary.GREATER_OR_EQUAL, "And",
                Binary.AND, "Or", Binary.OR, "Xor", Binary.XOR).entrySet()) {
            rules.put(entry.getKey(), (lowering, node) -> {
                lowering.put(node, new Calc(lowering, node).pointwise(Kind.BOOLEAN, entry.getValue(),
                        lowering.input(node, 0), lowering.input(node, 1)));
                return true;
            });
        }
        for (Map.Entry<String, Binary> entry : Map.of("BitwiseAnd", Binary.BITWISE_AND, "BitwiseOr", Binary.BITWISE_OR,
                "BitwiseXor", Binary.BITWISE_XOR).entrySet()) {
            rules.put(entry.getKey(), (lowering, node) -> binary(lowering, node, entry.getValue()));
        }
        for (Map.Entry<String, Binary> entry : Map.of("Max", Binary.MAX, "Min", Binary.MIN, "Sum", Binary.ADD, "Mean",
                Binary.ADD).entrySet()) {
            rules.put(entry.getKey(), (lowering, node) -> variadic(lowering, node, entry.getValue()));
        }
        rules.put("Where", (lowering, node) -> {
            Value a = lowering.input(node, 1);
            lowering.put(node, new Calc(lowering, node).pointwise(a.kind(), Pointwise.where(), lowering.input(node, 0),
                    a, lowering.input(node, 2)));
            return true;
        });
        rules.put("Clip", ElementRules::clip);
        rules.put("CastLike", ElementRules::castLike);
        rules.put("Cast", (lowering, node) -> cast(lowering, node, (int) node.integer("to", 0)));
    }

    private static void unary(Map<String, Operators.Rule> rules) {
        for (Unary operator : List.of(Unary.RELU, Unary.SIGMOID, Unary.SOFTPLUS, Unary.SOFTSIGN, Unary.MISH,
                Unary.TANH, Unary.ERF, Unary.EXP, Unary.LOG, Unary.SQRT, Unary.RECIPROCAL, Unary.ABS, Unary.NEG,
                Unary.SIGN, Unary.FLOOR, Unary.CEIL, Unary.ROUND, Unary.SIN, Unary.COS, Unary.TAN, Unary.ASIN,
                Unary.ACOS, Unary.ATAN, Unary.SINH, Unary.COSH, Unary.ASINH, Unary.ACOSH, Unary.ATANH)) {
            String type = operator.name().charAt(0) + operator.name().substring(1).toLowerCase(java.util.Locale.ROOT);
            put(rules, type, node -> operator.plain());
        }
        put(rules, "HardSwish", node -> Unary.HARD_SWISH.plain());
        put(rules, "LeakyRelu", node -> Unary.LEAKY_RELU.with(node.real("alpha", 0.01f), 0));
        put(rules, "Elu", node -> Unary.ELU.with(node.real("alpha", 1), 0));
        put(rules, "Selu", node -> Unary.SELU.with(node.real("alpha", 1.67326319217681884765625f),
                node.real("gamma", 1.05070102214813232421875f)));
        put(rules, "Celu", node -> Unary.CELU.with(node.real("alpha", 1), 0));
        put(rules, "HardSigmoid", node -> Unary.HARD_SIGMOID.with(node.real("alpha", 0.2f), node.real("beta", 0.5f)));
        put(rules, "Swish", node -> Unary.SWISH.with(node.real("alpha", 1), 0));
        put(rules, "Gelu", node -> (node.text("approximate", "none").equals("tanh") ? Unary.GELU_TANH : Unary.GELU)
                .plain());
        put(rules, "ThresholdedRelu", node -> Unary.THRESHOLDED_RELU.with(node.real("alpha", 1), 0));
        put(rules, "Shrink", node -> Unary.SHRINK.with(node.real("bias", 0), node.real("lambd", 0.5f)));
        truth(rules, "Not", node -> Unary.NOT.plain());
        truth(rules, "IsNaN", node -> Unary.IS_NAN.plain());
        truth(rules, "IsInf", node -> Unary.IS_INF.with(node.integer("detect_positive", 1),
                node.integer("detect_negative", 1)));
    }

    private static void put(Map<String, Operators.Rule> rules, String type, Function<OnnxNode, Pointwise> operator) {
        rules.put(type, (lowering, node) -> {
            Value x = lowering.input(node, 0);
            lowering.put(node, new Calc(lowering, node).pointwise(x.kind(), operator.apply(node), x));
            return true;
        });
    }

    private static void truth(Map<String, Operators.Rule> rules, String type, Function<OnnxNode, Pointwise> operator) {
        rules.put(type, (lowering, node) -> {
            lowering.put(node, new Calc(lowering, node).pointwise(Kind.BOOLEAN, operator.apply(node),
                    lowering.input(node, 0)));
            return true;
        });
    }

    private static boolean isInteger(Lowering lowering, OnnxNode node) {
        return lowering.input(node, 0).kind() == Kind.INTEGER;
    }

    private static boolean binary(Lowering lowering, OnnxNode node, Binary operator) {
        lowering.put(node, new Calc(lowering, node).binary(operator, lowering.input(node, 0), lowering.input(node, 1)));
        return true;
    }

    private static boolean variadic(Lowering lowering, OnnxNode node, Binary operator) {
        Calc calc = new Calc(lowering, node);
        Value result = lowering.input(node, 0);
        for (int i = 1; i < node.inputs().size(); i++) {
            result = calc.binary(operator, result, lowering.input(node, i));
        }
        if (node.type().equals("Mean")) {
            result = calc.pointwise(result.kind(), Unary.SCALE.with(1f / node.inputs().size(), 0), result);
        }
        lowering.put(node, result);
        return true;
    }

    /** Bounds are attributes before operator set 11, then inputs of which each may be missing. */
    private static boolean clip(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Optional<OnnxTensor> low = lowering.constant(node, 1);
        Optional<OnnxTensor> high = lowering.constant(node, 2);
        if (node.has(1) && low.isEmpty() || node.has(2) && high.isEmpty()) {
            lowering.put(node, calc.pointwise(x.kind(), Pointwise.clip(), x,
                    node.has(1) ? lowering.input(node, 1) : Calc.scalar(Float.NEGATIVE_INFINITY),
                    node.has(2) ? lowering.input(node, 2) : Calc.scalar(Float.POSITIVE_INFINITY)));
            return true;
        }
        lowering.put(node, calc.pointwise(x.kind(), Unary.CLIP.with(
                low.map(t -> t.asFloats()[0]).orElse(node.real("min", Float.NEGATIVE_INFINITY)),
                high.map(t -> t.asFloats()[0]).orElse(node.real("max", Float.POSITIVE_INFINITY))), x));
        return true;
    }

    /** The other input's element type is known by its kind only: whole numbers are not cut to fewer bits. */
    private static boolean castLike(Lowering lowering, OnnxNode node) {
        return cast(lowering, node, switch (lowering.input(node, 1).kind()) {
            case FLOAT -> 1;
            case INTEGER -> 7;
            case BOOLEAN -> 9;
        });
    }

    /**
     * Real numbers become whole ones toward zero, the nearest one of the type where they are outside of it, and zero of NaN; whole numbers
     * keep their lowest bits.
     */
    static boolean cast(Lowering lowering, OnnxNode node, int type) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Kind to = switch (type) {
            case 1, 10, 11, 16 -> Kind.FLOAT;
            case 2, 3, 4, 5, 6, 7, 12, 13 -> Kind.INTEGER;
            case 9 -> Kind.BOOLEAN;
            default -> throw new UnsupportedOperationException("casts to the element type " + type
                    + " of ONNX, which is not computed with");
        };
        int bits = switch (type) {
            case 2, 3 -> 8;
            case 4, 5 -> 16;
            case 6, 12 -> 32;
            default -> 64;
        };
        boolean unsigned = type == 2 || type == 4 || type == 12 || type == 13;
        float low = unsigned ? 0 : (float) -Math.pow(2, bits - 1);
        float high = (float) Math.pow(2, unsigned ? bits : bits - 1);
        Value result;
        if (to == Kind.BOOLEAN && x.kind() != Kind.BOOLEAN) {
            result = calc.pointwise(to, Unary.TRUTH.plain(), x);
        } else if (to == Kind.INTEGER && x.kind() == Kind.FLOAT) {
            result = calc.pointwise(to, Unary.TRUNCATE.with(low, bits > 16 ? high : high - 1), x);
        } else if (to == Kind.INTEGER && x.kind() == Kind.INTEGER && bits <= 16) {
            result = calc.pointwise(to, Unary.WRAP.with((float) Math.pow(2, bits), low), x);
        } else {
            result = Calc.as(to, x);
        }
        lowering.put(node, result);
        return true;
    }
}
