package io.github.jvig.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.github.jvig.kernels.MapLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts an ONNX model together; knows the format and nothing of nets. */
final class ModelBuilder {
    /** The first set of operators with Gelu. */
    private static final int OPSET = 20;
    /** The file format's version that came with it. */
    private static final int IR_VERSION = 9;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("jvig");
    private final Set<String> tensors = new HashSet<>();
    private final Set<String> values = new HashSet<>();

    /** A node that may still get attributes. */
    static final class NodeBuilder {
        private final NodeProto.Builder node;

        private NodeBuilder(NodeProto.Builder node) {
            this.node = node;
        }

        NodeBuilder with(String name, long value) {
            node.addAttribute(
                    AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value));
            return this;
        }

        NodeBuilder with(String name, float value) {
            node.addAttribute(
                    AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOAT).setF(value));
            return this;
        }

        NodeBuilder with(String name, String value) {
            node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(value)));
            return this;
        }

        NodeBuilder with(String name, int... values) {
            node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS)
                    .addAllInts(Arrays.stream(values).asLongStream().boxed().toList()));
            return this;
        }

        NodeBuilder with(String name, GraphProto body) {
            node.addAttribute(
                    AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.GRAPH).setG(body));
            return this;
        }
    }

    /** Adds a node of one output, which names the node too. */
    NodeBuilder node(String operator, List<String> inputs, String output) {
        return node(operator, inputs, List.of(output));
    }

    /** Adds a node of several outputs, of which the first names the node. */
    NodeBuilder node(String operator, List<String> inputs, List<String> outputs) {
        for (String output : outputs) {
            if (!values.add(output)) {
                throw new IllegalStateException("two nodes make '" + output + "'");
            }
        }
        return new NodeBuilder(graph.addNodeBuilder().setName(outputs.getFirst()).setOpType(operator)
                .addAllInput(inputs).addAllOutput(outputs));
    }

    /** Whether a node makes this value. */
    boolean has(String value) {
        return values.contains(value);
    }

    /** Adds a constant and gives its name. */
    String tensor(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, TensorProto.DataType.FLOAT, bytes, shape);
    }

    /** A constant without dimensions. */
    String scalar(String name, float value) {
        return tensor(name, new float[]{value});
    }

    /** A list of integers, as Slice takes its bounds, a reduction its axes, and Reshape its shape. */
    String indices(long... values) {
        return namedIndices(
                Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining(",", "index:", "")), values);
    }

    /** A long list of integers, which needs a name. */
    String namedIndices(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return tensor(name, TensorProto.DataType.INT64, bytes, values.length);
    }

    private String tensor(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        if (tensors.add(name)) {
            // The bytes are handed over, not copied: nothing else holds them.
            ByteString data = UnsafeByteOperations.unsafeWrap(bytes.array());
            graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(type.getNumber())
                    .addAllDims(Arrays.stream(shape).boxed().toList()).setRawData(data));
        }
        return name;
    }

    /**
     * The model.
     *
     * @param input   shape of an image
     * @param classes length of the output
     */
    ModelProto build(MapLayout input, int classes) {
        graph.addInput(value(OnnxExport.INPUT, input.channels(), input.height(), input.width()));
        graph.addOutput(value(OnnxExport.OUTPUT, classes));
        return ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("JViG")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET)).setGraph(graph)
                .build();
    }

    /**
     * What is here as the body of a node, which may read the values of the graph around it as well. Names are unique over both.
     *
     * @param inputs  floats, of the shapes that the node gives
     * @param outputs floats
     */
    GraphProto body(String name, List<String> inputs, List<String> outputs) {
        inputs.forEach(input -> graph.addInput(value(input, floats())));
        outputs.forEach(output -> graph.addOutput(value(output, floats())));
        return graph.setName(name).build();
    }

    /** A value whose first dimension, the batch, is free. */
    private static ValueInfoProto value(String name, int... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam("batch");
        for (int dimension : dimensions) {
            shape.addDimBuilder().setDimValue(dimension);
        }
        return value(name, floats().setShape(shape));
    }

    private static TypeProto.Tensor.Builder floats() {
        return TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber());
    }

    private static ValueInfoProto value(String name, TypeProto.Tensor.Builder type) {
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(type)).build();
    }
}
