package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.GridSample;
import io.github.jvig.model.tensor.RoiAlign;
import io.github.jvig.model.tensor.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators on places and boxes that are computed. */
final class RegionRules {
    /** Along a side of a cell, where the regions say how many are read. A map is put into the order of its pixels if most of it is read. */
    private static final int USUAL_PLACES = 2;

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

    /** Images {@code [n, c, h, w]} as a map that has the pixels of one below those of the other. */
    private static View pixels(Lowering lowering, String name, View x) {
        List<Integer> shape = x.shape();
        MapLayout layout = MapLayout.of(shape.get(0) * shape.get(2), shape.get(3), shape.get(1));
        Node node = shape.getFirst() == 1 ? lowering.asMap(name, x) : lowering.copied(name, x, 1, layout).node();
        return View.map(node, lowering.layout(node));
    }

    private static boolean roiAlign(Lowering lowering, OnnxNode node) {
        Value x = lowering.input(node, 0);
        Value regions = lowering.input(node, 1);
        int rows = (int) node.integer("output_height", 1);
        int columns = (int) node.integer("output_width", 1);
        String coordinates = node.text("coordinate_transformation_mode",
                node.version() < 16 ? "output_half_pixel" : "half_pixel");
        int count = regions.shape().getFirst();
        int samples = (int) node.integer("sampling_ratio", 0);
        int places = Math.max(samples, USUAL_PLACES);
        Inputs in = new Inputs(lowering, node.name());
        Source source;
        RoiAlign.Planes planes;
        List<Integer> shape = x.shape();
        if (x instanceof View view && 4L * count * rows * columns * places * places >= (long) shape.get(0)
                * shape.get(2) * shape.get(3)) {
            View map = pixels(lowering, node.name(), view);
            source = in.strided(map);
            int stride = map.layout().stride();
            planes = new RoiAlign.Planes(shape.get(0), shape.get(1), shape.get(2), shape.get(3),
                    shape.get(2) * shape.get(3) * stride, stride, 1);
        } else {
            source = in.rowMajor(x);
            int plane = shape.get(2) * shape.get(3);
            planes = new RoiAlign.Planes(shape.get(0), shape.get(1), shape.get(2), shape.get(3), shape.get(1) * plane,
                    1, plane);
        }
        Source boxes = in.rowMajor(regions);
        Source images = in.rowMajor(lowering.input(node, 2));
        lowering.put(node, in.result(x.kind(), new RoiAlign(in.layouts(), source, boxes, images, planes, count, rows,
                columns, samples, node.real("spatial_scale", 1),
                coordinates.equals("half_pixel"), node.text("mode", "avg").equals("max")),
                List.of(count, x.shape().get(1), rows, columns)));
        return true;
    }
}
