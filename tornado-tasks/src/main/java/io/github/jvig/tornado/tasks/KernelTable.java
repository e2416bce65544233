package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.model.device.Layer;
import io.github.jvig.tornado.kernels.Planes;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** Which kernel computes a layer on one kind of device. */
interface KernelTable {
    float[] NO_WEIGHTS = {};
    /** Work items of a group for the ways in and out. */
    int PLANES_GROUP = 16;

    /** @throws UnsupportedOperationException that names the operation that there is no kernel for */
    Work pick(Layer layer);

    /** What brings images in, to {@code out} of its places; the array beside the memory holds their planes. */
    default Work wayIn(FeatureMap map) {
        return new Work("in", "", NO_WEIGHTS, map.pixels(), dividing(map.pixels()),
                (graph, id, context, memory, planes, at) -> graph.task(id, Planes::bringIn, context, planes, memory,
                        at.image(), at.out(), at.outStep(), map.pixels(), map.channels()));
    }

    /**
     * What takes a map out, from {@code in} of its places; the array beside the memory takes the planes, from the place of the weights on.
     */
    default Work wayOut(FeatureMap map) {
        int numbers = map.pixels() * map.channels();
        return new Work("out", "", NO_WEIGHTS, numbers, dividing(numbers),
                (graph, id, context, memory, planes, at) -> graph.task(id, Planes::takeOut, context, memory, planes,
                        at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()));
    }

    private static int dividing(int items) {
        int group = PLANES_GROUP;
        while (items % group != 0) {
            group--;
        }
        return group;
    }

    /** By the kind of device alone. As accelerators OpenCL counts FPGAs, and little else. */
    static KernelTable of(TornadoDeviceType type) {
        return switch (type) {
            case GPU -> new GpuKernels();
            case FPGA, ACCELERATOR -> new FpgaKernels();
            default -> new ProcessorKernels();
        };
    }

    /** The same refusal everywhere. */
    static UnsupportedOperationException none(Layer layer) {
        return new UnsupportedOperationException("tornado devices have no kernel for " + layer.node().name() + ": "
                + layer.spec());
    }
}
