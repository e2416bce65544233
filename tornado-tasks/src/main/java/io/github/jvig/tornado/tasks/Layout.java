package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.device.BufferPlanner;
import io.github.jvig.model.device.Layer;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A net as it lies on a device: which kernel runs when, where its maps lie in one image's share of the memory, where its weights lie in
 * theirs. The same for every batch. Maps whose lives do not meet share a place.
 */
final class Layout {
    /** A step: a layer, its kernel, and where it works. */
    record Step(Layer layer, Work work, Places places) {}

    /**
     * A map that goes in or out.
     *
     * @param at where it lies in one image's share
     */
    record Port(FeatureMap map, int at) {
        /** Floats of one image outside. */
        int length() {
            return map.pixels() * map.channels();
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final Port input;
    private final List<Port> outputs;
    private final Work wayIn;
    private final List<Work> waysOut;
    private final int image;
    private final float[] weights;

    /**
     * @throws IllegalArgumentException      when the graph can't be run at this size
     * @throws UnsupportedOperationException when there is no kernel for a node
     */
    Layout(Graph graph, int height, int width, KernelTable kernels) {
        List<Layer> layers = Layer.of(graph, height, width);
        List<Work> works = layers.stream().map(kernels::pick).toList();
        Map<Node, Integer> values = new IdentityHashMap<>();
        values.put(graph.input(), 0);
        layers.forEach(layer -> values.put(layer.node(), values.size()));
        FeatureMap in = Layer.input(graph, height, width);
        List<BufferPlanner.Life> lives = lives(layers, values, graph.outputs(), in.length());
        BufferPlanner buffers = buffers(lives, in);
        int zeros = layers.stream().mapToInt(layer -> zeros(layer.spec())).max().orElse(FeatureMap.LANES);
        this.image = FeatureMap.padded(Math.addExact(zeros, buffers.length()));
        this.input = new Port(in, zeros + buffers.offset(0));
        this.outputs = graph.outputs().stream().map(node -> {
            int value = values.get(node);
            return new Port(layers.get(value - 1).spec().out(), zeros + buffers.offset(value));
        }).toList();
        this.wayIn = kernels.wayIn(in);
        this.waysOut = outputs.stream().map(port -> kernels.wayOut(port.map())).toList();
        int weight = 0;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            int from = values.get(layer.node().inputs().getFirst());
            int second = layer.spec().second().isPresent()
                    ? zeros + buffers.offset(values.get(layer.node().inputs().getLast()))
                    : -1;
            steps.add(new Step(layer, works.get(i),
                    new Places(image, zeros + buffers.offset(from), layer.spec().in().stride(),
                            second, zeros + buffers.offset(i + 1), layer.spec().out().stride(), weight)));
            weight = Math.addExact(weight, FeatureMap.padded(works.get(i).weights().length));
        }
        // TornadoVM has no array without elements.
        this.weights = new float[Math.max(weight, FeatureMap.LANES)];
        for (Step step : steps) {
            float[] packed = step.work().weights();
            System.arraycopy(packed, 0, weights, step.places().weight(), packed.length);
        }
    }

    private static BufferPlanner buffers(List<BufferPlanner.Life> lives, FeatureMap in) {
        try {
            return new BufferPlanner(lives);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an input of " + in.height() + "x" + in.width() + " can't be run: "
                    + e.getMessage(), e);
        }
    }

    /** What stands for the input's outside: as many zeros as a kernel reads of one pixel. */
    private static int zeros(Spec spec) {
        return spec instanceof DenseConv ? spec.in().stride() : FeatureMap.LANES;
    }

    private static List<BufferPlanner.Life> lives(List<Layer> layers, Map<Node, Integer> values, List<Node> outputs,
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
    Work wayIn() {
        return wayIn;
    }

    /** Take the outputs out. */
    List<Work> waysOut() {
        return waysOut;
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
