package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tensor that is computed at run time, as a view of a node's buffer: each axis is some digits, from the slowest to the fastest, each with
 * its distance in the buffer. A feature map of the shape {@code [1, C, H, W]} has the digits {@code (C, 1)}, {@code (H, width * stride)} and
 * {@code (W, stride)}; its transpose, its tokens or the queries of a head are other views of the same buffer.
 *
 * @param kind   of the elements; integers and truth values are held as floats
 * @param node   that computes the buffer
 * @param layout of the node's buffer
 * @param offset element of the buffer at which the view starts
 * @param axes   digits of each axis; none for an axis of size one
 */
record View(Kind kind, Node node, MapLayout layout, int offset, List<List<Dim>> axes) implements Value {
    View {
        axes = axes.stream().map(Dim::merged).toList();
    }

    /** All of a feature map as {@code [1, C, H, W]}. */
    static View map(Node node, MapLayout layout) {
        return new View(Kind.FLOAT, node, layout, 0, mapAxes(layout));
    }

    /** All of a row-major tensor. */
    static View tensor(Kind kind, Node node, List<Integer> shape) {
        int elements = Dim.elements(Dim.rowMajor(shape));
        return new View(kind, node, MapLayout.of(1, 1, elements), 0,
                Dim.rowMajor(shape).stream().map(List::of).toList());
    }

    private static List<List<Dim>> mapAxes(MapLayout layout) {
        return List.of(List.of(), List.of(new Dim(layout.channels(), 1)),
                List.of(new Dim(layout.height(), layout.width() * layout.stride())),
                List.of(new Dim(layout.width(), layout.stride())));
    }

    @Override
    public List<Integer> shape() {
        return axes.stream().map(Dim::elements).toList();
    }

    /** All digits, the slowest axis first. */
    List<Dim> dims() {
        return axes.stream().flatMap(List::stream).toList();
    }

    View withAxes(List<List<Dim>> newAxes) {
        return new View(kind, node, layout, offset, newAxes);
    }

    /** The same elements in the same order in other axes; empty where that cuts across a digit. */
    Optional<View> reshaped(List<Integer> shape) {
        List<Dim> rest = new ArrayList<>(Dim.merged(dims()));
        List<List<Dim>> result = new ArrayList<>();
        for (int size : shape) {
            List<Dim> axis = new ArrayList<>();
            int need = size;
            while (need > 1) {
                if (rest.isEmpty()) {
                    return Optional.empty();
                }
                Dim dim = rest.removeFirst();
                if (need % dim.extent() == 0) {
                    axis.add(dim);
                    need /= dim.extent();
                } else if (dim.extent() % need == 0) {
                    int inner = dim.extent() / need;
                    axis.add(new Dim(need, dim.stride() * inner));
                    rest.addFirst(new Dim(inner, dim.stride()));
                    need = 1;
                } else {
                    return Optional.empty();
                }
            }
            result.add(axis);
        }
        return rest.isEmpty() ? Optional.of(withAxes(result)) : Optional.empty();
    }

    /** The axes in another order. */
    View transposed(List<Integer> order) {
        return withAxes(order.stream().map(axes::get).toList());
    }

    /**
     * Some elements of one axis at equal distances; empty where that cuts across digits.
     *
     * @param first index of the first
     * @param step  from one to the next, of either sign; 0 for one element several times
     * @param count at least 1
     */
    Optional<View> sliced(int axis, int first, int step, int count) {
        List<Dim> dims = axes.get(axis);
        List<Dim> cut = new ArrayList<>();
        int start = cut(dims, first, step, count, cut);
        if (start < 0) {
            return Optional.empty();
        }
        List<List<Dim>> result = new ArrayList<>(axes);
        result.set(axis, cut);
        return Optional.of(new View(kind, node, layout, offset + place(dims, first), result));
    }

    /** Where in the buffer an index of some digits is. */
    private static int place(List<Dim> dims, int index) {
        int at = 0;
        int rest = index;
        for (Dim dim : dims.reversed()) {
            at += rest % dim.extent() * dim.stride();
            rest /= dim.extent();
        }
        return at;
    }

    /** Adds the digits of a slice; -1 where there are none, else 0. */
    private static int cut(List<Dim> dims, int first, int step, int count, List<Dim> cut) {
        if (count == 1) {
            return 0;
        }
        if (dims.isEmpty()) {
            cut.add(new Dim(count, 0));
            return 0;
        }
        Dim slowest = dims.getFirst();
        List<Dim> faster = dims.subList(1, dims.size());
        int inner = Dim.elements(faster);
        int last = first + (count - 1) * step;
        if (step % inner == 0) {
            // The faster digits stay where they are.
            cut.add(new Dim(count, slowest.stride() * (step / inner)));
            return 0;
        }
        if (first / inner == last / inner) {
            return cut(faster, first % inner, step, count, cut);
        }
        int distance = Math.abs(step);
        int within = step > 0 ? first % inner : inner - 1 - first % inner;
        if (inner % distance != 0 || within >= distance || count % (inner / distance) != 0) {
            return -1;
        }
        int each = inner / distance;
        cut.add(new Dim(count / each, step > 0 ? slowest.stride() : -slowest.stride()));
        return cut(faster, first % inner, step, each, cut);
    }

    /** Each axis repeated as a whole, some number of times. */
    View tiled(List<Integer> times) {
        List<List<Dim>> result = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            List<Dim> axis = new ArrayList<>(axes.get(i));
            axis.addFirst(new Dim(times.get(i), 0));
            result.add(axis);
        }
        return withAxes(result);
    }

    /** Repeated along axes of size one, and along new axes in front. */
    View broadcast(List<Integer> shape) {
        List<List<Dim>> result = new ArrayList<>();
        int more = shape.size() - axes.size();
        for (int i = 0; i < shape.size(); i++) {
            List<Dim> axis = i < more ? List.of() : axes.get(i - more);
            int size = Dim.elements(axis);
            if (size != shape.get(i) && size != 1) {
                throw new IllegalArgumentException("a tensor of shape " + shape() + " can't be repeated to " + shape);
            }
            result.add(size == shape.get(i) ? axis : List.of(new Dim(shape.get(i), 0)));
        }
        return withAxes(result);
    }

    /** Whether this is the whole buffer of a row-major tensor in its order. */
    boolean isWholeTensor() {
        return offset == 0 && layout.pixels() == 1 && Dim.elements(dims()) == layout.channels()
                && Dim.merged(dims()).equals(Dim.merged(List.of(new Dim(layout.channels(), 1))));
    }

    /** Whether this is the whole buffer of a feature map in the order of its planes, however its axes are cut. */
    boolean hasOrderOfPlanes() {
        return offset == 0 && Dim.merged(dims())
                .equals(Dim.merged(mapAxes(layout).stream().flatMap(List::stream).toList()));
    }

    /** Whether this is the whole buffer of a feature map as {@code [1, C, H, W]}. */
    boolean isWholeMap() {
        return offset == 0 && axes.size() == 4
                && axes.equals(mapAxes(layout).stream().map(Dim::merged).toList());
    }
}
