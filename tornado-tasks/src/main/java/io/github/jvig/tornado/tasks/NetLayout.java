package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.BufferOffsets;
import io.github.jvig.tornado.kernels.ImageConvPerItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The layout of a net on a device: the order of the kernels, the offsets of the maps in one image's part of the memory, and the offsets of
 * the weights. It is the same for every batch size. {@link MapPlaces} places the maps.
 */
final class NetLayout {
    /** One step of the net: an operation, its kernel, and its offsets. */
    record PlacedKernel(LoweredOp op, KernelLaunch launch, BufferOffsets offsets) {}

    /**
     * The input or an output of the net.
     *
     * @param map    its layout on the device
     * @param offset its offset in one image's part of the memory, in floats; 0 for an input that is read from the planes
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
    private final Optional<KernelLaunch> upload;
    private final List<KernelLaunch> downloads;
    private final int image;
    private final int halfImage;
    private final float[] weights;
    private final float[] halfWeights;

    /**
     * @throws IllegalArgumentException      if the graph cannot run at this size
     * @throws UnsupportedOperationException if there is no kernel for a node
     */
    NetLayout(Graph net, int height, int width, DeviceKernels kernels) {
        Graph graph = LoweredOp.withoutIdleResizes(net, height, width);
        List<LoweredOp> ops = LoweredOp.of(graph, height, width);
        List<KernelLaunch> launches = new ArrayList<>(ops.stream().map(kernels::pick).toList());
        int reader = onlyReader(graph, ops);
        Optional<KernelLaunch> direct = reader < 0 ? Optional.empty() : kernels.pickForImages(ops.get(reader));
        direct.ifPresent(launch -> launches.set(reader, launch));
        MapLayout in = LoweredOp.input(graph, height, width);
        MapPlaces places = new MapPlaces(graph, in, ops, launches, direct.isEmpty());
        this.image = places.image(false);
        this.halfImage = places.image(true);
        this.input = new Port(in, direct.isPresent() ? 0 : places.offset(0, false));
        this.outputs = graph.outputs().stream().map(node -> {
            int value = places.value(node);
            return new Port(ops.get(value - 1).spec().out(), places.offset(value, false));
        }).toList();
        this.upload = direct.isPresent()
                ? Optional.empty()
                : Optional.of(places.converted(kernels.upload(in), 0, in.length()));
        this.downloads = outputs.stream().map(port -> kernels.download(port.map())).toList();
        int weight = 0;
        int halfWeight = 0;
        for (int i = 0; i < ops.size(); i++) {
            Spec spec = ops.get(i).spec();
            KernelLaunch launch = launches.get(i);
            boolean half = launch.half();
            List<Integer> inputs = direct.isPresent() && i == reader
                    ? List.of(0)
                    : ops.get(i).node().inputs().stream().map(node -> places.offset(places.value(node), half)).toList();
            steps.add(new PlacedKernel(ops.get(i), places.converted(launch, i + 1, spec.out().length()),
                    new BufferOffsets(half ? halfImage : image, inputs, spec.in().stride(), places.offset(i + 1, half),
                            spec.out().stride(), places.scratch(i), half ? halfWeight : weight)));
            int length = MapLayout.padded(launch.weights().length);
            weight = Math.addExact(weight, half ? 0 : length);
            halfWeight = Math.addExact(halfWeight, half ? length : 0);
        }
        this.weights = packed(weight, false);
        this.halfWeights = packed(halfWeight, true);
    }

    /** Index of the operation that reads the image, if it is the only one and the image is no output; otherwise negative. */
    private static int onlyReader(Graph graph, List<LoweredOp> ops) {
        Node input = graph.input();
        int reader = -1;
        for (int i = 0; i < ops.size(); i++) {
            for (Node node : ops.get(i).node().inputs()) {
                if (node == input && reader >= 0) {
                    return -1;
                }
                reader = node == input ? i : reader;
            }
        }
        return graph.outputs().stream().anyMatch(node -> node == input) ? -1 : reader;
    }

    private float[] packed(int length, boolean half) {
        // TornadoVM does not support empty arrays.
        float[] all = new float[Math.max(length, MapLayout.CHANNEL_ALIGNMENT)];
        for (PlacedKernel step : steps) {
            if (step.launch().half() == half) {
                float[] weight = step.launch().weights();
                System.arraycopy(weight, 0, all, step.offsets().weight(), weight.length);
            }
        }
        return all;
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

    /** Writes the images into the memory; empty if the first layer reads their planes. */
    Optional<KernelLaunch> upload() {
        return upload;
    }

    /** Number of zeros in front of the planes of the images. */
    int imageStart() {
        return upload.isEmpty() ? ImageConvPerItem.ZEROS : 0;
    }

    /** Read the outputs from the memory, in the order of {@link #outputs()}. */
    List<KernelLaunch> downloads() {
        return downloads;
    }

    /** Floats per image in the memory. */
    int image() {
        return image;
    }

    /** Numbers of half precision per image in the memory; 0 if there are none. */
    int halfImage() {
        return halfImage;
    }

    /** The weights of kernels of single precision, packed; a copy. */
    float[] weights() {
        return Arrays.copyOf(weights, weights.length);
    }

    /** The weights of kernels of half precision, packed, not yet rounded; a copy. */
    float[] halfWeights() {
        return Arrays.copyOf(halfWeights, halfWeights.length);
    }

    /** Bytes of all weights on the device. */
    long weightBytes() {
        return (long) Float.BYTES * weights.length + (halfImage == 0 ? 0 : (long) Short.BYTES * halfWeights.length);
    }

    /** Bytes on the device for a batch of this size: memory, weights, images and results. */
    long bytes(int batch) {
        long perImage = image + input.length() + outputs.stream().mapToLong(Port::length).sum();
        return batch * (Float.BYTES * perImage + (long) Short.BYTES * halfImage) + weightBytes();
    }
}
