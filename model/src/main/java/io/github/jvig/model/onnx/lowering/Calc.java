package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Binary;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.Elementwise;
import io.github.jvig.model.tensor.Joined;
import io.github.jvig.model.tensor.Pointwise;
import io.github.jvig.model.tensor.Reduce;
import io.github.jvig.model.tensor.Reduction;
import io.github.jvig.model.tensor.RowOperator;
import io.github.jvig.model.tensor.Rows;
import io.github.jvig.model.tensor.Source;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Calculations with values, from which the rules on tensors are put together. What is made of constants alone is a constant. */
final class Calc {
    private final Lowering lowering;
    private final String name;

    /** For nodes that are named after an operator. */
    Calc(Lowering lowering, OnnxNode node) {
        this.lowering = lowering;
        this.name = node.name();
    }

    Lowering lowering() {
        return lowering;
    }

    Inputs inputs() {
        return new Inputs(lowering, name);
    }

    String name() {
        return name;
    }

    // Shapes and constants.

    static int elements(List<Integer> shape) {
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        if (elements == 0) {
            throw new UnsupportedOperationException("computes a tensor of shape " + shape + " without elements");
        }
        return elements;
    }

    static Value constant(Kind kind, List<Integer> shape, float[] values) {
        if (kind == Kind.FLOAT) {
            return new Value.Constant(OnnxTensor.of(shape, values));
        }
        long[] integers = new long[values.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (long) values[i];
        }
        return new Value.Constant(new OnnxTensor(kind, shape, null, integers));
    }

    static Value scalar(float value) {
        return constant(Kind.FLOAT, List.of(), new float[]{value});
    }

