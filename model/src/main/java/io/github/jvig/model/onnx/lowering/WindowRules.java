package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.AxisFilter;
import io.github.jvig.model.tensor.Convolution;
import io.github.jvig.model.tensor.Geometry;
import io.github.jvig.model.tensor.MaxPoolIndices;
import io.github.jvig.model.tensor.Reduction;
import io.github.jvig.model.tensor.Source;
import io.github.jvig.model.tensor.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Convolutions and pools of any rank and number of images, where they are no operations on a feature map. */
final class WindowRules {
    private WindowRules() {
    }

    /** The window of a node along the axes of an input. */
    record Span(int[] kernel, int[] strides, int[] dilations, int[] before, int[] after, int[] out) {
        static Span of(OnnxNode node, List<Integer> sizes, List<Integer> kernel) {
            int rank = sizes.size();
            int[] k = ints(kernel);
            int[] strides = ints(node.integers("strides"), rank);
            int[] dilations = ints(node.integers("dilations"), rank);
            int[] before = new int[rank];
            int[] after = new int[rank];
            int[] out = new int[rank];
            List<Integer> pads = node.integers("pads");
            String auto = node.text("auto_pad", "NOTSET");
            for (int i = 0; i < rank; i++) {
                int reach = dilations[i] * (k[i] - 1) + 1;
                int size = sizes.get(i);
                if (auto.startsWith("SAME")) {
                    out[i] = Math.ceilDiv(size, strides[i]);
                    int pad = Math.max(0, (out[i] - 1) * strides[i] + reach - size);
                    before[i] = auto.equals("SAME_UPPER") ? pad / 2 : pad - pad / 2;
                    after[i] = pad - before[i];
                } else {
                    before[i] = pads == null || auto.equals("VALID") ? 0 : pads.get(i);
                    after[i] = pads == null || auto.equals("VALID") ? 0 : pads.get(i + rank);
                    if (overhangs(node, size + before[i] + after[i], reach, strides[i], dilations[i])) {
                        k[i] = size + before[i] + after[i];
                        reach = k[i];
                    }
                    int room = size + before[i] + after[i] - reach;
                    out[i] = room / strides[i] + 1;
                    if (node.integer("ceil_mode", 0) != 0 && room % strides[i] != 0
                            && out[i] * strides[i] < size + before[i]) {
                        out[i]++;
                    }
                    if (room < 0) {
                        throw new IllegalArgumentException("has a window of " + reach + " on " + size);
                    }
                }
            }
            return new Span(k, strides, dilations, before, after, out);
        }

        /**
         * Whether a pool has one window, which starts on the padded input and ends behind it, as in PyTorch's {@code AvgPool2d(channels,
         * ceil_mode=True)} for the mean of a map: it is then a window of the padded input's size.
         */
        static boolean overhangs(OnnxNode node, int padded, int reach, int stride, int dilation) {
            return node.integer("ceil_mode", 0) != 0 && dilation == 1 && reach > padded && reach - padded < stride;
        }

        private static int[] ints(List<Integer> values, int rank) {
            return values == null ? IntStream.generate(() -> 1).limit(rank).toArray() : ints(values);
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(i -> i).toArray();
        }

        Geometry geometry(List<Integer> sizes) {
            return new Geometry(three(ints(sizes), 1), three(out, 1), three(kernel, 1), three(strides, 1),
                    three(dilations, 1), three(before, 0));
        }
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Conv", WindowRules::conv);
        rules.put("ConvTranspose", WindowRules::transposed);
        rules.put("MaxPool", WindowRules::maxPool);
        rules.put("AveragePool", (lowering, node) -> {
            lowering.put(node, average(lowering, node, lowering.input(node, 0), false));
            return true;
        });
        rules.put("LpPool", WindowRules::normPool);
        rules.put("GlobalAveragePool", (lowering, node) -> global(lowering, node, Reduction.MEAN));
        rules.put("GlobalMaxPool", (lowering, node) -> global(lowering, node, Reduction.MAX));
        rules.put("GlobalLpPool", WindowRules::globalNorm);
    }

