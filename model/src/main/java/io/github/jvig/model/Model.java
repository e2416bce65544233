package io.github.jvig.model;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Devices;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.nets.Net;

/** A net with its weights, not yet compiled for a device. Immutable. */
public final class Model {
    private final String name;
    private final Net net;
    private final int size;
    private final Graph graph;

    Model(String name, Net net, int size, Graph graph) {
        this.name = name;
        this.net = net;
        this.size = size;
        this.graph = graph;
    }

    public String name() {
        return name;
    }

    /** Number of logits. */
    public int classes() {
        return net.classes();
    }

    /** Height and width of the input unless the options say otherwise, in pixels. */
    public int size() {
        return size;
    }

    /** The net as its definition builds it, before any pass. */
    public Graph graph() {
        return graph;
    }

    /**
     * Compiles for a device and an input size: normalisation folded, epilogues fused, kernels picked, weights packed.
     *
     * @throws IllegalArgumentException when there is no such device, or the net can't be run at this size
     */
    public Session compile(Options options) {
        int height = options.height() == 0 ? size : options.height();
        int width = options.width() == 0 ? size : options.width();
        Executable executable = Devices.named(options.device()).compile(Passes.optimise(graph),
                new CompileOptions(height, width, options.threads(), options.tuning()));
        if (options.warmUp()) {
            WarmUp.run(executable);
        }
        return new Session(name, classes(), executable);
    }

    /** With the defaults. */
    public Session compile() {
        return compile(Options.defaults());
    }
}
