package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.ActivateOp;
import io.github.jvig.model.graph.AffineOp;
import io.github.jvig.model.graph.BinaryConstantOp;
import io.github.jvig.model.graph.LayerNormOp;
import io.github.jvig.model.graph.MapNormOp;
import io.github.jvig.kernels.ChannelNorm;
import io.github.jvig.kernels.MapNorm;
import io.github.jvig.model.graph.ChannelNormOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.graph.SelectOp;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Operations on each element: they run on all of a buffer, whatever the view of it, and the result is the same view. */
final class Elements {
    private Elements() {
    }

    /** {@code x * scale + shift}, the same for all channels. */
    static AffineOp affine(int channels, double scale, double shift) {
        double[] factors = new double[channels];
        double[] summands = new double[channels];
        Arrays.fill(factors, scale);
        Arrays.fill(summands, shift);
        return new AffineOp(factors, summands);
    }

    /** A view that has all elements of its buffer, so that what runs on the buffer is not wasted; empty where the view can't be made one. */
    static Optional<View> all(Lowering lowering, String name, View x) {
        if (coversBuffer(x)) {
            return Optional.of(x);
        }
        OptionalInt channel = Pixels.channelAxis(x);
        Optional<View> pixels = channel.isEmpty()
                ? Optional.empty()
                : Pixels.at(lowering, name, x, channel.getAsInt()).map(Pixels::view);
        return pixels.isPresent() ? pixels : slice(lowering, name, x);
    }

    /** A view of channels side by side, of all pixels, in any axes: heads, or a slice whose axes are merged. */
    private static Optional<View> slice(Lowering lowering, String name, View x) {
        MapLayout layout = x.layout();
        List<Dim> channels = new ArrayList<>();
        List<Dim> pixels = new ArrayList<>();
        for (Dim dim : x.dims()) {
            (dim.stride() < layout.stride() ? channels : pixels).add(dim);
        }
        channels.sort(Comparator.comparingInt(Dim::stride).reversed());
        pixels.sort(Comparator.comparingInt(Dim::stride).reversed());
        int count = Dim.elements(channels);
        if (layout.pixels() == 1 || x.offset() < 0 || x.offset() + count > layout.channels()
                || !Dim.merged(channels).equals(Dim.merged(List.of(new Dim(count, 1))))
                || !Dim.merged(pixels).equals(Dim.merged(List.of(new Dim(layout.pixels(), layout.stride()))))) {
            return Optional.empty();
        }
        SelectOp op = SelectOp.slice(layout.channels(), x.offset(), count);
        Node node = lowering.once(name + ":channels", op, List.of(x.node()), List.of(x.node(), op.selected()));
        int stride = lowering.layout(node).stride();
        List<List<Dim>> axes = x.axes().stream().map(axis -> axis.stream().map(d -> d.stride() < layout.stride()
                ? d
                : new Dim(d.extent(), d.stride() / layout.stride() * stride)).toList()).toList();
        return Optional.of(new View(x.kind(), node, lowering.layout(node), 0, axes));
    }

    private static boolean coversBuffer(View x) {
        return Dim.elements(x.dims().stream().filter(d -> d.stride() != 0).toList()) == x.layout().pixels()
                * x.layout().channels();
    }

    /** An operation with one input whose result has its shape. */
    static Optional<View> apply(Lowering lowering, String name, Op op, View x) {
        return all(lowering, name, x).map(all -> new View(all.kind(),
                lowering.node(name, op, List.of(all.node())), all.layout(), all.offset(), all.axes()));
    }

    static Optional<View> activation(Lowering lowering, String name, Activation activation, View x) {
        return apply(lowering, name, new ActivateOp(activation), x);
    }

    /** What is done with an element x and a constant c. */
    enum Operator {
        ADD, SUBTRACT, SUBTRACT_FROM, MULTIPLY, DIVIDE, MAXIMUM
    }

    /** {@code x operator c}, the constant repeated to the shape of x; empty where the constant has the larger shape. */
    static Optional<View> withConstant(Lowering lowering, String name, Operator operator, View x, OnnxTensor c) {
        List<Integer> shape = c.shape();
        int more = shape.size() - x.axes().size();
        if (more > 0 && !shape.subList(0, more).stream().allMatch(size -> size == 1)) {
            return Optional.empty();
        }
        List<List<Dim>> axes = new ArrayList<>(x.axes());
        for (int i = 0; i < more; i++) {
            axes.addFirst(List.of());
        }
        View ranked = x.withAxes(axes);
        for (int i = 0; i < shape.size(); i++) {
            int size = ranked.shape().get(ranked.shape().size() - shape.size() + i);
            if (shape.get(i) != 1 && shape.get(i) != size) {
                return Optional.empty();
            }
        }
        return all(lowering, name, ranked).flatMap(all -> onBuffer(lowering, name, operator, all, c));
    }