    private static int[] three(int[] values, int filling) {
        if (values.length > 3) {
            throw new UnsupportedOperationException(
                    "has a window over " + values.length + " axes; up to 3 are computed");
        }
        int[] three = new int[3];
        java.util.Arrays.fill(three, filling);
        System.arraycopy(values, 0, three, 3 - values.length, values.length);
        return three;
    }

    private static List<Integer> spatial(List<Integer> shape) {
        return shape.subList(2, shape.size());
    }

    private static List<Integer> list(int[] values) {
        return java.util.Arrays.stream(values).boxed().toList();
    }

    private static boolean conv(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Value weight = lowering.input(node, 1);
        List<Integer> shape = x.shape();
        Span span = Span.of(node, spatial(shape), spatial(weight.shape()));
        if (FrameRules.conv(lowering, node, span) || byMaps(lowering, node, calc, x, weight, span)) {
            return true;
        }
        int outs = weight.shape().getFirst();
        List<Integer> result = new ArrayList<>(List.of(shape.getFirst(), outs));
        result.addAll(list(span.out));
        Inputs in = calc.inputs();
        Source source = in.rowMajor(x);
        Source weights = in.rowMajor(weight);
        Source bias = node.has(2) ? in.rowMajor(lowering.input(node, 2)) : null;
        lowering.put(node, in.result(Kind.FLOAT, new Convolution(in.layouts(), source, weights, bias,
                shape.getFirst(), shape.get(1), outs, (int) node.integer("group", 1), span.geometry(spatial(shape)),
                false), result));
        return true;
    }

    /**
     * Each image for itself as a convolution of a feature map, one over one axis as one over two, if the weights are constant.
     */
    private static boolean byMaps(Lowering lowering, OnnxNode node, Calc calc, Value x, Value weight, Span span) {
        int axes = x.shape().size() - 2;
        boolean plain = node.text("auto_pad", "NOTSET").equals("NOTSET");
        if (!(x instanceof View) || !(weight instanceof Value.Constant)
                || node.has(2) && lowering.constant(node, 2).isEmpty() || axes > 2
                || axes == 2 && x.shape().getFirst() == 1 && plain) {
            return false;
        }
        Map<String, Object> attributes = new HashMap<>(node.attributes());
        attributes.keySet().removeAll(List.of("auto_pad", "kernel_shape"));
        attributes.put("strides", longs(span.strides, 1));
        attributes.put("dilations", longs(span.dilations, 1));
        List<Long> pads = new ArrayList<>(longs(span.before, 0));
        pads.addAll(longs(span.after, 0));
        attributes.put("pads", pads);
        List<Integer> kernel = new ArrayList<>(weight.shape());
        List<Integer> image = new ArrayList<>(x.shape());
        if (axes == 1) {
            kernel.add(2, 1);
            image.add(2, 1);
        }
        Value all = eachImage(lowering, node, calc, calc.reshape(x, image), calc.reshape(weight, kernel), attributes);
        List<Integer> shape = new ArrayList<>(all.shape());
        if (axes == 1) {
            shape.remove(2);
        }
        put(lowering, node, calc.reshape(all, shape), image.getFirst());
        return true;
    }

    /** The operator on each image for itself, and the results one behind the other. */
    private static Value eachImage(Lowering lowering, OnnxNode node, Calc calc, Value images, Value weight,
            Map<String, Object> attributes) {
        String w = node.name() + ":weight";
        lowering.put(w, weight);
        List<Value> results = new ArrayList<>();
        List<View> given = lowering.images(node.inputs().getFirst());
        boolean apart = given.size() == images.shape().getFirst()
                && images.shape().subList(1, images.shape().size()).equals(given.getFirst().shape().subList(1,
                        given.getFirst().shape().size()));
        for (int i = 0; i < images.shape().getFirst(); i++) {
            String in = node.name() + ":image" + i;
            String out = node.name() + ":result" + i;
            lowering.put(in, apart ? given.get(i) : calc.slice(images, 0, i, 1, 1));
            List<String> names = node.has(2) ? List.of(in, w, node.inputs().get(2)) : List.of(in, w);
            Operators.lower(lowering, new OnnxNode(node.name(), "", node.type(), node.version(), names, List.of(out),
                    attributes));
            results.add(lowering.value(out));
        }
        return results.size() == 1 ? results.getFirst() : calc.concat(results, 0);
    }

