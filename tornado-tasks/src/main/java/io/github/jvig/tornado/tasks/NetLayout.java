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
 * A net as it lies on a device: which kernel runs when, where its maps lie in one image's share of the memory, where its weights lie in
 * theirs. The same for every batch. Maps whose lives do not meet share a place.
 */
final class NetLayout {
    /** A step: a layer, its kernel, and where it works. */
    record Step(LoweredOp layer, KernelLaunch work, BufferOffsets places) {}

    /**
     * A map that goes in or out.
     *
     * @param at where it lies in one image's share
     */
    record Port(MapLayout map, int at) {
        /** Floats of one image outside. */
        int length() {
            return map.pixels() * map.channels();
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final Port input;
    private final List<Port> outputs;
    private final KernelLaunch upload;
    private final List<KernelLaunch> downloads;
    private final int image;
    private final float[] weights;

    /**
     * @throws IllegalArgumentException      when the graph can't be run at this size
     * @throws UnsupportedOperationException when there is no kernel for a node
     */
    NetLayout(Graph graph, int height, int width, KernelTable kernels) {
        List<LoweredOp> layers = LoweredOp.of(graph, height, width);
        List<KernelLaunch> works = layers.stream().map(kernels::pick).toList();
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        layers.forEach(layer -> values.put(layer.node(), values.size()));
        MapLayout in = LoweredOp.input(graph, height, width);
        List<BufferPlanner.Life> lives = lives(layers, values, graph.outputs(), in.length());
        BufferPlanner buffers = buffers(lives, in);
        int zeros = layers.stream().mapToInt(layer -> zeros(layer.spec())).max().orElse(MapLayout.CHANNEL_ALIGNMENT);
        this.image = MapLayout.padded(Math.addExact(zeros, buffers.length()));
        this.input = new Port(in, zeros + buffers.offset(0));
        this.outputs = graph.outputs().stream().map(node -> {
            int value = values.get(node);
            return new Port(layers.get(value - 1).spec().out(), zeros + buffers.offset(value));
        }).toList();
        this.upload = kernels.upload(in);
        this.downloads = outputs.stream().map(port -> kernels.download(port.map())).toList();
        int weight = 0;
        for (int i = 0; i < layers.size(); i++) {
            LoweredOp layer = layers.get(i);
            int from = values.get(layer.node().inputs().getFirst());
            int in2 = layer.spec().in2().isPresent()
                    ? zeros + buffers.offset(values.get(layer.node().inputs().getLast()))
                    : -1;
            steps.add(new Step(layer, works.get(i),
                    new BufferOffsets(image, zeros + buffers.offset(from), layer.spec().in().stride(),
                            in2, zeros + buffers.offset(i + 1), layer.spec().out().stride(), weight)));
            weight = Math.addExact(weight, MapLayout.padded(works.get(i).weights().length));
        }
        // TornadoVM has no array without elements.
        this.weights = new float[Math.max(weight, MapLayout.CHANNEL_ALIGNMENT)];
        for (Step step : steps) {
            float[] packed = step.work().weights();
            System.arraycopy(packed, 0, weights, step.places().weight(), packed.length);
        }
    }

    private static BufferPlanner buffers(List<BufferPlanner.Life> lives, MapLayout in) {
        try {
            return new BufferPlanner(lives);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an input of " + in.height() + "x" + in.width() + " can't be run: "
                    + e.getMessage(), e);
        }
    }

    /** What stands for the input's outside: as many zeros as a kernel reads of one pixel. */
    private static int zeros(Spec spec) {
        return spec instanceof Conv2d ? spec.in().stride() : MapLayout.CHANNEL_ALIGNMENT;
    }

    private static List<BufferPlanner.Life> lives(List<LoweredOp> layers, Map<Node, Integer> values, List<Node> outputs,
            int inputLength) {
        int[] lastRead = new int[layers.size() + 1];
        for (int i = 0; i < layers.size(); i++) {
            lastRead[i + 1] = i;
            for (Node input : layers.get(i).node().inputs()) {
                lastRead[values.get(input)] = i;
            }
        }
        outputs.forEach(node -> lastRead[values.get(node)] = layers.size());
        List<BufferPlanner.Life> lives = new ArrayList<>();
        lives.add(new BufferPlanner.Life(inputLength, -1, lastRead[0]));
        for (int i = 0; i < layers.size(); i++) {
            lives.add(new BufferPlanner.Life(layers.get(i).spec().out().length(), i, lastRead[i + 1]));
        }
        return lives;
    }

    List<Step> steps() {
        return steps;
    }

    Port input() {
        return input;
    }

    List<Port> outputs() {
        return outputs;
    }

    /** Brings images in. */
    KernelLaunch upload() {
        return upload;
    }

    /** Take the outputs out. */
    List<KernelLaunch> downloads() {
        return downloads;
    }

    /** Floats of one image's share of the memory. */
    int image() {
        return image;
    }

    /** All weights, packed; a copy. */
    float[] weights() {
        return Arrays.copyOf(weights, weights.length);
    }

    /** Bytes on the device for a batch of so many images: memory, weights, images and results. */
    long bytes(int batch) {
        long perImage = image + input.length() + outputs.stream().mapToLong(Port::length).sum();
        return Float.BYTES * (batch * perImage + weights.length);
    }
}
