package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.DepthToSpaceOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Convolutions and transposed convolutions of one image with constant weights; those along one side are of maps with one row. */
final class MapConvRules {
    private MapConvRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Conv", MapConvRules::conv);
        MapRules.add(rules, "ConvTranspose", MapConvRules::transposed);
        MapRules.add(rules, "Pad", MapConvRules::pad);
    }

    private static boolean conv(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        if (!isImage(lowering, node) || weight.isEmpty() || node.has(2) && lowering.constant(node, 2).isEmpty()) {
            return false;
        }
        View x = (View) lowering.input(node, 0);
        List<Integer> pads = List.of(0, 0, 0, 0);
        OnnxNode padding = lowering.producer(node.inputs().getFirst());
        Optional<List<Integer>> zeros = padding == null ? Optional.empty() : zeros(lowering, padding);
        boolean notset = node.text("auto_pad", "NOTSET").equals("NOTSET");
        if (notset && zeros.isPresent() && lowering.input(padding, 0) instanceof View unpadded) {
            x = unpadded;
            pads = zeros.get();
        }
        boolean flat = x.axes().size() == 3;
        x = flat ? withRow(x) : x;
        List<Integer> shape = withRow(weight.get().shape(), 2, 1, flat);
        Window own = window(node, flat, shape.subList(2, 4), x.shape().subList(2, 4));
        Window window = new Window(more(own.rows(), pads.get(0), pads.get(2)),
                more(own.columns(), pads.get(1), pads.get(3)));
        Taps rows = Taps.of(window.rows(), x.shape().get(2));
        Taps columns = Taps.of(window.columns(), x.shape().get(3));
        window = new Window(rows.axis(), columns.axis());
        ConvOp op = op(shape.get(1), shape.getFirst(), (int) node.integer("group", 1), window,
                taps(weight.get().asFloats(), shape, rows, columns), lowering.constant(node, 2));
        View result;
        if (window.isPointwise() && op.groups() == 1) {
            Pixels pixels = Pixels.of(lowering, node.name(), x, 1);
            Node conv = lowering.node(node.name(), op, List.of(pixels.node()));
            result = pixels.with(conv, lowering.layout(conv)).view();
        } else {
            result = lowering.map(node.name(), op, List.of(lowering.asMap(node.name(), x)));
        }
        lowering.put(node, flat ? withoutRow(result) : result);
        return true;
    }

    /**
     * The taps of a window along one side that meet an element of the map at all. With the dilations of DeepLab's pyramid (36 on 32 pixels) the
     * outer ones read nothing but zeros.
     *
     * @param axis  the window of these taps
     * @param first the first of them
     * @param all   how many there were
     */
    private record Taps(Window.Axis axis, int first, int all) {
        static Taps of(Window.Axis axis, int size) {
            int out = axis.outputSize(size);
            int first = 0;
            int last = axis.kernel() - 1;
            // A tap is dropped together with its stretch of the padding, and only where all of that is there: no pad becomes negative.
            while (first < last && axis.padBefore() >= (first + 1) * axis.dilation()
                    && (out - 1) * axis.stride() - axis.padBefore() + first * axis.dilation() < 0) {
                first++;
            }
            while (last > first && axis.padAfter() >= (axis.kernel() - last) * axis.dilation()
                    && last * axis.dilation() - axis.padBefore() >= size) {
                last--;
            }
            int kernel = last - first + 1;
            return new Taps(new Window.Axis(kernel, axis.stride(), axis.padBefore() - first * axis.dilation(),
                    axis.padAfter() - (axis.kernel() - 1 - last) * axis.dilation(), kernel == 1 ? 1 : axis.dilation()),
                    first, axis.kernel());
        }
    }

    /** The weights of the taps that are left, of {@code [out, in, rows, columns]}. */
    private static float[] taps(float[] weights, List<Integer> shape, Taps rows, Taps columns) {
        int height = rows.axis.kernel();
        int width = columns.axis.kernel();
        if (height == rows.all && width == columns.all) {
            return weights;
        }
        float[] result = new float[shape.get(0) * shape.get(1) * height * width];
        for (int i = 0; i < result.length; i++) {
            int x = i % width;
            int y = i / width % height;
            result[i] = weights[(i / (width * height) * rows.all + rows.first + y) * columns.all + columns.first + x];
        }
        return result;
    }

    /** Whether the first input is {@code [1, C, L]} or {@code [1, C, H, W]}. */
    static boolean isImage(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        return MapRules.isFloat(x) && (x.shape().size() == 3 || x.shape().size() == 4) && x.shape().getFirst() == 1;
    }

    static View withRow(View view) {
        return view.withAxes(List.of(List.of(), view.axes().get(1), List.of(), view.axes().get(2)));
    }

    static View withoutRow(View view) {
        return view.withAxes(List.of(List.of(), view.axes().get(1), view.axes().get(3)));
    }

    private static List<Integer> withRow(List<Integer> list, int at, int value, boolean flat) {
        List<Integer> result = new ArrayList<>(list);
        if (flat) {
            result.add(at, value);
        }
        return result;
    }

    /** The window that the attributes say: for each side one number, and two pads. */
    static Window window(OnnxNode node, boolean flat, List<Integer> kernel, List<Integer> sizes) {
        int sides = flat ? 1 : 2;
        List<Integer> strides = withRow(or(node.integers("strides"), Collections.nCopies(sides, 1)), 0, 1, flat);
        List<Integer> dilations = withRow(or(node.integers("dilations"), Collections.nCopies(sides, 1)), 0, 1, flat);
        List<Integer> pads = or(node.integers("pads"), Collections.nCopies(2 * sides, 0));
        String auto = node.text("auto_pad", "NOTSET");
        Window.Axis[] axes = new Window.Axis[2];
        for (int i = 0; i < 2; i++) {
            int side = i - (2 - sides);
            int before = side < 0 || !auto.equals("NOTSET") ? 0 : pads.get(side);
            int after = side < 0 || !auto.equals("NOTSET") ? 0 : pads.get(side + sides);
            axes[i] = new Window.Axis(kernel.get(i), strides.get(i), before, after, dilations.get(i));
            if (auto.startsWith("SAME")) {
                axes[i] = Window.Axis.same(sizes.get(i), kernel.get(i), strides.get(i), dilations.get(i));
                if (auto.equals("SAME_LOWER")) {
                    axes[i] = new Window.Axis(kernel.get(i), strides.get(i), axes[i].padAfter(),
                            axes[i].padBefore(), dilations.get(i));
                }
            }
        }
        return new Window(axes[0], axes[1]);
    }

    private static Window.Axis more(Window.Axis axis, int before, int after) {
        return new Window.Axis(axis.kernel(), axis.stride(), axis.padBefore() + before, axis.padAfter() + after,
                axis.dilation());
    }

    static ConvOp op(int perGroup, int out, int groups, Window window, float[] weight, Optional<OnnxTensor> bias) {
        double[] scale = new double[out];
        Arrays.fill(scale, 1);
        double[] shift = new double[out];
        bias.ifPresent(b -> Arrays.setAll(shift, i -> b.asFloats()[i]));
        return new ConvOp(perGroup * groups, out, groups, window, weight, scale, shift, Epilogue.NONE);
    }

    static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** Pads of zeros around rows and columns: before rows, before columns, after rows, after columns. Empty if it is no such Pad. */
    private static Optional<List<Integer>> zeros(Lowering lowering, OnnxNode node) {
        if (!node.type().equals("Pad") || !node.text("mode", "constant").equals("constant") || node.has(3)) {
            return Optional.empty();
        }
        List<Integer> pads = node.integers("pads");
        if (pads == null && node.has(1)) {
            pads = lowering.constant(node, 1).map(OnnxTensor::integers)
                    .map(p -> Arrays.stream(p).mapToObj(Math::toIntExact).toList()).orElse(null);
        }
        boolean zero = node.has(2)
                ? lowering.constant(node, 2).filter(v -> v.elements() == 1 && v.asFloats()[0] == 0).isPresent()
                : node.real("value", 0) == 0;
        if (pads == null || !zero) {
            return Optional.empty();
        }
        int rank = pads.size() / 2;
        if (rank < 3 || rank > 4 || pads.get(0) != 0 || pads.get(1) != 0 || pads.get(rank) != 0
                || pads.get(rank + 1) != 0) {
            return Optional.empty();
        }
        return Optional.of(rank == 3
                ? List.of(0, pads.get(2), 0, pads.get(5))
                : List.of(pads.get(2), pads.get(3), pads.get(6), pads.get(7)));
    }

    /** Zeros around a map: a depthwise convolution that changes nothing. */
    private static boolean pad(Lowering lowering, OnnxNode node) {
        Optional<List<Integer>> zeros = zeros(lowering, node);
        if (zeros.isEmpty() || !isImage(lowering, node) || lowering.input(node, 0).shape().size() != 4) {
            return false;
        }
        List<Integer> pads = zeros.get();
        View x = (View) lowering.input(node, 0);
        if (pads.stream().allMatch(pad -> pad == 0)) {
            lowering.put(node, x);
            return true;
        }
        Node map = lowering.asMap(node.name(), x);
        float[] ones = new float[map.channels()];
        Arrays.fill(ones, 1f);
        Window window = new Window(new Window.Axis(1, 1, pads.get(0), pads.get(2), 1),
                new Window.Axis(1, 1, pads.get(1), pads.get(3), 1));
        lowering.put(node, lowering.map(node.name(),
                op(1, map.channels(), map.channels(), window, ones, Optional.empty()), List.of(map)));
        return true;
    }

    /** Whether the weights and attributes of a transposed convolution are such that it can be an operation on a map. */
    static boolean takesTransposed(Lowering lowering, OnnxNode node) {
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        List<Integer> strides = or(node.integers("strides"), List.of(1, 1));
        return MapRules.isFloat(lowering.input(node, 0)) && weight.isPresent() && weight.get().shape().size() == 4
                && (!node.has(2) || lowering.constant(node, 2).isPresent()) && strides.get(0).equals(strides.get(1))
                && node.text("auto_pad", "NOTSET").equals("NOTSET");
    }

    /**
     * A transposed convolution: a convolution whose channels become blocks of pixels. Input pixel i and tap k meet in output
     * {@code i * stride - pad + k * dilation}, so output {@code q * stride + r} takes the taps {@code k * dilation = r + pad - d * stride} from
     * the input pixels {@code q + d}.
     */
    private static boolean transposed(Lowering lowering, OnnxNode node) {
        if (!isImage(lowering, node) || !takesTransposed(lowering, node)) {
            return false;
        }
        Optional<OnnxTensor> weight = lowering.constant(node, 1);
        List<Integer> strides = or(node.integers("strides"), List.of(1, 1));
        View x = (View) lowering.input(node, 0);
        List<Integer> shape = weight.get().shape();
        List<Integer> dilations = or(node.integers("dilations"), List.of(1, 1));
        List<Integer> pads = or(node.integers("pads"), List.of(0, 0, 0, 0));
        List<Integer> extra = or(node.integers("output_padding"), List.of(0, 0));
        List<Integer> wanted = node.integers("output_shape");
        int groups = (int) node.integer("group", 1);
        int stride = strides.getFirst();
        Spread[] sides = new Spread[2];
        for (int i = 0; i < 2; i++) {
            int size = x.shape().get(2 + i);
            int before = pads.get(i);
            int out = (size - 1) * stride - before - pads.get(i + 2) + (shape.get(2 + i) - 1) * dilations.get(i) + 1
                    + extra.get(i);
            if (wanted != null) {
                // The pads follow from the size that is wanted; the larger half is before.
                int all = Math.max(0, out + before + pads.get(i + 2) - wanted.get(wanted.size() - 2 + i));
                before = all - all / 2;
                out = wanted.get(wanted.size() - 2 + i);
            }
            sides[i] = new Spread(size, out, shape.get(2 + i), stride, before, dilations.get(i));
        }
        ConvOp conv = blocks(lowering, sides[0], sides[1], shape, groups, weight.get().asFloats(),
                lowering.constant(node, 2));
        Node map = lowering.asMap(node.name(), x);
        View result;
        if (stride == 1) {
            result = lowering.map(node.name(), conv, List.of(map));
        } else {
            Node spread = lowering.node(node.name() + ":blocks", conv, List.of(map));
            result = lowering.map(node.name(), new DepthToSpaceOp(stride, BlockOrder.CHANNELS_FIRST),
                    List.of(spread));
        }
        for (int i = 0; i < 2; i++) {
            result = result.sliced(2 + i, 0, 1, sides[i].out).orElseThrow();
        }
        lowering.put(node, result);
        return true;
    }

    /** A transposed convolution along one side, as the class says it. */
    private record Spread(int size, int out, int kernel, int stride, int pad, int dilation) {
        int first() {
            return Math.ceilDiv(pad - (kernel - 1) * dilation, stride);
        }

        int last() {
            return Math.floorDiv(pad + stride - 1, stride);
        }

        /** The tap for an output of rest {@code r} and the i-th input pixel of its window; below zero where there is none. */
        int tap(int r, int i) {
            int at = r + pad - (first() + i) * stride;
            return at >= 0 && at % dilation == 0 && at / dilation < kernel ? at / dilation : -1;
        }

        Window.Axis axis() {
            int blocks = Math.ceilDiv(out, stride);
            return new Window.Axis(last() - first() + 1, 1, -first(), blocks - size + last(), 1);
        }
    }

    private static ConvOp blocks(Lowering lowering, Spread rows, Spread columns, List<Integer> shape, int groups,
            float[] weight, Optional<OnnxTensor> bias) {
        int out = shape.get(1) * groups;
        int squared = rows.stride * rows.stride;
        Window window = new Window(rows.axis(), columns.axis());
        float[] biases = new float[out * squared];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = bias.isPresent() ? bias.get().asFloats()[i / squared] : 0;
        }
        float[] spread = lowering.derived(weight, List.of("blocks", rows, columns, shape, groups),
                () -> spread(rows, columns, shape, groups, weight));
        return op(shape.get(0) / groups, out * squared, groups, window, spread,
                Optional.of(OnnxTensor.of(List.of(biases.length), biases)));
    }

    /** The weights of a transposed convolution as those of the convolution that gives blocks of pixels. */
    private static float[] spread(Spread rows, Spread columns, List<Integer> shape, int groups, float[] weight) {
        int perGroup = shape.get(0) / groups;
        int outPerGroup = shape.get(1);
        int out = outPerGroup * groups;
        int stride = rows.stride;
        int height = rows.axis().kernel();
        int width = columns.axis().kernel();
        float[] spread = new float[out * stride * stride * perGroup * height * width];
        int at = 0;
        for (int o = 0; o < out; o++) {
            for (int block = 0; block < stride * stride; block++) {
                for (int i = 0; i < perGroup; i++) {
                    int in = o / outPerGroup * perGroup + i;
                    for (int t = 0; t < height * width; t++) {
                        int ky = rows.tap(block / stride, t / width);
                        int kx = columns.tap(block % stride, t % width);
                        spread[at++] = ky < 0 || kx < 0
                                ? 0
                                : weight[((in * outPerGroup + o % outPerGroup) * shape.get(2) + ky) * shape.get(3)
                                        + kx];
                    }
                }
            }
        }
        return spread;
    }
}