    /** Sets the operator's output, which is of so many images that were computed one by one. */
    private static void put(Lowering lowering, OnnxNode node, Value all, int images) {
        lowering.put(node, all);
        List<View> each = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            if (lowering.value(node.name() + ":result" + i) instanceof View view
                    && view.shape().size() == all.shape().size()) {
                each.add(view);
            }
        }
        if (images > 1 && each.size() == images) {
            lowering.putImages(node.outputs().getFirst(), each);
        }
    }

    /** Two numbers, of one axis the second. */
    private static List<Long> longs(int[] values, long filling) {
        return values.length == 1
                ? List.of(filling, (long) values[0])
                : List.of((long) values[0], (long) values[1]);
    }

    private static boolean transposed(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        Value weight = lowering.input(node, 1);
        if (x.shape().size() == 4 && x.shape().getFirst() > 1 && MapConvRules.takesTransposed(lowering, node)) {
            put(lowering, node, eachImage(lowering, node, calc, x, weight, node.attributes()), x.shape().getFirst());
            return true;
        }
        List<Integer> sizes = spatial(x.shape());
        int rank = sizes.size();
        int[] kernel = Span.ints(spatial(weight.shape()));
        int[] strides = Span.ints(node.integers("strides"), rank);
        int[] dilations = Span.ints(node.integers("dilations"), rank);
        List<Integer> pads = node.integers("pads");
        List<Integer> more = node.integers("output_padding");
        List<Integer> wanted = node.integers("output_shape");
        String auto = node.text("auto_pad", "NOTSET");
        int[] before = new int[rank];
        int[] out = new int[rank];
        for (int i = 0; i < rank; i++) {
            int extra = more == null ? 0 : more.get(i);
            int full = strides[i] * (sizes.get(i) - 1) + extra + (kernel[i] - 1) * dilations[i] + 1;
            if (wanted != null || auto.startsWith("SAME")) {
                out[i] = wanted != null ? wanted.get(wanted.size() - rank + i) : sizes.get(i) * strides[i];
                int pad = Math.max(0, full - out[i]);
                before[i] = auto.equals("SAME_UPPER") ? pad / 2 : pad - pad / 2;
            } else {
                before[i] = pads == null || auto.equals("VALID") ? 0 : pads.get(i);
                out[i] = full - before[i] - (pads == null || auto.equals("VALID") ? 0 : pads.get(i + rank));
            }
        }
        int groups = (int) node.integer("group", 1);
        int outs = weight.shape().get(1) * groups;
        List<Integer> result = new ArrayList<>(List.of(x.shape().getFirst(), outs));
        result.addAll(list(out));
        Inputs in = calc.inputs();
        Source source = in.rowMajor(x);
        Source weights = in.rowMajor(weight);
        Source bias = node.has(2) ? in.rowMajor(lowering.input(node, 2)) : null;
        Geometry back = new Geometry(three(out, 1), three(Span.ints(sizes), 1), three(kernel, 1), three(strides, 1),
                three(dilations, 1), three(before, 0));
        lowering.put(node, in.result(Kind.FLOAT, new Convolution(in.layouts(), source, weights, bias,
                x.shape().getFirst(), x.shape().get(1), outs, groups, back, true), result));
        return true;
    }

    private static boolean maxPool(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Integer> sizes = spatial(x.shape());
        Span span = Span.of(node, sizes, node.integers("kernel_shape"));
        if (RowRules.isWanted(node, 1)) {
            List<Integer> shape = new ArrayList<>(x.shape().subList(0, 2));
            shape.addAll(list(span.out));
            Inputs in = calc.inputs();
            Source source = in.rowMajor(x);
            Value both = in.result(Kind.FLOAT, new MaxPoolIndices(in.layouts(), source,
                    Calc.elements(x.shape().subList(0, 2)), span.geometry(sizes),
                    node.integer("storage_order", 0) != 0), List.of(2 * Calc.elements(shape)));
            RowRules.halves(lowering, node, both, x.kind(), shape);
            return true;
        }
        lowering.put(node, pooled(calc, x, span, true, null));
        return true;
    }

    /**
     * One axis after another: a window's greatest element is that of its rows' greatest, and its mean is that of their means, as how many
     * elements count is a product over the axes.
     *
     * @param counts how many elements count along an axis; null for a sum
     */
    private static Value pooled(Calc calc, Value input, Span span, boolean max, int[][] counts) {
        Value x = input;
        for (int i = 0; i < span.out.length; i++) {
            List<Integer> shape = new ArrayList<>(x.shape());
            int size = shape.get(2 + i);
            int[][] taps = new int[span.out[i]][];
            float[][] weights = new float[span.out[i]][];
            for (int o = 0; o < span.out[i]; o++) {
                int start = o * span.strides[i] - span.before[i];
                int dilation = span.dilations[i];
                taps[o] = IntStream.range(0, span.kernel[i]).map(k -> start + k * dilation)
                        .filter(at -> at >= 0 && at < size).toArray();
                weights[o] = new float[taps[o].length];
                java.util.Arrays.fill(weights[o], counts == null ? 1 : 1f / counts[i][o]);
            }
            Inputs in = calc.inputs();
            Source source = in.rowMajor(x);
            int outer = Calc.elements(shape.subList(0, 2 + i));
            int inner = Calc.elements(shape.subList(3 + i, shape.size()));
            shape.set(2 + i, span.out[i]);
            x = in.result(input.kind(), new AxisFilter(max ? "max pool" : "pool", in.layouts(), source, outer, size,
                    inner, taps, max ? null : weights, max ? Float.NEGATIVE_INFINITY : 0), shape);
        }
        return x;
    }

    private static Value average(Lowering lowering, OnnxNode node, Value x, boolean sum) {
        List<Integer> sizes = spatial(x.shape());
        Span span = Span.of(node, sizes, node.integers("kernel_shape"));
        boolean pads = node.integer("count_include_pad", 0) != 0;
        int[][] counts = new int[sizes.size()][];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new int[span.out[i]];
            int low = pads ? -span.before[i] : 0;
            int high = sizes.get(i) + (pads ? span.after[i] : 0);
            for (int o = 0; o < span.out[i]; o++) {
                for (int k = 0; k < span.kernel[i]; k++) {
                    int at = o * span.strides[i] - span.before[i] + k * span.dilations[i];
                    counts[i][o] += at >= low && at < high ? 1 : 0;
                }
            }
        }
        return pooled(new Calc(lowering, node), x, span, false, sum ? null : counts);
    }

    private static boolean normPool(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        float p = node.integer("p", 2);
        Value powers = calc.pointwise(x.kind(), Unary.ABS_POWER.with(p, 0), x);
        lowering.put(node, calc.pointwise(x.kind(), Unary.POWER.with(1 / p, 0),
                average(lowering, node, powers, true)));
        return true;
    }

    private static List<Integer> allSpatial(Value x) {
        return IntStream.range(2, x.shape().size()).boxed().toList();
    }

    private static boolean global(Lowering lowering, OnnxNode node, Reduction reduction) {
        Value x = lowering.input(node, 0);
        lowering.put(node, new Calc(lowering, node).reduce(reduction, x, allSpatial(x), true));
        return true;
    }

    private static boolean globalNorm(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        float p = node.integer("p", 2);
        Value powers = calc.pointwise(x.kind(), Unary.ABS_POWER.with(p, 0), x);
        lowering.put(node, calc.pointwise(x.kind(), Unary.POWER.with(1 / p, 0),
                calc.reduce(Reduction.SUM, powers, allSpatial(x), true)));
        return true;
    }
}
