package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.fuzz.FuzzFormat;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** ONNX files for the fuzzer: each is read and imported, or refused in one line. */
public final class OnnxFuzz implements FuzzFormat {
    private static final List<String> FILES = List.of("folding", "views18", "views11", "functions", "branches",
            "types");
    /** Inputs that a damaged file declares larger than this are not run. */
    private static final double MAX_ELEMENTS = 1e7;

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : FILES) {
            try (InputStream in = OnnxFuzz.class.getResourceAsStream(name + ".onnx")) {
                seeds.add(in.readAllBytes());
            }
        }
        return seeds;
    }

    @Override
    public boolean read(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("net", ".onnx");
        try {
            Files.write(file, bytes);
            OnnxModel model = OnnxReader.read(file);
            List<List<Integer>> shapes = Importer.shapes(model, Map.of(), 2, 3);
            if (shapes.stream()
                    .allMatch(s -> s.stream().mapToDouble(v -> v).reduce(1, (a, b) -> a * b) <= MAX_ELEMENTS)) {
                Importer.at(model, shapes);
            }
            return true;
        } catch (OnnxException | IllegalArgumentException e) {
            MutatedFilesTest.checkLine(e, file.getFileName().toString());
            return false;
        } finally {
            Files.delete(file);
        }
    }

    /** Folding may make constants of some ten million elements out of a few numbers; they are bounded together. */
    @Override
    public long maxAllocation(int length) {
        return 1L << 30;
    }
}
