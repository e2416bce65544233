package io.github.jvig.model;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.List;
import java.util.function.Consumer;

/** A net with its weights, not yet compiled for a device. Immutable. */
public final class Model {
    private final ModelInfo info;
    private final Graph graph;

    Model(ModelInfo info, Graph graph) {
        this.info = info;
        this.graph = graph;
    }

    /** {@return what the model is; its net has the number of classes and the heads that the weights have} */
    public ModelInfo info() {
        return info;
    }

    /** {@return the name of the model} */
    public String name() {
        return info.name();
    }

    /** {@return the number of logits of an image} */
    public int classes() {
        return info.net().classes();
    }

    /** {@return height and width of the input unless the options say otherwise, in pixels} */
    public int size() {
        return info.preprocessing().size();
    }

    /** {@return the strides of the feature maps of {@link Session#features}: pixels of the image along one side for a pixel of the map} */
    public List<Integer> strides() {
        return graph.features().stream().map(graph::stride).toList();
    }

    /** {@return the net as its definition builds it, before any pass} */
    public Graph graph() {
        return graph;
    }

    /**
     * Compiles with the defaults of {@link SessionOptions.Builder}.
     *
     * @return a session to be closed by the caller
     * @see #compile(SessionOptions)
     */
    public Session compile() {
        return compile(SessionOptions.defaults());
    }

    /**
     * Compiles with some options that differ from the defaults: {@code model.compile(options -> options.threads(2).size(256, 256))}.
     *
     * @param changes sets the options that differ
     * @return a session to be closed by the caller
     * @see #compile(SessionOptions)
     */
    public Session compile(Consumer<? super SessionOptions.Builder> changes) {
        SessionOptions.Builder builder = SessionOptions.builder();
        changes.accept(builder);
        return compile(builder.build());
    }

    /**
     * Compiles for a device and an input size: normalization folded, epilogues fused, kernels picked, weights packed. For the device
     * {@code auto} it compiles for each device that may be the fastest, and keeps the one that takes the shortest time for an image. When
     * compiling fails, nothing stays open.
     *
     * @param options of the session
     * @return a session to be closed by the caller
     * @throws IllegalArgumentException      when there is no such device, or the net can't be run at this size, or not with activations of so
     *                                       few bytes
     * @throws UnsupportedOperationException when the device lacks an operation of the net
     */
    public Session compile(SessionOptions options) {
        Graph wanted = options.features() ? graph.withFeatures() : graph;
        Graph fused = Passes.optimize(wanted);
        CompileOptions resolved = new CompileOptions(options.height().orElse(size()), options.width().orElse(size()),
                options.threads(), options.tuningFile(), options.activationBytes());
        DeviceSelector.Selection selection = options.device().equals(SessionOptions.AUTO)
                ? new DeviceSelector().fastest(Devices.candidates(), fused, resolved)
                : DeviceSelector.only(Devices.named(options.device()), fused, resolved);
        return start(selection, options);
    }

    /** A session that owns the selected executable, warmed up as the options say; the executable is closed when that fails. */
    Session start(DeviceSelector.Selection selection, SessionOptions options) {
        boolean started = false;
        try {
            if (options.warmUp() && !selection.isWarm()) {
                WarmUp.run(selection.executable());
            }
            Session session = new Session(info, selection, options.threads(),
                    options.features() ? strides() : List.of());
            started = true;
            return session;
        } finally {
            if (!started) {
                selection.executable().close();
            }
        }
    }
}
