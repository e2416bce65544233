package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.AxisFilter;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Pointwise;
import io.github.jvig.model.tensor.Reduction;
import io.github.jvig.model.tensor.RowOperator;
import io.github.jvig.model.tensor.Source;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Normalizations. */
final class NormRules {
    private NormRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("LayerNormalization", NormRules::layerNorm);
        rules.put("RMSNormalization", NormRules::rootMeanSquare);
        rules.put("InstanceNormalization", NormRules::instanceNorm);
        rules.put("GroupNormalization", NormRules::groupNorm);
        rules.put("BatchNormalization", NormRules::batchNorm);
        rules.put("LpNormalization", NormRules::norm);
        rules.put("MeanVarianceNormalization", NormRules::meanVariance);
        rules.put("LRN", NormRules::localResponse);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static boolean layerNorm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        List<Integer> along = range(Calc.axis(node.integer("axis", -1), rank), rank);
        float epsilon = node.real("epsilon", 1e-5f);
        Value y = calc.rows(RowOperator.standardize(epsilon), x, along);
        lowering.put(node, scaled(calc, y, lowering.input(node, 1), node.has(2) ? lowering.input(node, 2) : null));
        if (RowRules.isWanted(node, 1) || RowRules.isWanted(node, 2)) {
            Value mean = calc.reduce(Reduction.MEAN, x, along, true);
            RowRules.put(lowering, node, 1, mean);
            Value squares = calc.pointwise(x.kind(), Unary.ABS_POWER.with(2, 0), calc.binary(Binary.SUB, x, mean));
            Value variance = calc.reduce(Reduction.MEAN, squares, along, true);
            RowRules.put(lowering, node, 2, calc.unary(Unary.RECIPROCAL,
                    calc.unary(Unary.SQRT, calc.binary(Binary.ADD, variance, Calc.scalar(epsilon)))));
        }
        return true;
    }

    private static Value scaled(Calc calc, Value x, Value scale, Value shift) {
        return shift == null
                ? calc.binary(Binary.MUL, x, scale)
                : calc.pointwise(x.kind(), Pointwise.scaleAndShift(), x, scale, shift);
    }

    private static boolean rootMeanSquare(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        Value y = calc.rows(RowOperator.rootMeanSquare(node.real("epsilon", 1e-5f)), x,
                range(Calc.axis(node.integer("axis", -1), rank), rank));
        lowering.put(node, scaled(calc, y, lowering.input(node, 1), null));
        return true;
    }

    /** A value of a number for each channel, in the shape {@code [1, C, 1, ...]}. */
    private static Value perChannel(Calc calc, Value value, int rank) {
        List<Integer> shape = new ArrayList<>(Collections.nCopies(rank, 1));
        shape.set(1, value.shape().getFirst());
        return calc.reshape(value, shape);
    }

    private static boolean instanceNorm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int rank = x.shape().size();
        Value y = calc.rows(RowOperator.standardize(node.real("epsilon", 1e-5f)), x, range(2, rank));
        lowering.put(node, scaled(calc, y, perChannel(calc, lowering.input(node, 1), rank),
                perChannel(calc, lowering.input(node, 2), rank)));
        return true;
    }

    /** Scale and shift are given for each group in operator set 18, for each channel from 21 on. */
    private static boolean groupNorm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        int channels = x.shape().get(1);
        int groups = (int) node.integer("num_groups", 1);
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException("has " + groups + " groups of " + channels + " channels");
        }
        List<Integer> grouped = new ArrayList<>(x.shape());
        grouped.set(1, groups);
        grouped.add(2, channels / groups);
        Value y = calc.rows(RowOperator.standardize(node.real("epsilon", 1e-5f)), calc.reshape(x, grouped),
                range(2, grouped.size()));
        Value scale = lowering.input(node, 1);
        Value shift = lowering.input(node, 2);
        if (node.version() < 21) {
            y = scaled(calc, y, perChannel(calc, scale, grouped.size()), perChannel(calc, shift, grouped.size()));
            lowering.put(node, calc.reshape(y, x.shape()));
        } else {
            int rank = x.shape().size();
            lowering.put(node, scaled(calc, calc.reshape(y, x.shape()), perChannel(calc, scale, rank),
                    perChannel(calc, shift, rank)));
        }
        return true;
    }

    /**
     * Whether a batch normalization has one factor and summand for each channel, which are known: not in training, nor with those of each
     * element ({@code spatial = 0}, operator sets 7 and 8) where there is more than one to a channel.
     */
    static boolean isInference(OnnxNode node, Value x) {
        return !isTraining(node) && (node.integer("spatial", 1) != 0 || x.shape().size() == 2);
    }

    /** Before operator set 14 it is the number of outputs that says so, wanted or not. */
    private static boolean isTraining(OnnxNode node) {
        return node.version() < 14 ? node.outputs().size() > 1 : node.integer("training_mode", 0) != 0;
    }

    /** By the mean and deviation of what it is given: how weights are standardized before a net runs. */
    private static boolean trained(Lowering lowering, OnnxNode node, Calc calc, Value x) {
        int rank = x.shape().size();
        List<Integer> along = IntStream.range(0, rank).filter(i -> i != 1).boxed().toList();
        Value mean = calc.reduce(Reduction.MEAN, x, along, true);
        Value centered = calc.binary(Binary.SUB, x, mean);
        Value variance = calc.reduce(Reduction.MEAN, calc.binary(Binary.MUL, centered, centered), along, true);
        Value deviation = calc.unary(Unary.SQRT,
                calc.binary(Binary.ADD, variance, Calc.scalar(node.real("epsilon", 1e-5f))));
        lowering.put(node, scaled(calc, calc.binary(Binary.DIV, centered, deviation),
                perChannel(calc, lowering.input(node, 1), rank), perChannel(calc, lowering.input(node, 2), rank)));
        float momentum = node.real("momentum", 0.9f);
        for (int i = 1; i < node.outputs().size(); i++) {
            if (i < 3 && RowRules.isWanted(node, i)) {
                Value now = calc.reshape(i == 1 ? mean : variance, List.of(x.shape().get(1)));
                RowRules.put(lowering, node, i, calc.binary(Binary.ADD,
                        calc.binary(Binary.MUL, lowering.input(node, 2 + i), Calc.scalar(momentum)),
                        calc.binary(Binary.MUL, now, Calc.scalar(1 - momentum))));
            } else if (RowRules.isWanted(node, i)) {
                throw new UnsupportedOperationException("has an output " + (i + 1) + " of a training");
            }
        }
        return true;
    }

    private static boolean batchNorm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        if (isTraining(node)) {
            return trained(lowering, node, calc, x);
        }
        if (!isInference(node, x)) {
            throw new UnsupportedOperationException("normalizes each element by itself (spatial = 0)");
        }
        int rank = x.shape().size();
        Value variance = calc.binary(Binary.ADD, lowering.input(node, 4), Calc.scalar(node.real("epsilon", 1e-5f)));
        Value scale = calc.binary(Binary.DIV, lowering.input(node, 1), calc.unary(Unary.SQRT, variance));
        Value shift = calc.binary(Binary.SUB, lowering.input(node, 2),
                calc.binary(Binary.MUL, lowering.input(node, 3), scale));
        lowering.put(node, scaled(calc, x, perChannel(calc, scale, rank), perChannel(calc, shift, rank)));
        return true;
    }

    private static boolean norm(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        int p = (int) node.integer("p", 2);
        if (p != 1 && p != 2) {
            throw new IllegalArgumentException("its attribute p is " + p);
        }
        lowering.put(node, new Calc(lowering, node).rows(RowOperator.norm(p), x,
                List.of(Calc.axis(node.integer("axis", -1), x.shape().size()))));
        return true;
    }

    private static boolean meanVariance(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        List<Integer> axes = RowRules.axes(lowering, node, 1, x.shape().size());
        // ONNX adds 1e-9 to the deviation, here its square to the variance.
        lowering.put(node, new Calc(lowering, node).rows(RowOperator.standardize(1e-18f), x,
                axes.isEmpty() ? List.of(0, 2, 3) : axes));
        return true;
    }

    private static boolean localResponse(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> shape = x.shape();
        int channels = shape.get(1);
        int size = (int) node.integer("size", 1);
        int before = (size - 1) / 2;
        int[][] taps = new int[channels][];
        float[][] weights = new float[channels][];
        for (int c = 0; c < channels; c++) {
            taps[c] = IntStream.range(Math.max(0, c - before), Math.min(channels, c - before + size)).toArray();
            weights[c] = new float[taps[c].length];
            java.util.Arrays.fill(weights[c], node.real("alpha", 1e-4f) / size);
        }
        Inputs in = calc.inputs();
        Source source = in.rowMajor(calc.pointwise(x.kind(), Unary.ABS_POWER.with(2, 0), x));
        Value squares = in.result(x.kind(), new AxisFilter("sums of squares", in.layouts(), source, shape.getFirst(),
                channels, Calc.elements(shape.subList(2, shape.size())), taps, weights, 0), shape);
        Value total = calc.binary(Binary.ADD, squares, Calc.scalar(node.real("bias", 1)));
        lowering.put(node, calc.binary(Binary.MUL, x,
                calc.pointwise(x.kind(), Unary.POWER.with(-node.real("beta", 0.75f), 0), total)));
        return true;
    }
}
