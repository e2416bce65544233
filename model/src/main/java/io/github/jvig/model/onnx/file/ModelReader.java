package io.github.jvig.model.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.jvig.model.text.MessageText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From the messages of one ONNX file to records. Functions are put in the places where they are called; names become unique. */
final class ModelReader {
    private static final int OLDEST_IR = 3;
    private static final int NEWEST_IR = 14;
    /** Nodes of functions' bodies at most, since functions that call functions multiply. */
    private static final int MAX_CALLED_NODES = 1 << 18;
    private static final int MAX_DEPTH = 64;

    private final String source;
    private final ModelProto proto;
    private final TensorReader tensors;
    private final Map<TensorProto, OnnxTensor> read = new IdentityHashMap<>();
    private final Map<List<String>, FunctionProto> functions = new HashMap<>();
    private int depth;
    private int called;

    ModelReader(String source, ModelProto proto, ExternalData external) {
        this.source = source;
        this.proto = proto;
        this.tensors = new TensorReader(source, external);
    }

    OnnxModel model() throws OnnxException {
        if (proto.getIrVersion() == 0 || !proto.hasGraph()) {
            throw fault("is not an ONNX file: it holds no graph or does not say its version");
        }
        if (proto.getIrVersion() < OLDEST_IR || proto.getIrVersion() > NEWEST_IR) {
            throw fault("is of version " + proto.getIrVersion() + " of ONNX's file format, but " + OLDEST_IR + " to "
                    + NEWEST_IR + " are read: export it again with another version of onnx");
        }
        Map<String, Integer> versions = versions(proto.getOpsetImportList());
        if (!versions.containsKey("")) {
            throw fault("does not say which version of ONNX's operators it uses");
        }
        for (FunctionProto function : proto.getFunctionsList()) {
            List<String> key = List.of(domain(function.getDomain()), function.getName(), function.getOverload());
            if (functions.put(key, function) != null) {
                throw fault("has the function " + MessageText.quote(function.getName()) + " twice");
            }
        }
        Scope scope = Scope.model(versions);
        GraphProto graph = proto.getGraph();
        Map<String, OnnxTensor> constants = constants(graph, scope);
        List<OnnxModel.Port> inputs = new ArrayList<>();
        for (ValueInfoProto value : graph.getInputList()) {
            // A constant that is listed as an input has its value by default.
            if (!constants.containsKey(value.getName())) {
                define(scope, value.getName());
                inputs.add(port("input", value));
            }
        }
        List<OnnxNode> nodes = nodes(graph.getNodeList(), scope);
        List<OnnxModel.Port> outputs = new ArrayList<>();
        for (ValueInfoProto value : graph.getOutputList()) {
            outputs.add(port("output", value));
        }
        checkReads(inputs, outputs, nodes, constants);
        return new OnnxModel(source, inputs, outputs, nodes, constants, metadata());
    }

    private OnnxException fault(String what) {
        return new OnnxException(source + " " + what);
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new HashMap<>();
        if (!proto.getProducerName().isEmpty()) {
            metadata.put("producer", proto.getProducerName());
        }
        proto.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return metadata;
    }

    private static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    private Map<String, Integer> versions(List<OperatorSetIdProto> sets) throws OnnxException {
        Map<String, Integer> versions = new HashMap<>();
        for (OperatorSetIdProto set : sets) {
            long version = set.getVersion();
            if (domain(set.getDomain()).isEmpty()
                    && (version < OnnxReader.OLDEST_OPSET || version > OnnxReader.NEWEST_OPSET)) {
                throw fault("uses version " + version + " of ONNX's operators, but " + OnnxReader.OLDEST_OPSET + " to "
                        + OnnxReader.NEWEST_OPSET + " are read: export it again with opset_version=18"
                        + ", or convert it with onnx.version_converter");
            }
            versions.put(domain(set.getDomain()), Math.clamp(version, 0, Integer.MAX_VALUE));
        }
        return versions;
    }

    private void checkReads(List<OnnxModel.Port> inputs, List<OnnxModel.Port> outputs, List<OnnxNode> nodes,
            Map<String, OnnxTensor> constants) throws OnnxException {
        Set<String> known = new HashSet<>(constants.keySet());
        inputs.forEach(port -> known.add(port.name()));
        for (OnnxNode node : nodes) {
            for (String name : node.reads()) {
                if (!known.contains(name)) {
                    throw new OnnxException(
                            source + ": " + node + " reads " + MessageText.quote(name) + ", which nothing computes");
                }
            }
            known.addAll(node.outputs());
        }
        if (outputs.isEmpty()) {
            throw fault("has no output");
        }
        for (OnnxModel.Port port : outputs) {
            if (port.name().isEmpty() || !known.contains(port.name())) {
                throw fault("has the output " + MessageText.quote(port.name()) + ", which nothing computes");
            }
        }
    }

