package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.onnx.file.OnnxReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {
    private static float[] run(ImportedGraph imported, float[] input) {
        CpuDevice device = new CpuDevice("cpu", KernelProvider.get());
        try (Executable executable = device.compile(Passes.optimize(imported.graph()),
                CompileOptions.of(imported.height(), imported.width(), 1))) {
            float[][] results = imported.outputs().stream().map(port -> new float[port.elements()])
                    .toArray(float[][]::new);
            executable.run(input, 1, results);
            return results[0];
        }
    }

    @Test
    void whatIsExportedComesBack(@TempDir Path folder) throws Exception {
        Model model = Models.random("mobileone_s0");
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(model.graph(), 64, 64, file);
        float[] image = new float[3 * 64 * 64];
        Random random = new Random(1);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        ImportedGraph imported = Importer.at(OnnxReader.read(file), List.of(List.of(1, 3, 64, 64)));
        float[] expected;
        try (var session = model.compile(o -> o.device("cpu").threads(1).size(64, 64).warmUp(false))) {
            expected = session.run(image);
        }
        assertArrayEquals(expected, run(imported, image), 1e-4f);
    }
}