    /** An axis from 0 on. */
    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= Math.max(1, rank)) {
            throw new IllegalArgumentException("has the axis " + axis + " of " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Digits of each axis; of a constant those of a row-major tensor. */
    static List<List<Dim>> axes(Value value) {
        elements(value.shape());
        return value instanceof View view
                ? view.axes()
                : Dim.rowMajor(value.shape()).stream().map(d -> Dim.merged(List.of(d))).toList();
    }

    /** Digits of each axis, repeated to a larger shape. */
    static List<List<Dim>> broadcastAxes(Value value, List<Integer> shape) {
        if (value instanceof View view) {
            return view.broadcast(shape).axes();
        }
        List<List<Dim>> axes = axes(value);
        List<List<Dim>> result = new ArrayList<>();
        int more = shape.size() - axes.size();
        for (int i = 0; i < shape.size(); i++) {
            List<Dim> axis = i < more ? List.of() : axes.get(i - more);
            int size = Dim.elements(axis);
            result.add(size == shape.get(i) ? axis : List.of(new Dim(shape.get(i), 0)));
        }
        return result;
    }

    /** The shape to which all are repeated. */
    static List<Integer> broadcast(List<List<Integer>> shapes) {
        int rank = shapes.stream().mapToInt(List::size).max().orElse(0);
        Integer[] result = new Integer[rank];
        Arrays.fill(result, 1);
        for (List<Integer> shape : shapes) {
            for (int i = 0; i < shape.size(); i++) {
                int at = rank - shape.size() + i;
                int size = shape.get(i);
                if (size != 1 && result[at] != 1 && result[at] != size) {
                    throw new IllegalArgumentException("has inputs of the shapes " + shapes + ", which don't agree");
                }
                result[at] = size == 1 ? result[at] : Integer.valueOf(size);
            }
        }
        return List.of(result);
    }

    // Views.

    Value reshape(Value x, List<Integer> shape) {
        if (elements(shape) != elements(x.shape())) {
            throw new IllegalArgumentException("a tensor of shape " + x.shape() + " can't become " + shape);
        }
        return switch (x) {
            case Value.Constant c -> new Value.Constant(new OnnxTensor(c.kind(), shape, c.tensor().floats(),
                    c.tensor().integers()));
            case View view -> view.reshaped(shape)
                    .orElseGet(() -> View.tensor(view.kind(), lowering.asTensor(name, view), shape));
        };
    }

    Value transpose(Value x, List<Integer> order) {
        if (x instanceof View view) {
            return view.transposed(order);
        }
        List<List<Dim>> axes = axes(x);
        return pick(((Value.Constant) x).tensor(), 0, order.stream().map(axes::get).toList());
    }

    private static Value pick(OnnxTensor tensor, int offset, List<List<Dim>> axes) {
        int[] table = AxisGather.table(axes.stream().flatMap(List::stream).toList());
        List<Integer> shape = axes.stream().map(Dim::elements).toList();
        if (tensor.kind() == Kind.FLOAT) {
            float[] values = new float[table.length];
            Arrays.setAll(table, i -> table[i] + offset);
            for (int i = 0; i < table.length; i++) {
                values[i] = tensor.floats()[table[i]];
            }
            return new Value.Constant(OnnxTensor.of(shape, values));
        }
        return new Value.Constant(new OnnxTensor(tensor.kind(), shape, null,
                Arrays.stream(table).mapToLong(i -> tensor.integers()[i + offset]).toArray()));
    }

    /** A value as another kind of numbers, its elements as they are. */
    static Value as(Kind kind, Value x) {
        return switch (x) {
            case Value.Constant c -> c.kind() == kind ? c : constant(kind, c.shape(), Inputs.floats(c.tensor()));
            case View v -> new View(kind, v.node(), v.layout(), v.offset(), v.axes());
        };
    }

    /** Some elements of an axis at equal distances. */
    Value slice(Value x, int axis, int first, int step, int count) {
        if (count == 0) {
            throw new UnsupportedOperationException("computes a tensor without elements");
        }
        if (x instanceof View view) {
            Optional<View> sliced = view.sliced(axis, first, step, count);
            if (sliced.isPresent()) {
                return sliced.get();
            }
        }
        return gather("slice", x, axis, IntStream.range(0, count).map(i -> first + i * step).toArray(), scalar(0));
    }

    /** Elements of an axis by their indices; {@link AxisGather#NONE} for the filling. */
    Value gather(String what, Value x, int axis, int[] indices, Value fill) {
        List<int[]> picked = new ArrayList<>();
        for (int i = 0; i < x.shape().size(); i++) {
            picked.add(i == axis ? indices : null);
        }
        return gather(what, x, picked, fill);
    }

    /** Elements by their indices along each axis, null for an axis as it is. */
    Value gather(String what, Value x, List<int[]> picked, Value fill) {
        List<List<Dim>> axes = axes(x);
        List<int[]> tables = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            int[] table = AxisGather.table(axes.get(i));
            int[] indices = picked.get(i);
            tables.add(indices == null
                    ? table
                    : Arrays.stream(indices).map(k -> k == AxisGather.NONE ? k : table[k]).toArray());
        }
        List<Integer> shape = tables.stream().map(t -> t.length).toList();
        elements(shape);
        if (tables.isEmpty()) {
            return x;
        }
        Inputs in = inputs();
        Source source = in.strided(x);
        Source filling = in.rowMajor(fill);
        return in.result(x.kind(), new AxisGather(what, in.layouts(), source, tables, filling), shape);
    }

    Value concat(List<Value> parts, int axis) {
        Inputs in = inputs();
        List<Source> sources = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        List<Integer> shape = new ArrayList<>(parts.getFirst().shape());
        int outer = elements(shape.subList(0, axis));
        int size = 0;
        for (Value part : parts) {
            List<Integer> rest = new ArrayList<>(part.shape());
            rest.set(axis, shape.get(axis));
            if (!rest.equals(shape)) {
                throw new IllegalArgumentException("joins tensors of the shapes " + shape + " and " + part.shape());
            }
            if (part.shape().get(axis) > 0) {
                sources.add(in.rowMajor(part));
                lengths.add(elements(part.shape()) / outer);
                size += part.shape().get(axis);
            }
        }
        shape.set(axis, size);
        elements(shape);
        return in.result(parts.getFirst().kind(), new Joined(in.layouts(), sources, outer, lengths), shape);
    }

    // Elements.

    Value unary(Unary operator, Value x) {
        return pointwise(x.kind(), operator.plain(), x);
    }

    Value binary(Binary operator, Value a, Value b) {
        return pointwise(a.kind(), operator, a, b);
    }

    Value pointwise(Kind kind, Pointwise operator, Value... operands) {
        List<Integer> shape = broadcast(Arrays.stream(operands).map(Value::shape).toList());
        elements(shape);
        Shaped out = Arrays.stream(operands).filter(v -> v instanceof View && v.shape().equals(shape))
                .map(v -> Shaped.like((View) v)).flatMap(Optional::stream).findFirst()
                .orElseGet(() -> Shaped.tensor(shape));
        List<Value> read = new ArrayList<>(List.of(operands));
        Optional<List<List<Dim>>> digits = digits(read, shape, out);
        if (digits.isEmpty()) {
            read.replaceAll(v -> v instanceof View view && !view.axes().equals(out.axes())
                    ? View.tensor(view.kind(), lowering.asTensor(name, view), view.shape())
                    : v);
            digits = digits(read, shape, out);
        }
        List<List<Dim>> all = digits.orElseThrow();
        Inputs in = inputs();
        List<Source> sources = read.stream().map(in::strided).toList();
        return in.laid(kind,
                new Elementwise(operator, in.layouts(), sources, all.getLast().stream().map(Dim::extent).toList(),
                        all.stream().map(d -> d.stream().map(Dim::stride).toList()).toList(), out.layout()),
                out.axes());
    }

    /** Digits of all operands and the output, cut alike; empty where they can't be. */
    private static Optional<List<List<Dim>>> digits(List<Value> operands, List<Integer> shape, Shaped out) {
        List<List<List<Dim>>> axes = new ArrayList<>(operands.stream().map(v -> broadcastAxes(v, shape)).toList());
        axes.add(out.axes());
        List<List<Dim>> result = new ArrayList<>();
        axes.forEach(a -> result.add(new ArrayList<>()));
        for (int i = 0; i < shape.size(); i++) {
            int axis = i;
            Optional<List<List<Dim>>> cut = Shaped.cutAlike(axes.stream().map(a -> a.get(axis)).toList());
            if (cut.isEmpty()) {
                return Optional.empty();
            }
            for (int k = 0; k < result.size(); k++) {
                result.get(k).addAll(cut.get().get(k));
            }
        }
        return Optional.of(result);
    }

    // Rows.

    /** An operator along some axes that gives as many elements as it takes. */
    Value rows(RowOperator operator, Value x, List<Integer> along) {
        Shaped out = (x instanceof View view ? Shaped.like(view) : Optional.<Shaped>empty())
                .orElseGet(() -> Shaped.tensor(x.shape()));
        List<List<Dim>> axes = axes(x);
        Inputs in = inputs();
        Source source = in.strided(x);
        return in.laid(x.kind(),
                new Rows(operator, in.layouts(), source, digits(axes, along, false), digits(axes, along, true),
                        digits(out.axes(), along, false), digits(out.axes(), along, true), out.layout()),
                out.axes());
    }

    /** Digits of the axes that are among some, or of the others. */
    static List<Dim> digits(List<List<Dim>> axes, List<Integer> some, boolean among) {
        return IntStream.range(0, axes.size()).filter(i -> some.contains(i) == among).boxed()
                .flatMap(i -> axes.get(i).stream()).toList();
    }

    Value reduce(Reduction reduction, Value x, List<Integer> along, boolean keep) {
        List<List<Dim>> axes = axes(x);
        List<Integer> shape = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            if (!along.contains(i)) {
                shape.add(x.shape().get(i));
                kept.add(x.shape().get(i));
            } else if (keep) {
                shape.add(1);
            }
        }
        Inputs in = inputs();
        Source source = in.strided(x);
        List<Dim> to = Dim.merged(Dim.rowMajor(kept));
        MapLayout out = Shaped.tensor(shape).layout();
        return in.result(x.kind(), new Reduce(reduction, in.layouts(), source,
                Dim.merged(digits(axes, along, false)), digits(axes, along, true), to, out), shape);
    }
}
