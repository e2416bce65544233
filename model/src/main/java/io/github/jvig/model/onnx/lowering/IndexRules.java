package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.GatherAlong;
import io.github.jvig.model.tensor.GatherElements;
import io.github.jvig.model.tensor.IndexedRead;
import io.github.jvig.model.tensor.OneHot;
import io.github.jvig.model.tensor.PlacedRows;
import io.github.jvig.model.tensor.Scatter;
import io.github.jvig.model.tensor.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that read or write by indices. */
final class IndexRules {
    private IndexRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Gather", IndexRules::gather);
        rules.put("GatherElements", IndexRules::gatherElements);
        rules.put("GatherND", IndexRules::gatherTuples);
        rules.put("ScatterElements", IndexRules::scatterElements);
        rules.put("Scatter", IndexRules::scatterElements);
        rules.put("ScatterND", IndexRules::scatterTuples);
        rules.put("OneHot", IndexRules::oneHot);
    }

    private static boolean gather(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Value indices = lowering.input(node, 1);
        int axis = Calc.axis(node.integer("axis", 0), x.shape().size());
        int size = x.shape().get(axis);
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.remove(axis);
        shape.addAll(axis, indices.shape());
        int count = Calc.elements(indices.shape());
        if (indices instanceof Value.Constant c) {
            int[] picked = Arrays.stream(c.tensor().integers()).mapToInt(i -> Calc.axis(i, size)).toArray();
            lowering.put(node, calc.reshape(count == 1
                    ? calc.slice(x, axis, picked[0], 1, 1)
                    : calc.gather("gather", x, axis, picked, Calc.scalar(0)), shape));
            return true;
        }
        Inputs in = calc.inputs();
        Source data = in.rowMajor(x);
        Source index = in.rowMajor(indices);
        lowering.put(node, in.result(x.kind(), new GatherAlong(in.layouts(), data, index,
                Calc.elements(x.shape().subList(0, axis)), size,
                Calc.elements(x.shape().subList(axis + 1, x.shape().size())), count), shape));
        return true;
    }

    /** Digits of the indices' elements in the data, of which the axis is left to the index. */
    private static List<Dim> along(List<Integer> indices, List<Integer> data, int axis) {
        List<Dim> strides = Dim.rowMajor(data);
        return IntStream.range(0, data.size())
                .mapToObj(i -> new Dim(indices.get(i), i == axis ? 0 : strides.get(i).stride())).toList();
    }

    private static boolean gatherElements(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value indices = lowering.input(node, 1);
        int axis = Calc.axis(node.integer("axis", 0), x.shape().size());
        Calc.elements(indices.shape());
        Inputs in = new Inputs(lowering, node.name());
        Source data = in.rowMajor(x);
        Source index = in.rowMajor(indices);
        lowering.put(node, in.result(x.kind(), new GatherElements(in.layouts(), data, index,
                along(indices.shape(), x.shape(), axis), x.shape().get(axis),
                Dim.rowMajor(x.shape()).get(axis).stride()), indices.shape()));
        return true;
    }

    private static boolean gatherTuples(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value indices = lowering.input(node, 1);
        int batch = (int) node.integer("batch_dims", 0);
        List<Integer> outer = indices.shape().subList(0, indices.shape().size() - 1);
        int n = indices.shape().getLast();
        List<Integer> shape = new ArrayList<>(outer);
        shape.addAll(x.shape().subList(batch + n, x.shape().size()));
        Calc.elements(shape);
        int slice = Calc.elements(x.shape().subList(batch + n, x.shape().size()));
        int perBatch = Calc.elements(x.shape().subList(batch, x.shape().size()));
        int batches = Calc.elements(x.shape().subList(0, batch));
        Inputs in = new Inputs(lowering, node.name());
        Source data = in.rowMajor(x);
        Source index = in.rowMajor(indices);
        lowering.put(node, in.result(x.kind(), new IndexedRead("gather tuples", in.layouts(), data, index,
                IntStream.range(0, batches).map(i -> i * perBatch).toArray(), Calc.elements(outer) / batches,
                sizes(x, batch, n), strides(x, batch, n), slice), shape));
        return true;
    }

    private static int[] sizes(Value x, int from, int n) {
        return x.shape().subList(from, from + n).stream().mapToInt(i -> i).toArray();
    }

    private static int[] strides(Value x, int from, int n) {
        return Dim.rowMajor(x.shape()).subList(from, from + n).stream().mapToInt(Dim::stride).toArray();
    }

    private static Scatter.Mode mode(OnnxNode node) {
        return Scatter.Mode.valueOf(node.text("reduction", "none").toUpperCase(Locale.ROOT));
    }

    private static boolean scatterElements(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value indices = lowering.input(node, 1);
        int axis = Calc.axis(node.integer("axis", 0), x.shape().size());
        Value update = lowering.input(node, 2);
        if (mode(node) == Scatter.Mode.NONE && indices instanceof Value.Constant c
                && areOfRows(c, x.shape(), axis, update.shape())) {
            placeRows(lowering, node, x, Inputs.floats(c.repeated()), update,
                    Dim.rowMajor(x.shape()).get(axis).stride());
            return true;
        }
        Inputs in = new Inputs(lowering, node.name());
        Source data = in.rowMajor(x);
        Source index = in.rowMajor(indices);
        Source updates = in.rowMajor(update);
        lowering.put(node, in.result(x.kind(), new Scatter(mode(node), in.layouts(), data, Calc.elements(x.shape()),
                index, updates, along(indices.shape(), x.shape(), axis), sizes(x, axis, 1), strides(x, axis, 1), 1),
                x.shape()));
        return true;
    }

    /** Whether indices along an axis that none but ones are before are the same for all elements behind it, and place all of these. */
    private static boolean areOfRows(Value.Constant indices, List<Integer> shape, int axis, List<Integer> updates) {
        List<Integer> behind = shape.subList(axis + 1, shape.size());
        List<Integer> repeated = indices.repeated().shape();
        return indices.shape().size() == shape.size() && indices.shape().equals(updates)
                && Calc.elements(shape.subList(0, axis)) == 1
                && indices.shape().subList(axis + 1, shape.size()).equals(behind)
                && repeated.subList(axis + 1, shape.size()).stream().allMatch(size -> size == 1)
                && repeated.get(axis).equals(indices.shape().get(axis));
    }

    /** Rows at known indices; the last of several at one place stays. */
    private static void placeRows(Lowering lowering, OnnxNode node, Value x, float[] indices, Value update, int row) {
        int[] places = PlacedRows.places(indices, Calc.elements(x.shape()) / row);
        Inputs in = new Inputs(lowering, node.name());
        boolean alike = x instanceof Value.Constant c && c.repeated().elements() == 1;
        Source data = alike ? null : in.rowMajor(x);
        float fill = alike ? Inputs.floats(((Value.Constant) x).repeated())[0] : 0;
        Source updates = in.rowMajor(update);
        lowering.put(node, in.result(x.kind(), new PlacedRows(in.layouts(), data, fill, updates, places, row),
                x.shape()));
    }

    private static boolean scatterTuples(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value indices = lowering.input(node, 1);
        int n = indices.shape().getLast();
        int tuples = Calc.elements(indices.shape()) / n;
        Value update = lowering.input(node, 2);
        if (mode(node) == Scatter.Mode.NONE && indices instanceof Value.Constant c && n == 1) {
            placeRows(lowering, node, x, Inputs.floats(c.tensor()), update,
                    Dim.rowMajor(x.shape()).getFirst().stride());
            return true;
        }
        Inputs in = new Inputs(lowering, node.name());
        Source data = in.rowMajor(x);
        Source index = in.rowMajor(indices);
        Source updates = in.rowMajor(update);
        lowering.put(node, in.result(x.kind(), new Scatter(mode(node), in.layouts(), data, Calc.elements(x.shape()),
                index, updates, List.of(new Dim(tuples, 0)), sizes(x, 0, n), strides(x, 0, n),
                Calc.elements(x.shape().subList(n, x.shape().size()))), x.shape()));
        return true;
    }

    private static boolean oneHot(Lowering lowering, OnnxNode node) {
        Value indices = lowering.input(node, 0);
        Optional<OnnxTensor> depth = lowering.constant(node, 1);
        if (depth.isEmpty()) {
            throw new NotKnown("its depth is not known before it runs");
        }
        int size = (int) depth.get().asFloats()[0];
        List<Integer> shape = new ArrayList<>(indices.shape());
        int axis = Calc.axis(node.integer("axis", -1), shape.size() + 1);
        int outer = Calc.elements(shape.subList(0, axis));
        int inner = Calc.elements(shape.subList(axis, shape.size()));
        shape.add(axis, size);
        Value values = lowering.input(node, 2);
        Inputs in = new Inputs(lowering, node.name());
        Source index = in.rowMajor(indices);
        Source both = in.rowMajor(values);
        Kind kind = values.kind();
        lowering.put(node, in.result(kind, new OneHot(in.layouts(), index, both, outer, size, inner), shape));
        return true;
    }
}
