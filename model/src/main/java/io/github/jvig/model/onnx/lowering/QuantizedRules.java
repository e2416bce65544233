package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Quantization;
import io.github.jvig.model.tensor.Reduction;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Quantized operators, run in real numbers: whole numbers are what the file says, and products of them are computed with the real numbers
 * that they stand for. Results are those of ONNX but where a sum lies half way between two whole numbers, within what real numbers of 24
 * bits are off.
 */
final class QuantizedRules {
    private static final int UINT8 = 2;

    private QuantizedRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("QuantizeLinear", QuantizedRules::quantize);
        rules.put("DequantizeLinear", QuantizedRules::dequantize);
        rules.put("DynamicQuantizeLinear", QuantizedRules::dynamic);
        rules.put("QLinearConv", QuantizedRules::conv);
        rules.put("QLinearMatMul", (lowering, node) -> {
            OperatorSteps steps = new OperatorSteps(lowering, node);
            String product = steps.step("MatMul", 13, List.of(real(steps, 0), real(steps, 3)), Map.of());
            return whole(steps, product, 6);
        });
        rules.put("ConvInteger", (lowering, node) -> integer(lowering, node, "Conv", node.attributes()));
        rules.put("MatMulInteger", (lowering, node) -> integer(lowering, node, "MatMul", Map.of()));
    }

    /** Operators of ONNX Runtime's own: what ONNX's operator of real numbers gives of the numbers that the whole ones stand for. */
    static void addMicrosoftTo(Map<String, Operators.Rule> rules) {
        rules.put("QuantizeLinear", QuantizedRules::quantize);
        rules.put("DequantizeLinear", QuantizedRules::dequantize);
        rules.put("QLinearAdd", (lowering, node) -> ofTwo(lowering, node, "Add"));
        rules.put("QLinearMul", (lowering, node) -> ofTwo(lowering, node, "Mul"));
        rules.put("QLinearSigmoid", (lowering, node) -> ofOne(lowering, node, "Sigmoid", Map.of()));
        rules.put("QLinearLeakyRelu", (lowering, node) -> ofOne(lowering, node, "LeakyRelu", node.attributes()));
        rules.put("QLinearAveragePool", (lowering, node) -> ofOne(lowering, node, "AveragePool", node.attributes()));
        rules.put("QLinearGlobalAveragePool",
                (lowering, node) -> ofOne(lowering, node, "GlobalAveragePool", Map.of()));
        rules.put("QLinearSoftmax", (lowering, node) -> ofOne(lowering, node, "Softmax", softmax(node)));
        rules.put("QLinearConcat", QuantizedRules::concat);
        rules.put("QGemm", QuantizedRules::gemm);
        rules.put("MatMulIntegerToFloat", QuantizedRules::matMulToFloat);
        rules.put("DynamicQuantizeMatMul", QuantizedRules::dynamicMatMul);
    }

    // Scales and zero points.

    /** A scale or zero point of one number, of an axis or of blocks of an axis, repeated to be read beside x. */
    private static Value beside(Calc calc, OnnxNode node, Value x, Value factors, String what) {
        int rank = x.shape().size();
        int count = Calc.elements(factors.shape());
        if (count == 1) {
            return calc.reshape(factors, List.of());
        }
        int axis = rank == 1 ? 0 : Calc.axis(node.integer("axis", 1), rank);
        int block = (int) node.integer("block_size", 0);
        if (block == 0) {
            if (factors.shape().size() != 1 || count != x.shape().get(axis)) {
                throw new IllegalArgumentException("has a " + what + " of shape " + factors.shape()
                        + " for the axis " + axis + " of " + x.shape());
            }
            List<Integer> shape = new ArrayList<>(Collections.nCopies(rank, 1));
            shape.set(axis, count);
            return calc.reshape(factors, shape);
        }
        return calc.gather(what, factors, axis,
                IntStream.range(0, x.shape().get(axis)).map(i -> i / block).toArray(), Calc.scalar(0));
    }

    private static Value zero(Calc calc, Lowering lowering, OnnxNode node, Value x) {
        return node.has(2)
                ? Calc.as(Kind.FLOAT, beside(calc, node, x, lowering.input(node, 2), "zero point"))
                : Calc.scalar(0);
    }

    /** The type of the whole numbers, by the attribute or the zero point. */
    private static Quantization type(Lowering lowering, OnnxNode node, Quantization.Kind kind) {
        long type = node.integer("output_dtype", 0);
        if (type == 0) {
            type = node.has(2) ? ofZeroPoint(lowering, node) : UINT8;
        }
        return switch ((int) type) {
            case UINT8 -> Quantization.of(kind, 8, false);
            case 3 -> Quantization.of(kind, 8, true);
            case 4 -> Quantization.of(kind, 16, false);
            case 5 -> Quantization.of(kind, 16, true);
            default -> throw new UnsupportedOperationException(
                    type == 0
                            ? "has a zero point whose type is not known"
                            : "quantizes to ONNX's type " + type
                                    + "; 8 and 16 bits are computed");
        };
    }

    /** A constant is of the type that the file has it in; a computed one is what it was cast to. 0 where it is not known. */
    private static long ofZeroPoint(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> constant = lowering.constant(node, 2);
        if (constant.isPresent() && constant.get().stored() != 0) {
            return constant.get().stored();
        }
        OnnxNode producer = lowering.producer(node.inputs().get(2));
        if (producer == null) {
            return 0;
        }
        return switch (producer.type()) {
            case "Cast" -> producer.integer("to", 0);
            case "DynamicQuantizeLinear" -> UINT8;
            default -> 0;
        };
    }

    private static boolean quantize(Lowering lowering, OnnxNode node) {
        lowering.produces(node);
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        lowering.put(node, calc.pointwise(Kind.INTEGER, type(lowering, node, Quantization.Kind.QUANTIZE), x,
                beside(calc, node, x, lowering.input(node, 1), "scale"), zero(calc, lowering, node, x)));
        return true;
    }

    /** What was just quantized with the same numbers becomes one pass over the real ones. */
    private static boolean dequantize(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        if (x instanceof Value.Constant c && c.kind() == Kind.INTEGER) {
            lowering.put(node, constant(calc, lowering, node, c.tensor()));
            return true;
        }
        OnnxNode before = lowering.producer(node.inputs().getFirst());
        if (before != null && before.type().equals("QuantizeLinear") && same(lowering, before, node)) {
            // A step of a loop has values of its own under the same names.
            String key = before.outputs().getFirst() + ":both of " + (x instanceof View v ? v.node().name() : "");
            Optional<Value> made = lowering.find(key);
            if (made.isEmpty()) {
                Value real = lowering.input(before, 0);
                made = Optional.of(calc.pointwise(Kind.FLOAT, type(lowering, before, Quantization.Kind.BOTH), real,
                        beside(calc, before, real, lowering.input(before, 1), "scale"),
                        zero(calc, lowering, before, real)));
                lowering.put(key, made.get());
            }
            lowering.put(node, made.get());
            return true;
        }
        lowering.put(node, calc.pointwise(Kind.FLOAT, new Quantization(Quantization.Kind.DEQUANTIZE, 0, 0),
                Calc.as(Kind.FLOAT, x), beside(calc, node, x, lowering.input(node, 1), "scale"),
                zero(calc, lowering, node, x)));
        return true;
    }

    /** Whether two operators have the same scale, zero point and axis. */
    private static boolean same(Lowering lowering, OnnxNode a, OnnxNode b) {
        if (a.has(2) != b.has(2) || a.integer("axis", 1) != b.integer("axis", 1)
                || a.integer("block_size", 0) != b.integer("block_size", 0)) {
            return false;
        }
        for (int i = 1; i < 3; i++) {
            if (!a.has(i) || a.inputs().get(i).equals(b.inputs().get(i))) {
                continue;
            }
            Optional<OnnxTensor> x = lowering.constant(a, i);
            Optional<OnnxTensor> y = lowering.constant(b, i);
            if (x.isEmpty() || y.isEmpty() || !x.get().shape().equals(y.get().shape())
                    || x.get().stored() != y.get().stored()
                    || !Arrays.equals(x.get().asFloats(), y.get().asFloats())) {
                return false;
            }
        }
        return true;
    }

    /** Weights: differences of whole numbers exactly, as a bias of 32 bits needs them. */
    private static Value constant(Calc calc, Lowering lowering, OnnxNode node, OnnxTensor x) {
        long[] values = x.integers().clone();
        if (node.has(2)) {
            OnnxTensor zero = lowering.constant(node, 2).orElseThrow(
                    () -> new UnsupportedOperationException("has a zero point that is not known before it runs"));
            Value.Constant all = (Value.Constant) beside(calc, node, new Value.Constant(x), new Value.Constant(zero),
                    "zero point");
            if (all.tensor().elements() == 1) {
                for (int i = 0; i < values.length; i++) {
                    values[i] -= all.tensor().integers()[0];
                }
            } else {
                int[] at = AxisGather.table(
                        Calc.broadcastAxes(all, x.shape()).stream().flatMap(List::stream).toList());
                for (int i = 0; i < values.length; i++) {
                    values[i] -= all.tensor().integers()[at[i]];
                }
            }
        }
        float[] real = new float[values.length];
        for (int i = 0; i < real.length; i++) {
            real[i] = values[i];
        }
        Value difference = Calc.constant(Kind.FLOAT, x.shape(), real);
        return calc.binary(Binary.MUL, difference,
                beside(calc, node, difference, lowering.input(node, 1), "scale"));
    }

    // Whole operators, put together of those on real numbers.

    /** The numbers that an operator's inputs from one on stand for: whole numbers, scale, zero point. */
    private static String real(OperatorSteps steps, int first) {
        return real(steps, first, Map.of());
    }

    private static String real(OperatorSteps steps, int first, Map<String, Object> attributes) {
        List<String> three = new ArrayList<>(steps.node().inputs().subList(first,
                Math.min(first + 3, steps.node().inputs().size())));
        if (three.size() == 3 && three.getLast().isEmpty()) {
            three.removeLast();
        }
        return steps.step("DequantizeLinear", 21, three, attributes);
    }

    /** Sets the output: a value in the scale and zero point that are inputs of the operator. */
    private static boolean whole(OperatorSteps steps, String value, int scale) {
        OnnxNode node = steps.node();
        List<String> inputs = new ArrayList<>(List.of(value, node.inputs().get(scale)));
        if (node.has(scale + 1)) {
            inputs.add(node.inputs().get(scale + 1));
        }
        OnnxNode quantize = new OnnxNode(node.name(), "", "QuantizeLinear", 21, inputs,
                List.of(node.outputs().getFirst()), Map.of());
        Operators.lower(steps.lowering(), quantize);
        return true;
    }

    /** Weights may have a scale for each output channel; the bias is in the product of both scales. */
    private static boolean conv(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        List<String> inputs = new ArrayList<>(
                List.of(real(steps, 0), real(steps, 3, Map.of("axis", 0L))));
        if (node.has(8)) {
            inputs.add(bias(steps, 8, node.inputs().get(1), node.inputs().get(4)));
        }
        return whole(steps, steps.step("Conv", 11, inputs, node.attributes()), 6);
    }

    private static String bias(OperatorSteps steps, int input, String scale, String other) {
        String product = steps.step("Mul", 14, List.of(scale, other), Map.of());
        return steps.step("DequantizeLinear", 21, List.of(steps.node().inputs().get(input), product),
                Map.of("axis", 0L));
    }

    private static boolean ofTwo(Lowering lowering, OnnxNode node, String type) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        return whole(steps, steps.step(type, 14, List.of(real(steps, 0), real(steps, 3)), Map.of()), 6);
    }

    private static boolean ofOne(Lowering lowering, OnnxNode node, String type, Map<String, Object> attributes) {
        if (node.integer("channels_last", 0) != 0) {
            throw new UnsupportedOperationException("has its channels last");
        }
        OperatorSteps steps = new OperatorSteps(lowering, node);
        Map<String, Object> own = new HashMap<>(attributes);
        own.remove("channels_last");
        return whole(steps, steps.step(type, 12, List.of(real(steps, 0)), own), 3);
    }

    private static Map<String, Object> softmax(OnnxNode node) {
        long axis = node.integer("axis", -1);
        if (node.integer("opset", 13) < 13 && axis != -1) {
            throw new UnsupportedOperationException("is that of operator set " + node.integer("opset", 13));
        }
        return Map.of("axis", axis);
    }

    /** Scale and zero point of the result, then value, scale and zero point of each part. */
    private static boolean concat(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        List<String> parts = new ArrayList<>();
        for (int i = 2; i + 2 < node.inputs().size(); i += 3) {
            parts.add(real(steps, i));
        }
        return whole(steps, steps.step("Concat", 13, parts, Map.of("axis", node.integer("axis", 0))), 0);
    }

    /** A, its scale and zero point, B's, a bias, then the result's scale and zero point: a result of real numbers without them. */
    private static boolean gemm(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        Map<String, Object> attributes = Map.of("transA", node.integer("transA", 0), "transB",
                node.integer("transB", 0), "alpha", node.real("alpha", 1));
        List<String> inputs = new ArrayList<>(List.of(real(steps, 0),
                real(steps, 3, Map.of("axis", node.integer("transB", 0) != 0 ? 0L : 1L))));
        if (node.has(6)) {
            inputs.add(bias(steps, 6, node.inputs().get(1), node.inputs().get(4)));
        }
        String result = steps.step("Gemm", 13, inputs, attributes);
        if (node.has(7)) {
            return whole(steps, result, 7);
        }
        lowering.put(node, lowering.value(result));
        return true;
    }

    /** Least and greatest number, zero among them, as 0 and 255. */
    private static boolean dynamic(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> all = IntStream.range(0, x.shape().size()).boxed().toList();
        Value low = calc.binary(Binary.MIN, calc.reduce(Reduction.MIN, x, all, false), Calc.scalar(0));
        Value high = calc.binary(Binary.MAX, calc.reduce(Reduction.MAX, x, all, false), Calc.scalar(0));
        Value scale = calc.binary(Binary.DIV, calc.binary(Binary.SUB, high, low), Calc.scalar(255));
        // Zeros alone are in a scale of 1.
        scale = calc.binary(Binary.ADD, scale,
                Calc.as(Kind.FLOAT, calc.pointwise(Kind.BOOLEAN, Binary.EQUAL, scale, Calc.scalar(0))));
        Quantization operator = Quantization.of(Quantization.Kind.QUANTIZE, 8, false);
        Value zero = calc.pointwise(Kind.FLOAT, operator, calc.unary(Unary.NEG, low), scale, Calc.scalar(0));
        RowRules.put(lowering, node, 0, calc.pointwise(Kind.INTEGER, operator, x, scale, zero));
        RowRules.put(lowering, node, 1, scale);
        RowRules.put(lowering, node, 2, Calc.as(Kind.INTEGER, zero));
        return true;
    }

    /** Products of whole numbers: both, then the zero points of both. */
    private static boolean integer(Lowering lowering, OnnxNode node, String type, Map<String, Object> attributes) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        List<String> inputs = List.of(difference(steps, 0, 2, type), difference(steps, 1, 3, type));
        lowering.put(node, Calc.as(Kind.INTEGER, lowering.value(steps.step(type, 11, inputs, attributes))));
        return true;
    }

    /** Whole numbers less their zero point, as real numbers. One of each row, or output channel, stands in front of other axes. */
    private static String difference(OperatorSteps steps, int x, int zero, String type) {
        OnnxNode node = steps.node();
        Lowering lowering = steps.lowering();
        Calc calc = new Calc(lowering, node);
        Value value = Calc.as(Kind.FLOAT, lowering.input(node, x));
        String name = node.outputs().getFirst() + ":real" + x;
        if (node.has(zero)) {
            Value point = Calc.as(Kind.FLOAT, lowering.input(node, zero));
            if (Calc.elements(point.shape()) == 1) {
                point = calc.reshape(point, List.of());
            } else if (point.shape().size() == 1 && (x == 0 || type.equals("Conv"))) {
                List<Integer> shape = new ArrayList<>(point.shape());
                for (int i = x == 0 ? value.shape().size() - 1 : 1; i < value.shape().size(); i++) {
                    shape.add(1);
                }
                point = calc.reshape(point, x == 0 ? List.of(shape.getFirst(), 1) : shape);
            }
            value = calc.binary(Binary.SUB, value, point);
        }
        lowering.put(name, value);
        return name;
    }

    /** A, B, their scales, their zero points, a bias. */
    private static boolean matMulToFloat(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String product = steps.step("MatMul", 13,
                List.of(difference(steps, 0, 4, "MatMul"), difference(steps, 1, 5, "MatMul")), Map.of());
        String scale = steps.step("Mul", 14, node.inputs().subList(2, 4), Map.of());
        return biased(steps, steps.step("Mul", 14, List.of(product, scale), Map.of()), 6);
    }

    /** A of real numbers, B, its scale, its zero point, a bias. */
    private static boolean dynamicMatMul(Lowering lowering, OnnxNode node) {
        OperatorSteps steps = new OperatorSteps(lowering, node);
        String own = node.outputs().getFirst() + ":A";
        List<String> three = List.of(own, own + ":scale", own + ":zero");
        Operators.lower(lowering, new OnnxNode(node.name(), "", "DynamicQuantizeLinear", 11,
                List.of(node.inputs().getFirst()), three, Map.of()));
        String a = steps.step("DequantizeLinear", 21, three, Map.of());
        String product = steps.step("MatMul", 13, List.of(a, difference(steps, 1, 3, "MatMul")), Map.of());
        return biased(steps, steps.step("Mul", 14, List.of(product, node.inputs().get(2)), Map.of()), 4);
    }

    private static boolean biased(OperatorSteps steps, String value, int bias) {
        steps.lowering().put(steps.node(), steps.lowering().value(steps.plus(value, bias)));
        return true;
    }
}
