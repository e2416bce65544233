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

    /** Some elements of one axis at equal distances; empty where that cuts across digits. */
    Optional<View> sliced(int axis, int first, int step, int count) {
        List<Dim> dims = axes.get(axis);
        int size = Dim.elements(dims);
        if (count == size && first == 0 && step == 1) {
            return Optional.of(this);
        }
        int start = offset;
        int rest = first;
        for (Dim dim : dims.reversed()) {
            start += rest % dim.extent() * dim.stride();
            rest /= dim.extent();
        }
        List<List<Dim>> result = new ArrayList<>(axes);
        if (count == 1) {
            result.set(axis, List.of());
        } else if (dims.size() == 1) {
            result.set(axis, List.of(new Dim(count, dims.getFirst().stride() * step)));
        } else {
            Dim slowest = dims.getFirst();
            int inner = size / slowest.extent();
            if (step != 1 || first % inner != 0 || count % inner != 0) {
                return Optional.empty();
            }
            List<Dim> cut = new ArrayList<>(dims);
            cut.set(0, new Dim(count / inner, slowest.stride()));
            result.set(axis, cut);
        }
        return Optional.of(new View(kind, node, layout, start, result));
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

    /** Whether this is the whole buffer of a feature map as {@code [1, C, H, W]}. */
    boolean isWholeMap() {
        return offset == 0 && axes.size() == 4
                && axes.equals(mapAxes(layout).stream().map(Dim::merged).toList());
    }
}
