package io.github.jvig.model;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.List;

/** A net with its weights, not yet compiled for a device. Immutable. */
public final class Model {
    private final ModelInfo info;
    private final Graph graph;

    Model(ModelInfo info, Graph graph) {
        this.info = info;
        this.graph = graph;
    }

    /** What the net is, fitted to its weights. */
    public ModelInfo info() {
        return info;
    }

    public String name() {
        return info.name();
    }

    /** Number of logits. */
    public int classes() {
        return info.net().classes();
    }

    /** Height and width of the input unless the options say otherwise, in pixels. */
    public int size() {
        return info.size();
    }

    /** Strides of the feature maps, as {@link Session#features} gives them. */
    public List<Integer> strides() {
        return graph.features().stream().map(graph::stride).toList();
    }

    /** The net as its definition builds it, before any pass. */
    public Graph graph() {
        return graph;
    }

    /**
     * Compiles for a device and an input size: normalization folded, epilogues fused, kernels picked, weights packed. For the device
     * {@code auto} it compiles for each that is there, and keeps the one on which an image takes the least.
     *
     * @throws IllegalArgumentException when there is no such device, or the net can't be run at this size
     */
    public Session compile(Options options) {
        int height = options.height() == 0 ? size() : options.height();
        int width = options.width() == 0 ? size() : options.width();
        Graph wanted = options.features() ? graph.withFeatures() : graph;
        Graph fused = Passes.optimize(wanted);
        var compile = new CompileOptions(height, width, options.threads(), options.tuning());
        DeviceSelector.Selection found = options.device().equals(Options.AUTO)
                ? new DeviceSelector().fastest(Devices.candidates(), fused, compile)
                : DeviceSelector.only(Devices.named(options.device()), fused, compile);
        if (options.warmUp() && !found.isWarm()) {
            WarmUp.run(found.executable());
        }
        return new Session(info, found, options.features() ? strides() : List.of());
    }

    /** With the defaults. */
    public Session compile() {
        return compile(Options.defaults());
    }
}
