package io.github.jvig.model.onnx;

import io.github.jvig.model.graph.SelectOp;
import java.util.List;

/** What moves channels, whatever the form of the values. */
final class ChannelWriter {
    private final ModelBuilder model;

    ChannelWriter(ModelBuilder model) {
        this.model = model;
    }

    /** @param axis the axis of the channels */
    void select(String x, SelectOp select, long axis, String out) {
        if (select.isSlice()) {
            long from = select.selected().getFirst();
            model.node("Slice", List.of(x, model.indices(from), model.indices(from + select.selected().size()),
                    model.indices(axis)), out);
        } else {
            String order = model.indices(select.selected().stream().mapToLong(Integer::longValue).toArray());
            model.node("Gather", List.of(x, order), out).with("axis", axis);
        }
    }

    /**
     * The channel of a map that has the number of another's largest channel, the first of several. ONNX does not say what an ArgMax with NaN
     * gives.
     *
     * @param axis the axis of the channels
     */
    void atMaximum(String x, String values, long axis, String out) {
        model.node("ArgMax", List.of(x), out + ":channel").with("axis", axis).with("keepdims", 1L);
        model.node("GatherElements", List.of(values, out + ":channel"), out).with("axis", axis);
    }
}
