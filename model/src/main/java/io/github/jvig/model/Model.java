package io.github.jvig.model;

import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A net with its weights, not yet compiled for a device. Immutable. */
public final class Model {
    private final ModelInfo info;
    private final GraphSource graphs;

    /** A named net. */
    Model(ModelInfo info, Graph graph) {
        this(info, new NamedGraph(info, graph));
    }

    Model(ModelInfo info, GraphSource graphs) {
        this.info = info;
        this.graphs = graphs;
    }

    /** {@return what the model is; its net has the number of classes and the heads that the weights have} */
    public ModelInfo info() {
        return info;
    }

    /** {@return the name of the model} */
    public String name() {
        return info.name();
    }

    /**
     * The number of logits of an image. Of an ONNX model it is the size of the second axis of the first output, or of its only axis.
     *
     * @return at least 1
     * @throws UnsupportedOperationException when an ONNX model has to be looked at for it, and has operators that can't be run
     */
    public int classes() {
        return info.net().classes();
    }

    /**
     * Height and width of the input unless the options say otherwise, in pixels. Of an ONNX model it is the larger side of the image that its
     * file fixes, else that of its metadata, else 224; a session says both sides.
     *
     * @return at least 1
     */
    public int size() {
        return info.preprocessing().size();
    }

    /** {@return the strides of the feature maps of {@link Session#features}: pixels of the image along one side for a pixel of the map} */
    public List<Integer> strides() {
        return graphs.strides();
    }

    /** {@return names of the inputs, in the order of an ONNX file; {@code input} of a named net} */
    public List<String> inputNames() {
        return graphs.inputNames();
    }

    /** {@return whether it comes from an ONNX file; else it is a named net} */
    public boolean isOnnx() {
        return graphs instanceof OnnxGraphs;
    }

    /**
     * The graph before any pass. A named net has one for all sizes. An ONNX file has another one for each size; this is the one for its own,
     * which is made anew by each call.
     *
     * @return the graph
     * @throws IllegalArgumentException      when an ONNX model has inputs whose shapes are not known
     * @throws UnsupportedOperationException when an ONNX model has operators that can't be run
     * @see #graph(SessionOptions)
     */
    public Graph graph() {
        return graph(SessionOptions.defaults());
    }

    /**
     * The graph, before any pass, that a session with these options would be compiled from.
     *
     * @param options of a session; only size, inputs and features matter
     * @return the graph
     * @throws IllegalArgumentException      when the model can't have these sizes
     * @throws UnsupportedOperationException when an ONNX model has operators that can't be run
     */
    public Graph graph(SessionOptions options) {
        return graphs.at(options).graph();
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
     * @throws UnsupportedOperationException when the device lacks the precision or an operation of the net, or an ONNX model has operators that can't be run; it
     *                                       names them
     */
    public Session compile(SessionOptions options) {
        GraphSource.Sized sized = graphs.at(options);
        Graph fused = Passes.optimize(sized.graph());
        CompileOptions resolved = new CompileOptions(sized.height(), sized.width(), options.threads(),
                options.tuningFile(), options.activationBytes(), options.precision());
        DeviceSelector.Selection selection = options.device().equals(SessionOptions.AUTO)
                ? new DeviceSelector(sized.inputs()).fastest(Devices.candidates(), fused, resolved)
                : DeviceSelector.only(Devices.named(options.device()), fused, resolved);
        return start(selection, options, sized.inputs(), sized.outputs(), sized.rest());
    }

    /** The graph and the sizes that a session with these options would have. */
    GraphSource.Sized sized(SessionOptions options) {
        return graphs.at(options);
    }

    /** As below for a named net. */
    Session start(DeviceSelector.Selection selection, SessionOptions options) {
        return start(selection, options, List.of(), List.of(), Optional.empty());
    }

    /**
     * A session that owns the selected executable, warmed up as the options say; the executable is closed when that fails.
     *
     * @param inputs  empty for the image of a named net
     * @param outputs empty for those of a named net
     * @param rest    computes the outputs; empty where the executable does
     */
    private Session start(DeviceSelector.Selection selection, SessionOptions options, List<TensorInfo> inputs,
            List<TensorInfo> outputs, Optional<GraphSource.Rest> rest) {
        boolean started = false;
        try {
            if (options.warmUp() && !selection.isWarm()) {
                WarmUp.run(selection.executable(), inputs);
            }
            Session session = new Session(info, graphs, selection, options.threads(),
                    options.features() ? strides() : List.of(), inputs, outputs, rest);
            started = true;
            if (options.warmUp()) {
                session.warmUpRest();
            }
            return session;
        } finally {
            if (!started) {
                selection.executable().close();
            }
        }
    }
}
