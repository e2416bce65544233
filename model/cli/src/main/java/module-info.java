/**
 * The {@code jvig} command. Apart from the library, which needs no argument parser, no progress bar and no ONNX classes.
 *
 * <p>On a module path it starts without further options:
 * {@code java -p jvig-cli.jar:jvig-model.jar:... -m io.github.jvig.cli/io.github.jvig.cli.Main models}.
 */
module io.github.jvig.cli {
    requires io.github.jvig.model;
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires java.management;
    requires jdk.management;
    // Not used here, but a module that is only optional elsewhere would else not be in the graph: for the fast kernels.
    requires jdk.incubator.vector;
    // And for the ONNX export.
    requires org.tribuo.util.onnx;
    requires com.google.protobuf;

    opens io.github.jvig.cli to info.picocli;
}
