package io.github.jvig.model.onnx.lowering;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.cpu.KernelStore;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * One of the ONNX project's own tests of operators, as {@code node_tests.py} packs them.
 *
 * @param name     of the test
 * @param operator that it is about
 * @param rtol     part of an expected value that a result may be off
 * @param atol     absolute amount on top of it
 * @param model    the file
 * @param inputs   in the graph's order
 * @param outputs  that are expected, in the graph's order
 */
record NodeCase(String name, String operator, float rtol, float atol, byte[] model, List<byte[]> inputs,
        List<byte[]> outputs) {
    /** Whole numbers up to here are floats exactly. */
    private static final long EXACT = 1 << 24;
    /** The operator sets that are read. Tests of others run as of the nearest: what they differ in is mostly more element types. */
    private static final long OLDEST = 7;
    private static final long NEWEST = 26;
    /** Tests that ONNX Runtime fails too. */
    private static final Set<String> OTHERWISE = Set.of("test_resize_downsample_scales_cubic_align_corners",
            "test_resize_downsample_scales_linear_align_corners");

    private static final ValueInfoProto UNREAD = ValueInfoProto.newBuilder().setName("unread")
            .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                    .setElemType(TensorProto.DataType.FLOAT_VALUE)
                    .setShape(TensorShapeProto.newBuilder()
                            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1)))))
            .build();

    /** Which inputs are known when the net is compiled. */
    enum Known {
        /** None. */
        NONE,
        /** Whole numbers and truth values behind the first input. */
        INTEGERS,
        /** All behind the first. */
        OTHERS,
        /** All; the net has one more input, which nothing reads. */
        ALL
    }

    /** A result that is wrong. */
    static final class Wrong extends AssertionError {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }

    static List<NodeCase> all() throws IOException {
        return all("node_tests.gz");
    }

    static List<NodeCase> all(String resource) throws IOException {
        List<NodeCase> cases = new ArrayList<>();
        try (InputStream file = NodeCase.class.getResourceAsStream(resource);
                DataInputStream in = new DataInputStream(new GZIPInputStream(file, 1 << 16))) {
            while (true) {
                int length = in.read();
                if (length < 0) {
                    return cases;
                }
                byte[] name = in.readNBytes(length << 8 | in.read());
                byte[] operator = in.readNBytes(in.readUnsignedShort());
                cases.add(
                        new NodeCase(new String(name), new String(operator), in.readFloat(), in.readFloat(), block(in),
                                blocks(in), blocks(in)));
            }
        }
    }

    private static byte[] block(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static List<byte[]> blocks(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(block(in));
        }
        return blocks;
    }

    /**
     * Runs it with each choice of what is known.
     *
     * @return null if it passes with one, else why the last was refused
     * @throws Wrong when any gives a wrong result
     */
    String run(CpuDevice device, Path folder) throws IOException {
        if (OTHERWISE.contains(name)) {
            return "corners are those of the result's size in whole pixels, as in ONNX Runtime";
        }
        String refused = null;
        boolean passed = false;
        for (Known known : Known.values()) {
            try {
                run(device, folder, known);
                passed = true;
            } catch (OnnxException | UnsupportedOperationException e) {
                refused = reason(e.getMessage());
            }
        }
        return passed ? null : refused;
    }

    /** What a message says without the file, numbers of operators and the first operator's name. */
    private static String reason(String message) {
        return message.replaceFirst("^\\S*test.onnx:? ", "").replaceFirst("^\\d+ operators? can't be run: ", "")
                .replaceFirst(" '[^']*'", "").replaceFirst(";.*", "");
    }

    private void run(CpuDevice device, Path folder, Known known) throws IOException {
        ModelProto proto = ModelProto.parseFrom(model);
        ModelProto.Builder builder = proto.toBuilder();
        builder.getOpsetImportBuilderList()
                .forEach(set -> set.setVersion(Math.clamp(set.getVersion(), OLDEST, NEWEST)));
        List<OnnxTensor> given = new ArrayList<>();
        List<TensorProto> tensors = new ArrayList<>();
        for (byte[] bytes : inputs) {
            tensors.add(TensorProto.parseFrom(bytes));
        }
        int fed = 0;
        for (int i = 0; i < tensors.size(); i++) {
            TensorProto tensor = tensors.get(i);
            String name = proto.getGraph().getInput(i).getName();
            boolean real = List.of(1, 10, 11).contains(tensor.getDataType());
            boolean constant = known == Known.ALL
                    || i > 0 && (known == Known.OTHERS || known == Known.INTEGERS && !real);
            builder.getGraphBuilder().addInitializer(tensor.toBuilder().setName(constant ? name : "given:" + fed));
            if (!constant) {
                fed++;
            }
        }
        if (known == Known.ALL) {
            builder.getGraphBuilder().clearInput().addInput(UNREAD);
            builder.getGraphBuilder().addInitializer(TensorProto.newBuilder().setName("given:" + fed++)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE).addDims(1).addFloatData(1));
        }
        for (int i = 0; i < outputs.size(); i++) {
            builder.getGraphBuilder()
                    .addInitializer(TensorProto.parseFrom(outputs.get(i)).toBuilder().setName("expected:" + i));
        }
        Path file = folder.resolve("test.onnx");
        Files.write(file, builder.build().toByteArray());
        OnnxModel read = OnnxReader.read(file);
        for (int i = 0; i < fed; i++) {
            given.add(read.constants().get("given:" + i));
        }
        check(read, compute(device, read, given));
    }

    private static List<OnnxTensor> compute(CpuDevice device, OnnxModel model, List<OnnxTensor> given)
            throws IOException {
        int total = 0;
        for (OnnxTensor tensor : given) {
            total += tensor.elements();
            if (tensor.elements() == 0 || tensor.kind() != Kind.FLOAT && beyond(tensor.integers())) {
                throw new OnnxException("an input without elements, or of numbers above 2^24");
            }
        }
        float[] input = new float[total];
        int at = 0;
        for (OnnxTensor tensor : given) {
            System.arraycopy(tensor.asFloats(), 0, input, at, tensor.elements());
            at += tensor.elements();
        }
        if (given.isEmpty()) {
            throw new OnnxException("a net without an input");
        }
        ImportedGraph imported = Importer.at(model, given.stream().map(OnnxTensor::shape).toList());
        List<OnnxTensor> results = new ArrayList<>();
        try (Executable executable = device.compile(Passes.optimize(imported.graph()),
                CompileOptions.of(imported.height(), imported.width(), 1))) {
            float[][] out = imported.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
            executable.run(input, 1, out);
            if (imported.rest().isPresent()) {
                try (GraphRunner runner = runner(model)) {
                    return imported.rest().get().run(runner, out);
                }
            }
            for (int i = 0; i < out.length; i++) {
                results.add(OnnxTensor.of(imported.outputs().get(i).shape(), out[i]));
            }
        }
        return results;
    }

    private static boolean beyond(long[] values) {
        for (long value : values) {
            if (Math.abs(value) > EXACT) {
                return true;
            }
        }
        return false;
    }

    /** Expected values of half precision come from arithmetic of half precision, which is off by that much itself. */
    private static float halfPrecision(byte[] expected) throws IOException {
        return TensorProto.parseFrom(expected).getDataType() == TensorProto.DataType.FLOAT16_VALUE ? 2e-3f : 0;
    }

    private void check(OnnxModel read, List<OnnxTensor> results) throws IOException {
        for (int k = 0; k < results.size(); k++) {
            OnnxTensor expected = read.constants().get("expected:" + k);
            OnnxTensor result = results.get(k);
            if (!expected.shape().equals(result.shape())) {
                throw new Wrong("output " + k + " has the shape " + result.shape() + ", not " + expected.shape());
            }
            float half = halfPrecision(outputs.get(k));
            float[] e = expected.asFloats();
            float[] r = result.asFloats();
            for (int i = 0; i < r.length; i++) {
                float wanted = e[i];
                boolean same = expected.kind() == Kind.FLOAT
                        ? wanted == r[i] || Float.isNaN(wanted) && Float.isNaN(r[i])
                                || Math.abs(wanted - r[i]) <= Math.max(atol, half)
                                        + Math.max(rtol, half) * Math.abs(wanted)
                        : wanted == r[i];
                if (!same) {
                    throw new Wrong("output " + k + " has " + r[i] + " at " + i + ", not " + wanted);
                }
            }
        }
    }

    static GraphRunner runner(OnnxModel model) {
        return device().runner(1, new KernelStore(2 * model.weights()));
    }

    static CpuDevice device() {
        return new CpuDevice("cpu", KernelProvider.get());
    }

    @Override
    public String toString() {
        return name;
    }
}
