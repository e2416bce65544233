package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.github.jvig.kernels.SelectiveScan;
import io.github.jvig.model.graph.SelectiveScanOp;
import java.util.List;

/**
 * A selective scan on tokens, {@code [batch][pixels][channels]}: one Scan over the steps, whose body takes a step of all orders. In it
 * channels lie last, so that all products are of whole rows: states are {@code [batch][orders][states][channels]}.
 */
final class ScanWriter {
    private static final int ORDERS = SelectiveScan.ORDERS;

    private final ModelBuilder model;

    ScanWriter(ModelBuilder model) {
        this.model = model;
    }

    void write(String x, String steps, String ways, SelectiveScanOp op, SelectiveScan spec, String out) {
        int pixels = spec.in().pixels();
        int channels = spec.in().channels();
        int states = spec.states();
        long[] path = new long[pixels * ORDERS];
        long[] back = new long[pixels * ORDERS];
        float[] directions = new float[pixels * ORDERS * states];
        orders(spec, op.weight(), path, back, directions);

        model.node("Add", List.of(steps, model.tensor(out + ".bias", op.bias(), channels)), out + ":biased");
        model.node("Softplus", List.of(out + ":biased"), out + ":softplus");
        model.node("Reshape", List.of(out + ":softplus", model.indices(0, pixels, 1, 1, channels)), out + ":steps");
        model.node("Gather", List.of(x, model.namedIndices(out + ".path", path)), out + ":path").with("axis", 1L);
        model.node("Reshape", List.of(out + ":path", model.indices(0, pixels, ORDERS, 1, channels)), out + ":pixels");
        model.node("Mul", List.of(out + ":pixels", out + ":steps"), out + ":amounts");
        slice(ways, spec.wayIn(), states, out + ":way-in");
        model.node("Reshape", List.of(out + ":way-in", model.indices(0, pixels, 1, states, 1)), out + ":way-in:column");
        model.node("Add", List.of(out + ":way-in:column",
                model.tensor(out + ".directions", directions, pixels, ORDERS, states, 1)), out + ":ways-in");
        slice(ways, spec.wayOut(), states, out + ":way-out");
        model.node("Reshape", List.of(out + ":way-out", model.indices(0, pixels, 1, 1, states)), out + ":ways-out");
        model.node("Shape", List.of(x), out + ":batch").with("start", 0L).with("end", 1L);
        model.node("Concat", List.of(out + ":batch", model.indices(ORDERS, states, channels)), out + ":shape")
                .with("axis", 0L);
        model.node("ConstantOfShape", List.of(out + ":shape"), out + ":start");

        List<String> read = List.of(out + ":steps", out + ":amounts", out + ":ways-in", out + ":ways-out");
        model.node("Scan", List.of(out + ":start", read.get(0), read.get(1), read.get(2), read.get(3)),
                List.of(out + ":end", out + ":results")).with("num_scan_inputs", (long) read.size())
                .with("scan_input_axes", 1, 1, 1, 1).with("scan_output_axes", new int[]{1})
                .with("body", body(model.tensor(out + ".rates", rates(spec, op.weight()), states, channels), out));

        model.node("Reshape", List.of(out + ":results", model.indices(0, (long) pixels * ORDERS, channels)),
                out + ":by-step");
        model.node("Gather", List.of(out + ":by-step", model.namedIndices(out + ".back", back)), out + ":by-pixel")
                .with("axis", 1L);
        model.node("Reshape", List.of(out + ":by-pixel", model.indices(0, pixels, ORDERS, channels)),
                out + ":by-order");
        model.node("ReduceSum", List.of(out + ":by-order", model.indices(2)), out + ":sum").with("keepdims", 0L);
        float[] skips = new float[channels];
        for (int c = 0; c < channels; c++) {
            skips[c] = ORDERS * op.weight()[spec.skips() + c];
        }
        model.node("Mul", List.of(x, model.tensor(out + ".skip", skips, channels)), out + ":skipped");
        model.node("Add", List.of(out + ":sum", out + ":skipped"), out);
    }

    /** {@code state = exp(step * rates) * state + amount * way in}, and {@code way out * state}. */
    private static GraphProto body(String rates, String out) {
        String at = out + ":step:";
        List<String> inputs = List.of(at + "before", at + "step", at + "amount", at + "way-in", at + "way-out");
        ModelBuilder body = new ModelBuilder();
        body.node("Mul", List.of(at + "step", rates), at + "exponent");
        body.node("Exp", List.of(at + "exponent"), at + "decay");
        body.node("Mul", List.of(at + "decay", at + "before"), at + "kept");
        body.node("Mul", List.of(at + "amount", at + "way-in"), at + "added");
        body.node("Add", List.of(at + "kept", at + "added"), at + "after");
        body.node("MatMul", List.of(at + "way-out", at + "after"), at + "result");
        return body.body(out + ":step", inputs, List.of(at + "after", at + "result"));
    }

    private void slice(String ways, int first, int states, String out) {
        model.node("Slice",
                List.of(ways, model.indices(first), model.indices((long) first + states), model.indices(-1)), out);
    }

    /**
     * Tables over steps and orders: the pixel; where a pixel's results lie, over pixels and orders; the weights of the direction, by state.
     */
    private static void orders(SelectiveScan spec, float[] weight, long[] path, long[] back, float[] directions) {
        int states = spec.states();
        for (int order = 0; order < ORDERS; order++) {
            int[] pixels = spec.pixels(order);
            int[] reached = spec.directions(order);
            for (int t = 0; t < pixels.length; t++) {
                int at = t * ORDERS + order;
                path[at] = pixels[t];
                back[pixels[t] * ORDERS + order] = at;
                System.arraycopy(weight, spec.directionWeights() + reached[t] * states, directions, at * states,
                        states);
            }
        }
    }

    /** A, {@code [states][channels]}. */
    private static float[] rates(SelectiveScan spec, float[] weight) {
        int channels = spec.in().channels();
        float[] rates = new float[spec.skips()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = (float) -Math.exp(weight[i % channels * spec.states() + i / channels]);
        }
        return rates;
    }
}
