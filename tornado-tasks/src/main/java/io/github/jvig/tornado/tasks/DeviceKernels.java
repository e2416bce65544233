package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.LayoutTransform;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** The kernels of one kind of device: a table of rows that make {@link KernelLaunch}es, and the ways in and out. */
interface DeviceKernels {
    float[] NO_WEIGHTS = {};
    /** Work items of a group for the ways in and out. */
    int TRANSFORM_GROUP = 16;

    /** Every kernel that this kind of device has. */
    KernelTable<KernelLaunch> table();

    /**
     * The table's choice for an operation of a net.
     *
     * @throws UnsupportedOperationException that names the node when the table has no row for it
     */
    default KernelLaunch pick(LoweredOp op) {
        try {
            return table().kernel(op.spec(), op.weights(), op.biases());
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedOperationException(
                    "tornado devices have no kernel for " + op.node().name() + ": " + op.spec(), e);
        }
    }

    /** A row whose launches carry its id, and in words what it is for. */
    static <S extends Spec> KernelRow<S, KernelLaunch> row(Class<S> spec, String kernel, String words,
            KernelRow.Factory<S, KernelLaunch> factory) {
        return KernelRow.of(spec, kernel, (s, weight, bias) -> factory.make(s, weight, bias).named(kernel, words));
    }

    /** Vectors of sixteen channels in a pixel of a map. */
    static int vectors(MapLayout map) {
        return map.stride() / MapLayout.CHANNEL_ALIGNMENT;
    }

    /** What brings images in, to {@code out} of its places; the array beside the memory holds their planes. */
    default KernelLaunch upload(MapLayout map) {
        return new KernelLaunch("in", "", NO_WEIGHTS, map.pixels(), dividing(map.pixels()),
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::upload, context, planes,
                        memory,
                        at.image(), at.out(), at.outStep(), map.pixels(), map.channels()));
    }

    /**
     * What takes a map out, from {@code in} of its places; the array beside the memory takes the planes, from the place of the weights on.
     */
    default KernelLaunch download(MapLayout map) {
        int numbers = map.pixels() * map.channels();
        return new KernelLaunch("out", "", NO_WEIGHTS, numbers, dividing(numbers),
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::download, context, memory,
                        planes,
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
    static DeviceKernels of(TornadoDeviceType type) {
        return switch (type) {
            case GPU -> new GpuKernels();
            case FPGA, ACCELERATOR -> new FpgaKernels();
            default -> new ProcessorKernels();
        };
    }
}
