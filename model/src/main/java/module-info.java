/**
 * Mobile vision nets from their authors' own checkpoints: weights, nets, graph passes, devices and images.
 */
@SuppressWarnings("module") // The command's module is compiled later.
module io.github.jvig.model {
    requires transitive io.github.jvig.kernels;
    requires transitive java.desktop;
    requires com.fasterxml.jackson.core;
    requires java.net.http;
    requires java.management;
    requires jdk.management;
    // For ONNX files alone; model/README.md tells how an application brings them.
    requires static org.tribuo.util.onnx;
    requires static com.google.protobuf;

    exports io.github.jvig.model;
    exports io.github.jvig.model.image;
    exports io.github.jvig.model.vision;
    exports io.github.jvig.model.weights;
    exports io.github.jvig.model.nets;
    exports io.github.jvig.model.graph;
    exports io.github.jvig.model.device;
    exports io.github.jvig.model.lowering;
    exports io.github.jvig.model.hub;
    exports io.github.jvig.model.onnx;

    // The command needs what writes files whole, messages, and what the JVM tells.
    exports io.github.jvig.model.files to io.github.jvig.cli;
    exports io.github.jvig.model.text to io.github.jvig.cli;
    exports io.github.jvig.model.jvm to io.github.jvig.cli;

    uses io.github.jvig.model.ModelProvider;
    uses io.github.jvig.model.device.DeviceProvider;
}
