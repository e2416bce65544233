package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads an ONNX file into records. */
public final class OnnxReader {
    private OnnxReader() {
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what it holds
     * @throws OnnxException that names the file and what is at fault
     * @throws IOException   when the file can't be read
     */
    public static OnnxModel read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            return model(file.toString(), ModelProto.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new OnnxException(file + " is not an ONNX file: " + e.getMessage(), e);
        }
    }

    private static OnnxModel model(String source, ModelProto proto) throws OnnxException {
        Map<String, Integer> versions = new HashMap<>();
        for (OperatorSetIdProto set : proto.getOpsetImportList()) {
            versions.put(domain(set.getDomain()), (int) set.getVersion());
        }
        GraphProto graph = proto.getGraph();
        Map<String, OnnxTensor> constants = new LinkedHashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            constants.put(tensor.getName(), TensorReader.tensor(source, tensor));
        }
        List<OnnxNode> nodes = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            nodes.add(node(source, node, versions));
        }
        Map<String, String> metadata = new HashMap<>();
        metadata.put("producer", proto.getProducerName());
        proto.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new OnnxModel(source,
                graph.getInputList().stream().filter(v -> !constants.containsKey(v.getName())).map(OnnxReader::port)
                        .toList(),
                graph.getOutputList().stream().map(OnnxReader::port).toList(), nodes, constants, metadata);
    }

    private static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    private static OnnxModel.Port port(ValueInfoProto value) {
        List<OnnxModel.Dimension> dims = null;
        if (value.getType().getTensorType().hasShape()) {
            dims = new ArrayList<>();
            for (TensorShapeProto.Dimension dim : value.getType().getTensorType().getShape().getDimList()) {
                dims.add(dim.hasDimValue() && dim.getDimValue() >= 0
                        ? new OnnxModel.Dimension((int) dim.getDimValue(), "")
                        : new OnnxModel.Dimension(-1, dim.getDimParam()));
            }
        }
        return new OnnxModel.Port(value.getName(), TensorReader.kind(value.getType().getTensorType().getElemType()),
                dims);
    }

    private static OnnxNode node(String source, NodeProto node, Map<String, Integer> versions) throws OnnxException {
        Map<String, Object> attributes = new HashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            attributes.put(attribute.getName(), switch (attribute.getType()) {
                case INT -> attribute.getI();
                case FLOAT -> attribute.getF();
                case STRING -> attribute.getS().toStringUtf8();
                case INTS -> attribute.getIntsList();
                case FLOATS -> attribute.getFloatsList();
                case STRINGS -> attribute.getStringsList().stream().map(s -> s.toStringUtf8()).toList();
                case TENSOR -> TensorReader.tensor(source, attribute.getT());
                default -> throw new OnnxException(source + ": the attribute " + attribute.getName() + " of "
                        + node.getOpType() + " '" + node.getName() + "' is of the type " + attribute.getType()
                        + ", which is not read");
            });
        }
        String domain = domain(node.getDomain());
        String name = !node.getName().isEmpty() || node.getOutputCount() == 0 ? node.getName() : node.getOutput(0);
        return new OnnxNode(name, domain, node.getOpType(), versions.getOrDefault(domain, 1), node.getInputList(),
                node.getOutputList(), attributes);
    }
}
