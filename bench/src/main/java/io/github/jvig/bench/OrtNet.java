package io.github.jvig.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.jvig.model.onnx.OnnxExport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * A net in ONNX Runtime with the fastest settings: all optimizations, the given number of threads within an operator with the default
 * spinning, operators run sequentially, a fixed batch size, and preallocated buffers for input and output.
 */
final class OrtNet implements AutoCloseable {
    private final OrtSession session;
    private final OnnxTensor input;
    private final OnnxTensor output;
    private final FloatBuffer logits;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxValue> outputs;

    /**
     * @param nchw    images for every run, {@code [batch][3][height][width]}
     * @param classes number of logits per image
     */
    OrtNet(Path file, float[] nchw, int batch, int height, int width, int classes, int threads) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setSymbolicDimensionValue("batch", batch);
            session = environment.createSession(file.toString(), options);
        }
        FloatBuffer images = direct(nchw.length).put(nchw).rewind();
        logits = direct(batch * classes);
        input = OnnxTensor.createTensor(environment, images, new long[]{batch, 3, height, width});
        output = OnnxTensor.createTensor(environment, logits, new long[]{batch, classes});
        inputs = Map.of(OnnxExport.INPUT, input);
        outputs = Map.of(OnnxExport.OUTPUT, output);
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES)).order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    void run() {
        try {
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    /** The logits of the last run, {@code [batch][classes]}. */
    float[] logits() {
        float[] values = new float[logits.capacity()];
        logits.get(0, values);
        return values;
    }

    @Override
    public void close() {
        output.close();
        input.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }
}