    private void define(Scope scope, String name) throws OnnxException {
        if (name.isEmpty() || !scope.define(name)) {
            throw fault(name.isEmpty()
                    ? "has an input or a constant without a name"
                    : "has two values of the name " + MessageText.quote(name));
        }
    }

    private OnnxModel.Port port(String what, ValueInfoProto value) throws OnnxException {
        String name = what + " " + MessageText.quote(value.getName());
        TypeProto type = value.getType();
        boolean typed = value.hasType() && type.getValueCase() != TypeProto.ValueCase.VALUE_NOT_SET;
        if (typed && !type.hasTensorType() || !typed && what.equals("input")) {
            throw fault("has the " + name + " of the type "
                    + (typed ? type.getValueCase() : "none") + ", but only tensors are read");
        }
        TypeProto.Tensor tensor = type.getTensorType();
        OnnxTensor.Kind kind = TensorReader.kind(tensor.getElemType());
        if (kind == null && typed && (what.equals("input") || tensor.getElemType() != 0)) {
            throw fault("has the " + name + " of elements " + TensorReader.typeName(tensor.getElemType())
                    + ", which are not read");
        }
        if (!tensor.hasShape()) {
            return new OnnxModel.Port(value.getName(), kind, null);
        }
        List<OnnxModel.Dimension> dims = new ArrayList<>();
        for (TensorShapeProto.Dimension dim : tensor.getShape().getDimList()) {
            if (dim.getDimValue() > Integer.MAX_VALUE) {
                throw fault("has the " + name + " with an axis of " + dim.getDimValue());
            }
            dims.add(dim.hasDimValue() && dim.getDimValue() >= 0
                    ? new OnnxModel.Dimension((int) dim.getDimValue(), "")
                    : new OnnxModel.Dimension(-1, dim.getDimParam()));
        }
        return new OnnxModel.Port(value.getName(), kind, dims);
    }

