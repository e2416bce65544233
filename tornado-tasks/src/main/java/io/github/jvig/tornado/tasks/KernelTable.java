package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.LayoutTransform;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** Which kernel computes a layer on one kind of device. */
interface KernelTable {
    float[] NO_WEIGHTS = {};
    /** Work items of a group for the ways in and out. */
    int TRANSFORM_GROUP = 16;

    /** @throws UnsupportedOperationException that names the operation that there is no kernel for */
    KernelLaunch pick(LoweredOp layer);

    /** What brings images in, to {@code out} of its places; the array beside the memory holds their planes. */
    default KernelLaunch upload(MapLayout map) {
        return new KernelLaunch("in", "", NO_WEIGHTS, map.pixels(), dividing(map.pixels()),
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::upload, context, planes, memory,
                        at.image(), at.out(), at.outStep(), map.pixels(), map.channels()));
    }

    /**
     * What takes a map out, from {@code in} of its places; the array beside the memory takes the planes, from the place of the weights on.
     */
    default KernelLaunch download(MapLayout map) {
        int numbers = map.pixels() * map.channels();
        return new KernelLaunch("out", "", NO_WEIGHTS, numbers, dividing(numbers),
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::download, context, memory, planes,
                        at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()));
    }

    private static int dividing(int items) {
        int group = TRANSFORM_GROUP;
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
    static UnsupportedOperationException none(LoweredOp layer) {
        return new UnsupportedOperationException("tornado devices have no kernel for " + layer.node().name() + ": "
                + layer.spec());
    }
}
