package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.GridSample;
import io.github.jvig.model.tensor.RoiAlign;
import io.github.jvig.model.tensor.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators on places and boxes that are computed. */
final class RegionRules {
    private RegionRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        rules.put("GridSample", RegionRules::gridSample);
        rules.put("RoiAlign", RegionRules::roiAlign);
    }

    private static boolean gridSample(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value grid = lowering.input(node, 1);
        int sides = x.shape().size() - 2;
        if (sides < 2 || sides > 3 || sides == 3 && node.text("mode", "linear").contains("cubic")) {
            throw new UnsupportedOperationException("samples a tensor of shape " + x.shape()
                    + "; planes [N, C, H, W] are sampled, and volumes in the modes nearest and linear");
        }
        if (grid.shape().size() != sides + 2 || grid.shape().getLast() != sides
                || !grid.shape().getFirst().equals(x.shape().getFirst())) {
            throw new IllegalArgumentException("samples a tensor of shape " + x.shape() + " at places of shape "
                    + grid.shape());
        }
        GridSample.Mode mode = switch (node.text("mode", "linear")) {
            case "nearest" -> GridSample.Mode.NEAREST;
            case "linear", "bilinear" -> GridSample.Mode.LINEAR;
            case "cubic", "bicubic" -> GridSample.Mode.CUBIC;
            default -> throw new UnsupportedOperationException("samples in the mode " + node.text("mode", ""));
        };
        GridSample.Padding padding = switch (node.text("padding_mode", "zeros")) {
            case "zeros" -> GridSample.Padding.ZEROS;
            case "border" -> GridSample.Padding.BORDER;
            case "reflection" -> GridSample.Padding.REFLECTION;
            default -> throw new UnsupportedOperationException("pads in the mode " + node.text("padding_mode", ""));
        };
        List<Integer> to = grid.shape().subList(1, sides + 1);
        List<Integer> shape = new ArrayList<>(x.shape().subList(0, 2));
        shape.addAll(to);
        Inputs in = new Inputs(lowering, node.name());
        Source source = in.rowMajor(x);
        Source places = in.rowMajor(grid);
        lowering.put(node, in.result(x.kind(), new GridSample(in.layouts(), source, places, x.shape(),
                Calc.elements(to), mode, padding, node.integer("align_corners", 0) != 0), shape));
        return true;
    }

    private static boolean roiAlign(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value regions = lowering.input(node, 1);
        int rows = (int) node.integer("output_height", 1);
        int columns = (int) node.integer("output_width", 1);
        String places = node.text("coordinate_transformation_mode",
                node.version() < 16 ? "output_half_pixel" : "half_pixel");
        int count = regions.shape().getFirst();
        Inputs in = new Inputs(lowering, node.name());
        Source source = in.rowMajor(x);
        Source boxes = in.rowMajor(regions);
        Source images = in.rowMajor(lowering.input(node, 2));
        lowering.put(node, in.result(x.kind(), new RoiAlign(in.layouts(), source, boxes, images, x.shape(), count, rows,
                columns, (int) node.integer("sampling_ratio", 0), node.real("spatial_scale", 1),
                places.equals("half_pixel"), node.text("mode", "avg").equals("max")),
                List.of(count, x.shape().get(1), rows, columns)));
        return true;
    }
}