    private Map<String, OnnxTensor> constants(GraphProto graph, Scope scope) throws OnnxException {
        Map<String, OnnxTensor> constants = new LinkedHashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            define(scope, tensor.getName());
            constants.put(scope.resolve(tensor.getName()), tensor(tensor));
        }
        for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
            define(scope, tensor.getValues().getName());
            constants.put(scope.resolve(tensor.getValues().getName()), tensors.dense(tensor));
        }
        return constants;
    }

    /** A tensor; one that a function's body has is read once, however often the function is called. */
    private OnnxTensor tensor(TensorProto tensor) throws OnnxException {
        OnnxTensor known = read.get(tensor);
        if (known == null) {
            known = tensors.tensor(tensor);
            read.put(tensor, known);
        }
        return known;
    }

    private List<OnnxNode> nodes(List<NodeProto> protos, Scope scope) throws OnnxException {
        defineOutputs(protos, scope);
        List<OnnxNode> nodes = new ArrayList<>();
        for (NodeProto node : protos) {
            node(node, scope, nodes);
        }
        return NodeOrder.of(source, nodes);
    }

    private void defineOutputs(List<NodeProto> protos, Scope scope) throws OnnxException {
        for (NodeProto node : protos) {
            for (String output : node.getOutputList()) {
                if (!output.isEmpty()) {
                    define(scope, output);
                }
            }
        }
    }

    private void node(NodeProto node, Scope scope, List<OnnxNode> nodes) throws OnnxException {
        String domain = domain(node.getDomain());
        String own = !node.getName().isEmpty() || node.getOutputCount() == 0 ? node.getName() : node.getOutput(0);
        String name = scope.prefix() + own;
        List<String> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            String value = scope.resolve(input);
            if (value == null) {
                throw new OnnxException(source + ": " + MessageText.plain(node.getOpType()) + " "
                        + MessageText.quote(name) + " reads " + MessageText.quote(input) + ", which nothing computes");
            }
            inputs.add(value);
        }
        OnnxNode made = new OnnxNode(name, domain, node.getOpType(), scope.version(domain), inputs,
                scope.resolve(node.getOutputList()), attributes(node, scope, name));
        FunctionProto function = functions.get(List.of(domain, node.getOpType(), node.getOverload()));
        if (function != null) {
            call(function, made, scope, nodes);
        } else {
            nodes.add(made);
        }
        if (depth > 0 && ++called > MAX_CALLED_NODES) {
            throw fault("calls functions of more than " + MAX_CALLED_NODES + " operators in all");
        }
    }

    /** Puts a function's body in the place of a call. */
    private void call(FunctionProto function, OnnxNode call, Scope caller, List<OnnxNode> nodes) throws OnnxException {
        if (++depth > MAX_DEPTH) {
            throw fault("has functions that call each other without end, or deeper than " + MAX_DEPTH + ": "
                    + MessageText.quote(function.getName()));
        }
        if (call.inputs().size() > function.getInputCount() || call.outputs().size() > function.getOutputCount()) {
            throw new OnnxException(source + ": " + call + " has more inputs or outputs than the function");
        }
        Map<String, Object> arguments = new HashMap<>();
        for (AttributeProto attribute : function.getAttributeProtoList()) {
            arguments.put(attribute.getName(), value(attribute, caller, call.name()));
        }
        arguments.putAll(call.attributes());
        Scope scope = caller.called(call.name(), versions(function.getOpsetImportList()), arguments);
        for (int i = 0; i < function.getInputCount(); i++) {
            scope.bind(function.getInput(i), call.has(i) ? call.inputs().get(i) : "");
        }
        for (int i = 0; i < function.getOutputCount(); i++) {
            String value = i < call.outputs().size() ? call.outputs().get(i) : "";
            String output = function.getOutput(i);
            if (!scope.knows(output)) {
                scope.promise(output, value);
            } else if (!value.isEmpty()) {
                // The function gives what it was given, or one value twice.
                nodes.add(new OnnxNode(value, "", "Identity", caller.version(""), List.of(scope.resolve(output)),
                        List.of(value), Map.of()));
            }
        }
        defineOutputs(function.getNodeList(), scope);
        if (!scope.promised().isEmpty()) {
            throw fault("has the function " + MessageText.quote(function.getName()) + ", in which nothing computes "
                    + MessageText.quote(scope.promised().iterator().next()));
        }
        for (NodeProto node : function.getNodeList()) {
            node(node, scope, nodes);
        }
        depth--;
    }

    private Map<String, Object> attributes(NodeProto node, Scope scope, String name) throws OnnxException {
        Map<String, Object> attributes = new HashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            Object value;
            if (attribute.getRefAttrName().isEmpty()) {
                value = value(attribute, scope, name);
            } else {
                // An attribute of the function around the node. Where the call does not give it, the node does not have it.
                value = scope.arguments().get(attribute.getRefAttrName());
            }
            if (value != null && attributes.put(attribute.getName(), value) != null) {
                throw fault("has the attribute " + MessageText.quote(attribute.getName()) + " twice in "
                        + MessageText.plain(node.getOpType()) + " " + MessageText.quote(name));
            }
        }
        return attributes;
    }

    private Object value(AttributeProto attribute, Scope scope, String operator) throws OnnxException {
        return switch (attribute.getType()) {
            case INT -> attribute.getI();
            case FLOAT -> attribute.getF();
            case STRING -> attribute.getS().toStringUtf8();
            case INTS -> List.copyOf(attribute.getIntsList());
            case FLOATS -> List.copyOf(attribute.getFloatsList());
            case STRINGS -> attribute.getStringsList().stream().map(s -> s.toStringUtf8()).toList();
            case TENSOR -> tensor(attribute.getT());
            case SPARSE_TENSOR -> tensors.dense(attribute.getSparseTensor());
            case GRAPH -> graph(attribute.getG(), scope.inside(operator));
            default -> throw fault("has the attribute " + MessageText.quote(attribute.getName()) + " of "
                    + MessageText.quote(operator) + " of the type " + attribute.getType() + ", which is not read");
        };
    }

    private OnnxGraph graph(GraphProto graph, Scope scope) throws OnnxException {
        Map<String, OnnxTensor> constants = constants(graph, scope);
        List<String> inputs = new ArrayList<>();
        for (ValueInfoProto input : graph.getInputList()) {
            if (!scope.knows(input.getName())) {
                define(scope, input.getName());
            }
            inputs.add(scope.resolve(input.getName()));
        }
        List<OnnxNode> nodes = nodes(graph.getNodeList(), scope);
        List<String> outputs = new ArrayList<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            String value = scope.resolve(output.getName());
            if (value == null || value.isEmpty()) {
                throw fault("has a graph inside " + MessageText.quote(scope.prefix()) + " with the output "
                        + MessageText.quote(output.getName()) + ", which nothing computes");
            }
            outputs.add(value);
        }
        return new OnnxGraph(inputs, outputs, nodes, constants);
    }
}
