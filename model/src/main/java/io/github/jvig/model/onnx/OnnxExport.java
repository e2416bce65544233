package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a net as an ONNX file: one input {@value #INPUT}, {@code float32[batch][channels][height][width]}, and one output
 * {@value #OUTPUT}, {@code float32[batch][classes]}; the batch is free, height and width are fixed, since the neighbors in Sparse Vision
 * Graph Attention depend on them.
 *
 * <p>The file holds what a runtime needs to be fast and nothing that it would have to undo: normalization, layer scales and twin heads are
 * folded into the weights, in double; GELU is the operator of that name; layers on pooled maps are matrix products. Sums, activations and
 * everything else stay apart, for the runtime to fuse in its own way.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the operators</a>
 */
public final class OnnxExport {
    /** Name of the input. */
    public static final String INPUT = "input";
    /** Name of the output. */
    public static final String OUTPUT = "logits";

    /** A protobuf message is smaller than 2 GiB. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

    private OnnxExport() {
    }

    /**
     * Writes a graph. The file appears whole or not at all, and replaces an existing one.
     *
     * @param graph  before or after its passes, with one output on a pooled map
     * @param height rows of the input, in pixels
     * @param width  columns of the input, in pixels
     * @param target the file to write
     * @throws IllegalArgumentException      when the graph has several outputs or can't be run at this size
     * @throws UnsupportedOperationException when the graph has a layer that is not written, or more weights than the format takes; or when
     *                                       a library that this needs is missing, or a module of Java's that the library needs
     * @throws IOException                   that names the file when it can't be written; an existing file stays as it was
     */
    public static void write(Graph graph, int height, int width, Path target) throws IOException {
        try {
            writeFile(graph, height, width, target);
        } catch (NoClassDefFoundError e) {
            throw OnnxLibraries.missing("ONNX files can't be written", "export", e);
        }
    }

    private static void writeFile(Graph graph, int height, int width, Path target) throws IOException {
        ModelProto model = model(graph, height, width);
        WholeFile.write(target, model::writeTo);
    }

    /** The content of the file. */
    static ModelProto model(Graph graph, int height, int width) {
        if (graph.outputs().size() != 1) {
            throw new IllegalArgumentException(
                    "a graph of " + graph.outputs().size() + " outputs can't be written as ONNX, only one of one");
        }
        if (graph.parameters() > MAX_BYTES / Float.BYTES) {
            throw new UnsupportedOperationException(
                    "a net of " + graph.parameters() + " parameters is larger than one ONNX file can be");
        }
        return new GraphWriter(graph, height, width).model();
    }
}
