package io.github.jvig.tornado.tasks;

import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.KernelTable;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.tornado.kernels.LayoutTransform;
import java.util.Optional;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** The kernels of one kind of device: a table of rows that make {@link KernelLaunch}es, and the upload and download kernels. */
interface DeviceKernels {
    float[] NO_WEIGHTS = {};
    /** Maximum work-group size of uploads and downloads. */
    int TRANSFORM_GROUP = 16;

    /** All kernels for this kind of device. */
    KernelTable<KernelLaunch> table();

    /**
     * The kernel that the table chooses for an operation of a net.
     *
     * @throws UnsupportedOperationException if the table has no row for it; the message names the node
     */
    default KernelLaunch pick(LoweredOp op) {
        try {
            return table().kernel(op.spec(), op.weights(), op.biases());
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedOperationException(
                    "tornado devices have no kernel for " + op.node().name() + ": " + op.spec(), e);
        }
    }

    /**
     * The kernel for an operation that reads nothing but the image, from its planes.
     *
     * @return empty if there is none; then the image has to be written into the memory
     */
    default Optional<KernelLaunch> pickForImages(LoweredOp op) {
        return op.spec() instanceof Conv2d conv && conv.inputs().size() == 1 && isNarrow(conv)
                ? imageConv(conv, op.weights(), op.biases())
                : Optional.empty();
    }

    /** The kernel for a convolution without a residual that reads planes; empty if there is none. */
    default Optional<KernelLaunch> imageConv(Conv2d spec, float[] weight, float[] bias) {
        return Optional.empty();
    }

    /** A row whose launches carry its kernel id and a description of what the kernel is for. */
    static <S extends Spec> KernelRow<S, KernelLaunch> row(Class<S> spec, String kernel, String words,
            KernelRow.Factory<S, KernelLaunch> factory) {
        return KernelRow.of(spec, kernel, (s, weight, bias) -> factory.make(s, weight, bias).named(kernel, words));
    }

    /**
     * A row for maps with no more padding than there must be. Most kernels derive the layout of their maps and weights from the channels, and
     * would give wrong results for wider pixels. No net has any, so they are refused.
     */
    static <S extends Spec> KernelRow<S, KernelLaunch> narrow(KernelRow<S, KernelLaunch> row) {
        return row.supporting("no more padding than needed", DeviceKernels::isNarrow);
    }

    private static boolean isNarrow(Spec spec) {
        return Stream.concat(spec.inputs().stream(), Stream.of(spec.out())).allMatch(
                map -> map.stride() == map.channels() || map.stride() == MapLayout.padded(map.channels()));
    }

    /** Number of 16-channel vectors per pixel of a map. */
    static int vectors(MapLayout map) {
        return map.stride() / MapLayout.CHANNEL_ALIGNMENT;
    }

    /** The kernel that writes images into the map at {@code out}; its second array holds the planes of the images. */
    default KernelLaunch upload(MapLayout map) {
        return grouped("upload", map.pixels(),
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::upload, context, planes,
                        memory,
                        at.image(), at.out(), at.outStep(), map.pixels(), map.channels()));
    }

    /** The kernel that reads the map at {@code in}; its second array receives the planes, starting at the weight offset. */
    default KernelLaunch download(MapLayout map) {
        int numbers = map.pixels() * map.channels();
        return grouped("download", numbers,
                (graph, id, context, memory, planes, at) -> graph.task(id, LayoutTransform::download, context, memory,
                        planes,
                        at.image(), at.in(), at.inStep(), at.weight(), map.pixels(), map.channels()));
    }

    /** With the largest work-group size, up to the maximum, that divides the number of work items. */
    private static KernelLaunch grouped(String kernel, int items, KernelLaunch.Task task) {
        int group = TRANSFORM_GROUP;
        while (items % group != 0) {
            group--;
        }
        return KernelLaunch.of(NO_WEIGHTS, new KernelLaunch.Phase("", items, group, task)).named(kernel, "");
    }

    /** Weights behind a number. */
    static float[] prepend(float first, float[] rest) {
        float[] all = new float[1 + rest.length];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /**
     * Chooses by the type of the device only. The OpenCL type "accelerator" means an FPGA in practice.
     *
     * @param precision   half is for GPUs only
     * @param tensorCores whether half precision uses them
     */
    static DeviceKernels of(TornadoDeviceType type, Precision precision, boolean tensorCores) {
        return switch (type) {
            case GPU -> new GpuKernels(precision, tensorCores);
            case FPGA, ACCELERATOR -> new FpgaKernels();
            default -> new ProcessorKernels();
        };
    }
}
