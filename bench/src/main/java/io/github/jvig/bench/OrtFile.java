package io.github.jvig.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.jvig.model.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX file in ONNX Runtime with fixed inputs, with the fastest settings: see {@link OrtNet}. Free sizes are fixed to those of the inputs
 * before the file is optimized. Outputs are allocated by each run, since they may be of any type; their memory comes from ONNX Runtime's
 * arena.
 */
final class OrtFile implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

    /** @param values of each input */
    OrtFile(Path file, List<TensorInfo> infos, Map<String, float[]> values, int threads) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, Integer> symbols = new HashMap<>();
        try (OrtSession first = environment.createSession(file.toString(), options(threads))) {
            for (TensorInfo info : infos) {
                symbols(first.getInputInfo().get(info.name()), info, symbols);
            }
        }
        OrtSession.SessionOptions options = options(threads);
        for (Map.Entry<String, Integer> symbol : symbols.entrySet()) {
            options.setSymbolicDimensionValue(symbol.getKey(), symbol.getValue());
        }
        session = environment.createSession(file.toString(), options);
        for (TensorInfo info : infos) {
            inputs.put(info.name(), tensor(environment, session.getInputInfo().get(info.name()), info,
                    values.get(info.name())));
        }
    }

    private static OrtSession.SessionOptions options(int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        return options;
    }

    private static ai.onnxruntime.TensorInfo info(NodeInfo node) {
        return (ai.onnxruntime.TensorInfo) node.getInfo();
    }

    /** The sizes of the free axes that have names. */
    private static void symbols(NodeInfo node, TensorInfo info, Map<String, Integer> symbols) {
        String[] names = info(node).getDimensionNames();
        long[] shape = info(node).getShape();
        for (int i = 0; names != null && i < Math.min(names.length, shape.length); i++) {
            if (shape[i] < 0 && names[i] != null && !names[i].isEmpty()) {
                symbols.put(names[i], info.shape().get(i));
            }
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, NodeInfo node, TensorInfo info, float[] values)
            throws OrtException {
        long[] shape = info.shape().stream().mapToLong(i -> i).toArray();
        OnnxJavaType type = info(node).type;
        return switch (type) {
            case FLOAT -> OnnxTensor.createTensor(environment,
                    bytes(values.length * Float.BYTES).asFloatBuffer().put(values).rewind(), shape);
            case INT64 -> {
                LongBuffer longs = bytes(values.length * Long.BYTES).asLongBuffer();
                for (int i = 0; i < values.length; i++) {
                    longs.put(i, (long) values[i]);
                }
                yield OnnxTensor.createTensor(environment, longs, shape);
            }
            case INT32 -> {
                IntBuffer ints = bytes(values.length * Integer.BYTES).asIntBuffer();
                for (int i = 0; i < values.length; i++) {
                    ints.put(i, (int) values[i]);
                }
                yield OnnxTensor.createTensor(environment, ints, shape);
            }
            case BOOL, UINT8, INT8 -> {
                ByteBuffer single = bytes(values.length);
                for (int i = 0; i < values.length; i++) {
                    single.put(i, (byte) values[i]);
                }
                yield OnnxTensor.createTensor(environment, single, shape, type);
            }
            default -> throw new IllegalArgumentException("the input " + info + " is of the type " + type
                    + ", which is not compared");
        };
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    void run() {
        try {
            session.run(inputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    /** Runs and returns the outputs by name, all as floats. */
    Map<String, float[]> results() {
        try (OrtSession.Result result = session.run(inputs)) {
            Map<String, float[]> values = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> output : result) {
                values.put(output.getKey(), floats(output.getKey(), (OnnxTensor) output.getValue()));
            }
            return values;
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    private static float[] floats(String name, OnnxTensor tensor) {
        ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
        return switch (tensor.getInfo().type) {
            case FLOAT -> {
                FloatBuffer floats = bytes.asFloatBuffer();
                float[] values = new float[floats.remaining()];
                floats.get(values);
                yield values;
            }
            case INT64 -> {
                LongBuffer longs = bytes.asLongBuffer();
                float[] values = new float[longs.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = longs.get(i);
                }
                yield values;
            }
            case INT32 -> {
                IntBuffer ints = bytes.asIntBuffer();
                float[] values = new float[ints.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = ints.get(i);
                }
                yield values;
            }
            case BOOL, INT8, UINT8 -> {
                float[] values = new float[bytes.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = tensor.getInfo().type == OnnxJavaType.INT8 ? bytes.get(i) : bytes.get(i) & 0xff;
                }
                yield values;
            }
            default -> throw new IllegalArgumentException("the output " + name + " is of the type "
                    + tensor.getInfo().type + ", which is not compared");
        };
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }
}
