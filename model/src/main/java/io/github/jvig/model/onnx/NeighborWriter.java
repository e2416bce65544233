package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.RolledL1Distance;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import java.util.ArrayList;
import java.util.List;

/** What compares a pixel with others at fixed distances, on {@code [batch][channels][height][width]}. */
final class NeighborWriter {
    private static final int CHANNELS = 1;
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    private final ModelBuilder model;

    NeighborWriter(ModelBuilder model) {
        this.model = model;
    }

    /**
     * {@code concat(x, max(0, max over shifts s of x - roll(x, s)))}. Differences with one value are largest for the smallest of the
     * others, and rounding keeps that order, so one subtraction does for all: {@code x - min(x, roll(x, s), ...)}, the same bits. A roll
     * is a slice of the map laid twice in a row.
     */
    void maxRelative(String x, MaxRelative spec, String name) {
        List<String> rolled = new ArrayList<>(List.of(x));
        for (MaxRelative.Shift shift : spec.shifts()) {
            rolled.add(roll(name, x, spec.in(), shift));
        }
        switch (spec.difference()) {
            case SELF_MINUS_NEIGHBOR -> {
                model.node("Min", rolled, name + ":least");
                model.node("Sub", List.of(x, name + ":least"), name + ":relative");
            }
            case NEIGHBOR_MINUS_SELF -> {
                model.node("Max", rolled, name + ":most");
                model.node("Sub", List.of(name + ":most", x), name + ":relative");
            }
        }
        model.node("Concat", List.of(x, name + ":relative"), name).with("axis", (long) CHANNELS);
    }

    /** By L1 over the channels. */
    void rolledL1Distance(String x, RolledL1Distance spec, String name) {
        String rolled = roll(name, x, spec.in(), spec.shift());
        model.node("Sub", List.of(x, rolled), name + ":difference");
        model.node("ReduceL1", List.of(name + ":difference", model.indices(CHANNELS)), name);
    }

    /** {@code mean - sqrt(sum of (x - mean)^2 / (n - 1))}. */
    void meanMinusStd(String x, MapLayout in, String name) {
        String pixels = model.indices(HEIGHT, WIDTH);
        model.node("ReduceMean", List.of(x, pixels), name + ":mean");
        model.node("Sub", List.of(x, name + ":mean"), name + ":centered");
        model.node("ReduceSumSquare", List.of(name + ":centered", pixels), name + ":squares");
        String others = model.scalar(name + ":others", in.pixels() - 1);
        model.node("Div", List.of(name + ":squares", others), name + ":variance");
        model.node("Sqrt", List.of(name + ":variance"), name + ":deviation");
        model.node("Sub", List.of(name + ":mean", name + ":deviation"), name);
    }

    /** Neighbor by neighbor as the authors' code has it: the lead, its L1 norm, a mask of 0 and 1, the maximum so far. */
    void thresholdedMaxRelative(String x, String limit, ThresholdedMaxRelative spec, String name) {
        model.node("Sub", List.of(x, x), name + ":nothing");
        String max = name + ":nothing";
        for (MaxRelative.Shift shift : spec.shifts()) {
            String neighbor = name + ":neighbor-" + shift.dy() + "-" + shift.dx();
            model.node("Sub", List.of(roll(name, x, spec.in(), shift), x), neighbor + ":lead");
            model.node("ReduceL1", List.of(neighbor + ":lead", model.indices(CHANNELS)), neighbor + ":distance");
            model.node("Less", List.of(neighbor + ":distance", limit), neighbor + ":near");
            model.node("Cast", List.of(neighbor + ":near"), neighbor + ":mask").with("to",
                    (long) TensorProto.DataType.FLOAT.getNumber());
            model.node("Mul", List.of(neighbor + ":lead", neighbor + ":mask"), neighbor + ":masked");
            model.node("Max", List.of(max, neighbor + ":masked"), neighbor + ":most");
            max = neighbor + ":most";
        }
        model.node("Concat", List.of(x, max), name).with("axis", (long) CHANNELS);
    }

    /** As {@code torch.roll(x, (dy, dx), (height, width))}. */
    private String roll(String name, String x, MapLayout map, MaxRelative.Shift shift) {
        String down = shift.dy() == 0 ? x : roll(name, x, HEIGHT, map.height(), shift.dy());
        return shift.dx() == 0 ? down : roll(name, down, WIDTH, map.width(), shift.dx());
    }

    /** As {@code torch.roll(x, by, axis)}: element {@code (i - by) mod size} comes to i. */
    private String roll(String name, String x, int axis, int size, int by) {
        String side = axis == HEIGHT ? "y" : "x";
        String twice = x + ":twice-" + side;
        if (!model.has(twice)) {
            model.node("Concat", List.of(x, x), twice).with("axis", (long) axis);
        }
        String rolled = name + ":roll-" + side + by;
        model.node("Slice",
                List.of(twice, model.indices(size - by), model.indices(2L * size - by), model.indices(axis)),
                rolled);
        return rolled;
    }
}
