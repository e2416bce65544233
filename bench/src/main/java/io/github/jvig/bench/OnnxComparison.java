package io.github.jvig.bench;

import ai.onnxruntime.OrtException;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.Tensor;
import io.github.jvig.model.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares JViG and ONNX Runtime on one ONNX file with random inputs, by name. All outputs must agree before anything is timed. */
final class OnnxComparison {
    /** So many times what one rounding of each input changes may outputs differ, where that is more than the tolerance. */
    private static final double ROUNDINGS = 10;
    /** Share of whole numbers and truth values that may differ, where two values are as good as equal. */
    private static final double MAX_SHARE = 1e-3;

    private OnnxComparison() {
    }

    /**
     * Compares the two.
     *
     * @param options   of JViG's session; shapes and the number of threads apply to ONNX Runtime, too
     * @param warmUp    approximate seconds of warm-up, in addition to JViG's warm-up at compile time
     * @param seconds   approximate seconds of timed rounds
     * @param tolerance largest difference of an output, as a fraction of its standard deviation
     * @throws IOException           if the file cannot be read
     * @throws IllegalStateException if the outputs differ, or ONNX Runtime fails
     */
    static Comparison.Row run(Path file, SessionOptions options, double warmUp, double seconds, double tolerance)
            throws IOException {
        Model model = Models.load(file);
        try (Session jvig = model.compile(options)) {
            float[] packed = TensorInfo.random(jvig.inputs(), 1);
            try (OrtFile ort = new OrtFile(file, jvig.inputs(), unpacked(packed, jvig.inputs()), options.threads())) {
                double difference = difference(file, jvig, ort, packed, tolerance);
                return new Comparison(jvig, ort::run, packed).measure(model.name(), 1, options.threads(), warmUp,
                        seconds, difference);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    private static Map<String, float[]> unpacked(float[] packed, List<TensorInfo> inputs) {
        Map<String, float[]> values = new LinkedHashMap<>();
        int at = 0;
        for (TensorInfo input : inputs) {
            float[] part = new float[input.elements()];
            System.arraycopy(packed, at, part, 0, part.length);
            values.put(input.name(), part);
            at += part.length;
        }
        return values;
    }

    /** The largest difference of the outputs, after a check of each. */
    private static double difference(Path file, Session jvig, OrtFile ort, float[] packed, double tolerance) {
        Map<String, float[]> values = unpacked(packed, jvig.inputs());
        Map<String, Tensor> results = jvig.run(values);
        Map<String, Tensor> rounded = jvig.run(rounded(values, jvig.inputs()));
        Map<String, float[]> expected = ort.results();
        double largest = 0;
        List<String> wrong = new ArrayList<>();
        for (TensorInfo output : jvig.outputs()) {
            float[] actual = results.get(output.name()).values();
            float[] wanted = expected.get(output.name());
            if (actual.length != wanted.length) {
                wrong.add(output + " has " + wanted.length + " elements in ONNX Runtime");
                continue;
            }
            boolean real = output.kind() == TensorInfo.Kind.FLOAT;
            double difference = real ? apart(wanted, actual) : unequal(wanted, actual);
            double allowed = real
                    ? Math.max(tolerance, ROUNDINGS * apart(actual, rounded.get(output.name()).values()))
                    : MAX_SHARE;
            if (!(difference <= allowed)) {
                wrong.add(output + (real
                        ? " differs by " + difference + " standard deviations, tolerated are " + allowed
                        : " differs in a share of " + difference));
            }
            largest = Math.max(largest, difference);
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(file + ": JViG and ONNX Runtime disagree: " + String.join("; ", wrong));
        }
        return largest;
    }

    private static Map<String, float[]> rounded(Map<String, float[]> values, List<TensorInfo> inputs) {
        Map<String, float[]> result = new LinkedHashMap<>(values);
        inputs.stream().filter(i -> i.kind() == TensorInfo.Kind.FLOAT)
                .forEach(i -> result.put(i.name(), Comparison.rounded(values.get(i.name()))));
        return result;
    }

    /** As {@link Comparison#maxDifference}; where all expected values are the same, as a fraction of the value, or of 1 if it is 0. */
    static double apart(float[] expected, float[] actual) {
        double difference = Comparison.maxDifference(expected, actual);
        if (Double.isFinite(difference)) {
            return difference;
        }
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.isNaN(expected[i]) != Float.isNaN(actual[i])) {
                return Double.NaN;
            }
            largest = expected[i] == actual[i] || Float.isNaN(expected[i])
                    ? largest
                    : Math.max(largest, Math.abs((double) expected[i] - actual[i]));
        }
        double scale = Math.abs(expected[0]);
        return largest / (scale > 0 && Double.isFinite(scale) ? scale : 1);
    }

    private static double unequal(float[] expected, float[] actual) {
        int count = 0;
        for (int i = 0; i < expected.length; i++) {
            count += expected[i] == actual[i] ? 0 : 1;
        }
        return (double) count / expected.length;
    }
}
