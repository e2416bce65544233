package io.github.jvig.model.graph;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.RolledL1Distance;
import java.util.List;

/** How far each pixel is from the one half the map away along both sides, by L1 over the channels: one channel. */
public record RolledL1DistanceOp() implements Op {
    @Override
    public int channels(List<Integer> inputs) {
        return 1;
    }

    @Override
    public RolledL1Distance spec(List<MapLayout> inputs) {
        return RolledL1Distance.halfway(inputs.getFirst());
    }

    @Override
    public String describe() {
        return "rolled L1 distance, halfway";
    }
}
