package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.BufferPlanner;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.BufferOffsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout of a net on a device: the order of the kernels, the offsets of the maps in one image's part of the memory, and the offsets of
 * the weights. It is the same for every batch size. Maps that are not needed at the same time share memory.
 */
final class NetLayout {
    /** One step of the net: an operation, its kernel, and its offsets. */
    record PlacedKernel(LoweredOp op, KernelLaunch launch, BufferOffsets offsets) {}

    /**
     * The input or an output of the net.
     *
     * @param map    its layout on the device
     * @param offset its offset in one image's part of the memory, in floats
     */
    record Port(MapLayout map, int offset) {
        /** Floats per image on the host, which has no padding. */
        int length() {
            return map.pixels() * map.channels();
        }
    }

    private final List<PlacedKernel> steps = new ArrayList<>();
    private final Port input;
    private final List<Port> outputs;
    private final KernelLaunch upload;
    private final List<KernelLaunch> downloads;
    private final int image;
    private final float[] weights;

    /**
     * @throws IllegalArgumentException      if the graph cannot run at this size
     * @throws UnsupportedOperationException if there is no kernel for a node
     */
    NetLayout(Graph graph, int height, int width, DeviceKernels kernels) {
        List<LoweredOp> ops = LoweredOp.of(graph, height, width);
        List<KernelLaunch> launches = ops.stream().map(kernels::pick).toList();
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        ops.forEach(op -> values.put(op.node(), values.size()));
        MapLayout in = LoweredOp.input(graph, height, width);
        List<BufferPlanner.Lifetime> lives = lives(ops, launches, values, graph.outputs(), in.length());
        BufferPlanner buffers = buffers(lives, in);
        int zeros = ops.stream().mapToInt(op -> zeros(op.spec())).max().orElse(MapLayout.CHANNEL_ALIGNMENT);
        this.image = MapLayout.padded(Math.addExact(zeros, buffers.length()));
        this.input = new Port(in, zeros + buffers.offset(0));
        this.outputs = graph.outputs().stream().map(node -> {
            int value = values.get(node);
            return new Port(ops.get(value - 1).spec().out(), zeros + buffers.offset(value));
        }).toList();
        this.upload = kernels.upload(in);
        this.downloads = outputs.stream().map(port -> kernels.download(port.map())).toList();
        int weight = 0;
        for (int i = 0; i < ops.size(); i++) {
            LoweredOp op = ops.get(i);
            List<Integer> inputs = op.node().inputs().stream().map(node -> zeros + buffers.offset(values.get(node)))
                    .toList();
            int scratch = zeros + buffers.offset(1 + ops.size() + i);
            steps.add(new PlacedKernel(op, launches.get(i), new BufferOffsets(image, inputs, op.spec().in().stride(),
                    zeros + buffers.offset(i + 1), op.spec().out().stride(), scratch, weight)));
            weight = Math.addExact(weight, MapLayout.padded(launches.get(i).weights().length));
        }
        // TornadoVM does not support empty arrays.
        this.weights = new float[Math.max(weight, MapLayout.CHANNEL_ALIGNMENT)];
        for (PlacedKernel step : steps) {
            float[] packed = step.launch().weights();
            System.arraycopy(packed, 0, weights, step.offsets().weight(), packed.length);
        }
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
     * Number of zeros that stand for a pixel outside of the input: as many floats as the kernel reads of one pixel. The maps behind them
     * start at a multiple of a vector, even if the only map that is read so is an image without padding.
     */
    private static int zeros(Spec spec) {
        return spec instanceof Conv2d ? MapLayout.padded(spec.in().stride()) : MapLayout.CHANNEL_ALIGNMENT;
    }

    /** The input, the results of all steps, then their scratch. */
    private static List<BufferPlanner.Lifetime> lives(List<LoweredOp> ops, List<KernelLaunch> launches,
            Map<Node, Integer> values, List<Node> outputs, int inputLength) {
        int[] lastRead = new int[ops.size() + 1];
        for (int i = 0; i < ops.size(); i++) {
            lastRead[i + 1] = i;
            for (Node input : ops.get(i).node().inputs()) {
                lastRead[values.get(input)] = i;
            }
        }
        outputs.forEach(node -> lastRead[values.get(node)] = ops.size());
        List<BufferPlanner.Lifetime> lives = new ArrayList<>();
        lives.add(new BufferPlanner.Lifetime(inputLength, -1, lastRead[0]));
        for (int i = 0; i < ops.size(); i++) {
            lives.add(new BufferPlanner.Lifetime(ops.get(i).spec().out().length(), i, lastRead[i + 1]));
        }
        for (int i = 0; i < ops.size(); i++) {
            lives.add(new BufferPlanner.Lifetime(launches.get(i).scratch(), i, i));
        }
        return lives;
    }

    List<PlacedKernel> steps() {
        return steps;
    }

    Port input() {
        return input;
    }

    List<Port> outputs() {
        return outputs;
    }

    /** Writes the images into the memory. */
    KernelLaunch upload() {
        return upload;
    }

    /** Read the outputs from the memory, in the order of {@link #outputs()}. */
    List<KernelLaunch> downloads() {
        return downloads;
    }

    /** Floats per image in the memory. */
    int image() {
        return image;
    }

    /** All weights, packed; a copy. */
    float[] weights() {
        return Arrays.copyOf(weights, weights.length);
    }

    /** Bytes on the device for a batch of this size: memory, weights, images and results. */
    long bytes(int batch) {
        long perImage = image + input.length() + outputs.stream().mapToLong(Port::length).sum();
        return Float.BYTES * (batch * perImage + weights.length);
    }
}
