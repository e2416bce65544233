package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.tensor.AxisFilter;
import io.github.jvig.model.tensor.AxisGather;
import io.github.jvig.model.tensor.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Resizes of any rank, one axis after another, as ONNX's Resize defines them. */
final class ResizeRules {
    private static final float HALF_TOLERANCE = 1e-6f;

    private ResizeRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("Resize", ResizeRules::resize);
        rules.put("Upsample", ResizeRules::resize);
    }

    /**
     * One axis: sizes, output elements for one of the input, and the part of the input that is read. Places are computed in single precision
     * as everywhere: in double precision a scale of 0.7f of 10 elements would give 6, and a place on a border between two pixels the other one.
     */
    private record Axis(int in, int out, float scale, float start, float end) {}

    private static boolean resize(Lowering lowering, OnnxNode node) {
        Calc calc = new Calc(lowering, node);
        Value x = lowering.input(node, 0);
        List<Axis> axes = axes(lowering, node, x.shape());
        // Operator set 10 and Upsample know no other places than these.
        boolean old = node.type().equals("Upsample") || node.version() < 11;
        String places = old ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel");
        String nearest = old ? "floor" : node.text("nearest_mode", "round_prefer_floor");
        String mode = node.text("mode", "nearest");
        boolean crop = places.equals("tf_crop_and_resize");
        if (!crop && axes.stream().allMatch(axis -> axis.in == axis.out)) {
            // So do PyTorch and ONNX Runtime, whatever the scales are.
            lowering.put(node, x);
            return true;
        }
        Value result = x;
        for (int i = 0; i < axes.size(); i++) {
            Axis axis = axes.get(i);
            if (axis.in == axis.out && axis.scale == 1 && !crop) {
                continue;
            }
            float[] at = new float[axis.out];
            for (int o = 0; o < axis.out; o++) {
                at[o] = place(places, axis, o);
            }
            float outside = node.real("extrapolation_value", 0);
            if (mode.equals("nearest")) {
                int[] indices = new int[axis.out];
                for (int o = 0; o < axis.out; o++) {
                    indices[o] = crop && (at[o] < 0 || at[o] > axis.in - 1)
                            ? AxisGather.NONE
                            : Math.clamp(rounded(nearest, at[o]), 0, axis.in - 1);
                }
                result = calc.gather("resize", result, i, indices, Calc.scalar(outside));
            } else {
                result = filter(calc, node, mode, result, i, axis, at, crop, outside);
            }
        }
        lowering.put(node, result);
        return true;
    }

    private static List<Axis> axes(Lowering lowering, OnnxNode node, List<Integer> shape) {
        int rank = shape.size();
        boolean two = node.type().equals("Upsample") || node.version() < 11;
        Optional<OnnxTensor> scales = lowering.constant(node, two ? 1 : 2);
        Optional<OnnxTensor> sizes = two ? Optional.empty() : lowering.constant(node, 3);
        Optional<OnnxTensor> roi = two ? Optional.empty() : lowering.constant(node, 1);
        if (roi.isEmpty() && node.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize")) {
            throw new NotKnown("its region is not known before it runs");
        }
        List<Integer> named = node.integers("axes");
        List<Integer> which = named == null
                ? IntStream.range(0, rank).boxed().toList()
                : named.stream().map(a -> Calc.axis(a, rank)).toList();
        Axis[] axes = new Axis[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = new Axis(shape.get(i), shape.get(i), 1, 0, 1);
        }
        boolean byScale = scales.isPresent() && scales.get().elements() > 0;
        if (!byScale && (sizes.isEmpty() || sizes.get().elements() == 0)) {
            if (node.attributes().get("scales") instanceof List<?> old) {
                for (int i = 0; i < rank; i++) {
                    float scale = (Float) old.get(i);
                    axes[i] = new Axis(shape.get(i), (int) (shape.get(i) * scale), scale, 0, 1);
                }
                return List.of(axes);
            }
            throw new NotKnown("its sizes are not known before it runs");
        }
        String policy = node.text("keep_aspect_ratio_policy", "stretch");
        float common = policy.equals("not_larger") ? Float.POSITIVE_INFINITY : 0;
        if (!byScale) {
            for (int k = 0; k < which.size(); k++) {
                float scale = (float) sizes.get().integers()[k] / shape.get(which.get(k));
                common = policy.equals("not_larger") ? Math.min(common, scale) : Math.max(common, scale);
            }
        }
        for (int k = 0; k < which.size(); k++) {
            int axis = which.get(k);
            int in = shape.get(axis);
            float scale = byScale
                    ? scales.get().asFloats()[k]
                    : policy.equals("stretch") ? (float) sizes.get().integers()[k] / in : common;
            int out = byScale
                    ? (int) (in * scale)
                    : policy.equals("stretch") ? (int) sizes.get().integers()[k] : (int) (in * scale + 0.5f);
            boolean part = roi.isPresent() && roi.get().elements() == 2 * which.size();
            axes[axis] = new Axis(in, out, scale, part ? roi.get().asFloats()[k] : 0,
                    part ? roi.get().asFloats()[k + which.size()] : 1);
        }
        return List.of(axes);
    }

    private static float place(String mode, Axis axis, int o) {
        float half = (o + 0.5f) / axis.scale - 0.5f;
        return switch (mode) {
            case "half_pixel" -> half;
            case "half_pixel_symmetric" -> {
                float adjustment = axis.out / (axis.scale * axis.in);
                yield axis.in / 2f * (1 - adjustment) + half;
            }
            case "pytorch_half_pixel" -> axis.out > 1 ? half : 0;
            case "align_corners" -> axis.out > 1 ? (float) o * (axis.in - 1) / (axis.out - 1) : 0;
            case "asymmetric" -> o / axis.scale;
            case "tf_crop_and_resize" -> axis.out > 1
                    ? axis.start * (axis.in - 1) + o * (axis.end - axis.start) * (axis.in - 1) / (axis.out - 1)
                    : 0.5f * (axis.start + axis.end) * (axis.in - 1);
            default -> throw new UnsupportedOperationException("places pixels by " + mode);
        };
    }

    private static int rounded(String mode, float at) {
        return (int) switch (mode) {
            case "round_prefer_floor" -> Math.ceil(nearHalf(at) - 0.5);
            case "round_prefer_ceil" -> Math.floor(nearHalf(at) + 0.5);
            case "floor" -> Math.floor(at);
            case "ceil" -> Math.ceil(at);
            default -> throw new UnsupportedOperationException("rounds by " + mode);
        };
    }

    /** The middle between two pixels where a place is next to it: it came there by rounding, and ONNX Runtime takes it for that too. */
    private static float nearHalf(float at) {
        float half = (float) Math.floor(at) + 0.5f;
        return Math.abs(at - half) < HALF_TOLERANCE ? half : at;
    }

    private static Value filter(Calc calc, OnnxNode node, String mode, Value x, int axis, Axis size, float[] at,
            boolean crop, float outside) {
        boolean cubic = mode.equals("cubic");
        if (!cubic && !mode.equals("linear") && !mode.equals("bilinear")) {
            throw new UnsupportedOperationException("resizes in the mode " + mode);
        }
        double a = node.real("cubic_coeff_a", -0.75f);
        boolean exclude = node.integer("exclude_outside", 0) != 0;
        // An antialiased filter is as much wider as the result is smaller.
        double squeeze = node.integer("antialias", 0) != 0 ? Math.min(1, size.scale) : 1;
        int reach = (int) Math.ceil((cubic ? 2 : 1) / squeeze);
        int[][] taps = new int[size.out][];
        float[][] weights = new float[size.out][];
        for (int o = 0; o < size.out; o++) {
            if (crop && (at[o] < 0 || at[o] > size.in - 1)) {
                taps[o] = new int[0];
                weights[o] = new float[0];
                continue;
            }
            int base = (int) Math.ceil(at[o]) - 1;
            double[] weight = new double[2 * reach];
            double sum = 0;
            for (int k = 0; k < weight.length; k++) {
                int tap = base - reach + 1 + k;
                if (!exclude || tap >= 0 && tap < size.in) {
                    weight[k] = cubic
                            ? cubic((tap - at[o]) * squeeze, a)
                            : Math.max(0, 1 - Math.abs(tap - at[o]) * squeeze);
                    sum += weight[k];
                }
            }
            taps[o] = new int[weight.length];
            weights[o] = new float[weight.length];
            for (int k = 0; k < weight.length; k++) {
                taps[o][k] = Math.clamp(base - reach + 1 + k, 0, size.in - 1);
                weights[o][k] = (float) (weight[k] / sum);
            }
        }
        List<Integer> shape = new ArrayList<>(x.shape());
        int outer = Calc.elements(shape.subList(0, axis));
        int inner = Calc.elements(shape.subList(axis + 1, shape.size()));
        shape.set(axis, size.out);
        Inputs in = calc.inputs();
        Source source = in.rowMajor(x);
        return in.result(x.kind(), new AxisFilter("resize", in.layouts(), source, outer, size.in, inner, taps, weights,
                outside), shape);
    }

    /** Keys' kernel. */
    private static double cubic(double distance, double a) {
        double d = Math.abs(distance);
        return d <= 1
                ? ((a + 2) * d - (a + 3)) * d * d + 1
                : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }
}
