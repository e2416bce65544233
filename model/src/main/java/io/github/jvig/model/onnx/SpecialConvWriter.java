package io.github.jvig.model.onnx;

import io.github.jvig.kernels.BinaryConv;
import io.github.jvig.kernels.DeformableDepthwiseConv;
import io.github.jvig.kernels.LocalDepthwiseConv;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.BinaryConvOp;
import io.github.jvig.model.graph.PiecewiseLinearOp;
import java.util.ArrayList;
import java.util.List;

/** Convolutions that ONNX has no node for, in terms of those that it has, and the activations that differ by channel. */
final class SpecialConvWriter {
    private static final int SIDE = 3;

    private final ModelBuilder model;

    SpecialConvWriter(ModelBuilder model) {
        this.model = model;
    }

    /** @param perChannel shape of a tensor with a value for each channel */
    void pieces(String x, PiecewiseLinearOp op, long[] perChannel, String out) {
        if (op.isPrelu()) {
            // The slope is repeated over the batch and the pixels, but has no axis of its own for the batch.
            long[] slope = java.util.Arrays.copyOfRange(perChannel, 1, perChannel.length);
            model.node("PRelu", List.of(x, model.tensor(out + ".slope", op.below(), slope)), out);
            return;
        }
        model.node("Sub", List.of(x, model.tensor(out + ".knee", op.knee(), perChannel)), out + ":from-knee");
        model.node("GreaterOrEqual", List.of(out + ":from-knee", model.scalar("zero", 0)), out + ":is-above");
        model.node("Where", List.of(out + ":is-above", model.tensor(out + ".above", op.above(), perChannel),
                model.tensor(out + ".below", op.below(), perChannel)), out + ":slope");
        model.node("Mul", List.of(out + ":from-knee", out + ":slope"), out + ":piece");
        model.node("Add", List.of(out + ":piece", model.tensor(out + ".value", op.value(), perChannel)), out);
    }

    /** A convolution of signs, of which zero is plus one: not the operator Sign. */
    void binary(String x, BinaryConvOp op, BinaryConv spec, String out) {
        model.node("GreaterOrEqual", List.of(x, model.scalar("zero", 0)), out + ":is-plus");
        model.node("Where", List.of(out + ":is-plus", model.scalar("one", 1), model.scalar("minus-one", -1)),
                out + ":signs");
        float[] weight = new float[op.weight().length];
        for (int i = 0; i < weight.length; i++) {
            float scale = (float) op.scale()[i / (weight.length / op.outChannels())];
            weight[i] = op.weight()[i] >= 0 ? scale : -scale;
        }
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        model.node("Conv", List.of(out + ":signs",
                model.tensor(out + ".weight", weight, op.outChannels(), op.inChannels(), op.kernel(), op.kernel()),
                model.tensor(out + ".bias", op.biases(), op.outChannels())), out)
                .with("kernel_shape", op.kernel(), op.kernel()).with("strides", op.stride(), op.stride())
                .with("pads", rows.padBefore(), columns.padBefore(), rows.padAfter(), columns.padAfter());
    }

    /** For each tap the map moved there, times a map of weights; without the activation. */
    void local(String x, LocalDepthwiseConv spec, float[] weight, float[] bias, String out) {
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        MapLayout map = spec.out();
        model.node("Pad", List.of(x, model.indices(0, 0, rows.padBefore(), columns.padBefore(), 0, 0, rows.padAfter(),
                columns.padAfter())), out + ":padded");
        List<String> products = new ArrayList<>();
        for (int tap = 0; tap < spec.window().taps(); tap++) {
            int y = tap / columns.kernel() * rows.dilation();
            int at = tap % columns.kernel() * columns.dilation();
            model.node("Slice", List.of(out + ":padded", model.indices(y, at),
                    model.indices(y + (map.height() - 1L) * rows.stride() + 1,
                            at + (map.width() - 1L) * columns.stride() + 1),
                    model.indices(NodeValues.HEIGHT, NodeValues.WIDTH),
                    model.indices(rows.stride(), columns.stride())), out + ":tap" + tap);
            float[] planes = new float[map.channels() * map.pixels()];
            for (int i = 0; i < planes.length; i++) {
                int pixel = i % map.pixels();
                planes[i] = weight[(pixel * spec.window().taps() + tap) * map.channels() + i / map.pixels()];
            }
            String weights = model.tensor(out + ".weight" + tap, planes, 1, map.channels(), map.height(), map.width());
            model.node("Mul", List.of(out + ":tap" + tap, weights), out + ":product" + tap);
            products.add(out + ":product" + tap);
        }
        products.add(model.tensor(out + ".bias", bias, 1, map.channels(), 1, 1));
        model.node("Sum", products, out);
    }

    /**
     * For each tap the map sampled there, times the tap's weights. A sample's place is given for an axis from -1 to 1 between the outer edges of
     * the map's pixels: {@code (2y + 1) / height - 1}.
     */
    void deformable(String x, String scale, DeformableDepthwiseConv spec, float[] weight, String out) {
        MapLayout in = spec.in();
        MapLayout map = spec.out();
        model.node("Clip", List.of(scale, model.scalar(out + ".least", 1 - spec.bound()),
                model.scalar(out + ".most", spec.bound())), out + ":bounded");
        model.node("Reshape", List.of(out + ":bounded", model.indices(0, map.height(), map.width(), 1)),
                out + ":scales");
        for (int i = 0; i < SIDE; i++) {
            place(out, "row", i, in.height(), spec);
            place(out, "column", i, in.width(), spec);
        }
        List<String> products = new ArrayList<>();
        for (int tap = 0; tap < DeformableDepthwiseConv.TAPS; tap++) {
            model.node("Concat", List.of(out + ":column" + tap % SIDE, out + ":row" + tap / SIDE), out + ":grid" + tap)
                    .with("axis", -1L);
            model.node("GridSample", List.of(x, out + ":grid" + tap), out + ":tap" + tap).with("mode", "linear")
                    .with("padding_mode", "zeros").with("align_corners", 0L);
            float[] channels = new float[map.channels()];
            for (int c = 0; c < channels.length; c++) {
                channels[c] = weight[c * DeformableDepthwiseConv.TAPS + tap];
            }
            String weights = model.tensor(out + ".weight" + tap, channels, 1, map.channels(), 1, 1);
            model.node("Mul", List.of(out + ":tap" + tap, weights), out + ":product" + tap);
            products.add(out + ":product" + tap);
        }
        model.node("Sum", products, out);
    }

    /** The places of the taps of one row or column, for every output. */
    private void place(String out, String axis, int i, int size, DeformableDepthwiseConv spec) {
        MapLayout map = spec.out();
        boolean rows = axis.equals("row");
        float[] middles = new float[map.pixels()];
        for (int p = 0; p < middles.length; p++) {
            int at = (rows ? p / map.width() : p % map.width()) * spec.stride();
            middles[p] = (float) ((2.0 * at + 1) / size - 1);
        }
        String middle = model.tensor(out + "." + axis, middles, 1, map.height(), map.width(), 1);
        String step = model.scalar(out + "." + axis + "-step" + i, (float) ((i - 1) * 2.0 / size));
        model.node("Mul", List.of(out + ":scales", step), out + ":" + axis + "-offset" + i);
        model.node("Add", List.of(out + ":" + axis + "-offset" + i, middle), out + ":" + axis + i);
    }
}