    private static Optional<View> onBuffer(Lowering lowering, String name, Operator operator, View x, OnnxTensor c) {
        MapLayout layout = x.layout();
        float[] values = c.asFloats();
        if (values.length == 1 && (values[0] == 0 && (operator == Operator.ADD || operator == Operator.SUBTRACT)
                || values[0] == 1 && (operator == Operator.MULTIPLY || operator == Operator.DIVIDE))) {
            return Optional.of(x);
        }
        if (values.length == 1 && operator == Operator.MAXIMUM && values[0] == 0) {
            return activation(lowering, name, Activation.RELU, x);
        }
        List<Dim> places = new ArrayList<>();
        List<Dim> sources = new ArrayList<>();
        digits(x, c.shape(), places, sources);
        boolean byChannel = true;
        for (int i = 0; i < places.size(); i++) {
            byChannel &= sources.get(i).stride() == 0 || places.get(i).stride() < layout.stride();
            if (places.get(i).stride() == 0 && sources.get(i).stride() != 0) {
                return Optional.empty();
            }
        }
        if (byChannel && operator != Operator.MAXIMUM) {
            double[] byPlace = new double[layout.channels()];
            places(places, sources, layout, true, x.offset(), (at, from) -> byPlace[at] = values[from]);
            return Optional.of(affine(lowering, name, operator, x, byPlace));
        }
        float[] map = new float[layout.pixels() * layout.channels()];
        places(places, sources, layout, false, x.offset(), (at, from) -> map[at] = values[from]);
        View input = x;
        Binary.Operator applied = switch (operator) {
            case ADD -> Binary.Operator.ADD;
            case SUBTRACT -> Binary.Operator.SUBTRACT;
            case MULTIPLY, DIVIDE -> Binary.Operator.MULTIPLY;
            case MAXIMUM -> Binary.Operator.MAXIMUM;
            case SUBTRACT_FROM -> {
                input = apply(lowering, name + ":negative", affine(layout.channels(), -1, 0), x).orElseThrow();
                yield Binary.Operator.ADD;
            }
        };
        if (operator == Operator.DIVIDE) {
            for (int i = 0; i < map.length; i++) {
                map[i] = 1 / map[i];
            }
        }
        return apply(lowering, name, new BinaryConstantOp(applied, layout.height(), layout.width(), map), input);
    }

    /** Digits of a view, and beside each the distance between the constant's elements. */
    private static void digits(View x, List<Integer> shape, List<Dim> places, List<Dim> sources) {
        int stride = 1;
        for (int i = 1; i <= x.axes().size(); i++) {
            int size = i <= shape.size() ? shape.get(shape.size() - i) : 1;
            int step = size == 1 ? 0 : stride;
            for (Dim dim : x.axes().get(x.axes().size() - i).reversed()) {
                places.add(dim);
                sources.add(new Dim(dim.extent(), step));
                step *= dim.extent();
            }
            stride *= size;
        }
    }

    @FunctionalInterface
    private interface Place {
        void set(int at, int from);
    }

    private static void places(List<Dim> places, List<Dim> sources, MapLayout layout, boolean channelsOnly,
            int offset, Place place) {
        List<Dim> at = new ArrayList<>();
        List<Dim> from = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            if (!channelsOnly || places.get(i).stride() < layout.stride() && places.get(i).stride() != 0) {
                at.add(places.get(i));
                from.add(sources.get(i));
            }
        }
        List<Integer> targets = Pixels.indices(offset, at);
        List<Integer> origins = Pixels.indices(0, from);
        for (int i = 0; i < targets.size(); i++) {
            int target = targets.get(i);
            place.set(target / layout.stride() * layout.channels() + target % layout.stride(), origins.get(i));
        }
    }

    private static View affine(Lowering lowering, String name, Operator operator, View x, double[] c) {
        double[] scale = new double[c.length];
        double[] shift = new double[c.length];
        for (int i = 0; i < c.length; i++) {
            switch (operator) {
                case ADD -> set(scale, shift, i, 1, c[i]);
                case SUBTRACT -> set(scale, shift, i, 1, -c[i]);
                case SUBTRACT_FROM -> set(scale, shift, i, -1, c[i]);
                case MULTIPLY -> set(scale, shift, i, c[i], 0);
                case DIVIDE -> set(scale, shift, i, 1 / c[i], 0);
                case MAXIMUM -> throw new IllegalArgumentException("a maximum is not affine");
            }
        }
        return affine(lowering, name, x, scale, shift);
    }

    private static void set(double[] scale, double[] shift, int i, double factor, double summand) {
        scale[i] = factor;
        shift[i] = summand;
    }

    /** {@code x * scale[c] + shift[c]} by the channels of the buffer; in the factors of a normalization that computes x. */
    static View affine(Lowering lowering, String name, View x, double[] scale, double[] shift) {
        Node producer = x.node();
        Op op = switch (producer.op()) {
            case LayerNormOp norm -> new LayerNormOp(product(norm.weight(), scale), sum(norm.bias(), scale, shift),
                    norm.epsilon());
            case MapNormOp norm when norm.kind() == MapNorm.Kind.GROUP -> new MapNormOp(norm.kind(), norm.groups(),
                    product(norm.weight(), scale), sum(norm.bias(), scale, shift), norm.epsilon());
            case ChannelNormOp norm when norm.kind() == ChannelNorm.Kind.RMS
                    && Arrays.stream(shift).allMatch(s -> s == 0) ->
                new ChannelNormOp(norm.kind(), product(norm.weight(), scale), norm.epsilon());
            default -> null;
        };
        Node node = op == null
                ? lowering.node(name, new AffineOp(scale, shift), List.of(producer))
                : lowering.node(name, op, producer.inputs());
        return new View(x.kind(), node, x.layout(), x.offset(), x.axes());
    }

    private static float[] product(float[] a, double[] b) {
        float[] result = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (float) (a[i] * b[i]);
        }
        return result;
    }

    private static float[] sum(float[] a, double[] scale, double[] shift) {
        float[] result = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (float) (a[i] * scale[i] + shift[i]);
        }
        return result;
    }
}
