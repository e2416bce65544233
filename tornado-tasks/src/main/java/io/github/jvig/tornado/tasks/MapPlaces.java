package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.BufferPlanner;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the maps of a net lie in one image's part of the memory, which has an array for each precision. A map is in the array of the kernel
 * that writes it, and also in the other one if a kernel of that precision reads it; inputs and outputs of the net are in single precision.
 * Maps that are not needed at the same time share memory.
 */
final class MapPlaces {
    private final List<LoweredOp> ops;
    private final List<KernelLaunch> launches;
    private final Map<Node, Integer> values = new IdentityHashMap<>();
    private final Places floats;
    private final Places halves;

    /**
     * The maps of one precision.
     *
     * @param present whether a value has a map of this precision
     * @param offsets of the values' maps, then of the scratch of the steps
     * @param image   length of one image's part
     */
    private record Places(boolean[] present, int[] offsets, int image) {}

    /**
     * @param hasImage whether the image has a map; otherwise nothing reads it from the memory
     * @throws IllegalArgumentException if the maps are larger than an array can be
     */
    MapPlaces(Graph graph, MapLayout in, List<LoweredOp> ops, List<KernelLaunch> launches, boolean hasImage) {
        this.ops = ops;
        this.launches = launches;
        values.put(graph.input(), 0);
        ops.forEach(op -> values.put(op.node(), values.size()));
        List<MapLayout> maps = new ArrayList<>(List.of(in));
        ops.forEach(op -> maps.add(op.spec().out()));
        this.floats = places(graph, maps, false, hasImage);
        this.halves = places(graph, maps, true, hasImage);
    }

    private Places places(Graph graph, List<MapLayout> maps, boolean half, boolean hasImage) {
        boolean[] present = new boolean[maps.size()];
        int[] lastUse = new int[maps.size()];
        for (int value = 0; value < maps.size(); value++) {
            present[value] = half == isHalf(value);
            lastUse[value] = value - 1;
        }
        for (int i = 0; i < ops.size(); i++) {
            for (Node input : ops.get(i).node().inputs()) {
                if (launches.get(i).half() == half) {
                    present[values.get(input)] = true;
                    lastUse[values.get(input)] = i;
                }
            }
        }
        present[0] &= hasImage;
        for (Node output : graph.outputs()) {
            if (!half) {
                present[values.get(output)] = true;
                lastUse[values.get(output)] = ops.size();
            }
        }
        // A conversion reads the one and writes the other right behind the step itself.
        List<BufferPlanner.Lifetime> lives = new ArrayList<>();
        for (int value = 0; value < maps.size(); value++) {
            lives.add(new BufferPlanner.Lifetime(present[value] ? maps.get(value).length() : 0, value - 1,
                    lastUse[value]));
        }
        for (int i = 0; i < ops.size(); i++) {
            lives.add(new BufferPlanner.Lifetime(half ? 0 : launches.get(i).scratch(), i, i));
        }
        if (lives.stream().allMatch(life -> life.length() == 0)) {
            return new Places(present, new int[lives.size()], 0);
        }
        int zeros = MapLayout.CHANNEL_ALIGNMENT;
        for (int i = 0; i < ops.size(); i++) {
            zeros = launches.get(i).half() == half ? Math.max(zeros, zeros(ops.get(i).spec())) : zeros;
        }
        BufferPlanner buffers = buffers(lives, maps.getFirst());
        int start = zeros;
        int[] offsets = new int[lives.size()];
        Arrays.setAll(offsets, i -> start + buffers.offset(i));
        return new Places(present, offsets, MapLayout.padded(Math.addExact(start, buffers.length())));
    }

    private static BufferPlanner buffers(List<BufferPlanner.Lifetime> lives, MapLayout in) {
        try {
            return new BufferPlanner(lives);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an input of " + in.height() + "x" + in.width() + " can't be run: "
                    + e.getMessage(), e);
        }
    }

    /**
     * Number of zeros that stand for a pixel outside of the input: as many numbers as the kernel reads of one pixel. The maps behind them
     * start at a multiple of a vector, even if the only map that is read so is an image without padding.
     */
    private static int zeros(Spec spec) {
        return spec instanceof Conv2d ? MapLayout.padded(spec.in().stride()) : MapLayout.CHANNEL_ALIGNMENT;
    }

    private Places of(boolean half) {
        return half ? halves : floats;
    }

    /** Whether what writes a value writes it in half precision. Value 0 is the input, value i + 1 the result of step i. */
    private boolean isHalf(int value) {
        return value > 0 && launches.get(value - 1).half();
    }

    /** The number of a node's value: 0 for the input, i + 1 for the result of step i. */
    int value(Node node) {
        return values.get(node);
    }

    /** Offset of a value's map of one precision, which it has. */
    int offset(int value, boolean half) {
        if (!of(half).present()[value]) {
            throw new IllegalArgumentException("value " + value + " has no map of this precision");
        }
        return of(half).offsets()[value];
    }

    /** Offset of the floats that a step has for itself. */
    int scratch(int step) {
        return floats.offsets()[1 + ops.size() + step];
    }

    /** Length of one image's part of the array of one precision; 0 if no map has it. */
    int image(boolean half) {
        return of(half).image();
    }

    /** A launch that writes a value, with a conversion behind it if the value is needed in the other precision, too. */
    KernelLaunch converted(KernelLaunch launch, int value, int length) {
        boolean half = isHalf(value);
        if (!of(!half).present()[value]) {
            return launch;
        }
        return launch.then(HalfKernels.conversion(half, length, offset(value, half), offset(value, !half)));
    }
}
