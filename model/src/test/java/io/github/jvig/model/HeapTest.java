package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.nets.MobileViG;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.onnx.OnnxExport;
import io.github.jvig.model.weights.Safetensors;
import io.github.jvig.model.weights.Weights;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session keeps: the weights once, as its kernels want them, and its buffers. */
class HeapTest {
    @TempDir
    private Path folder;

    /** Prints the bytes of heap in use while a session of the given file is open. */
    public static void main(String[] args) throws Exception {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        Path file = Path.of(args[0]);
        try (Session session = (args[0].endsWith(".onnx") ? Models.load(file) : Models.load("mobilevig_s", file))
                .compile(o -> o.threads(2).warmUp(false))) {
            session.run(new float[3 * session.height() * session.width()]);
            // The second collection frees what the first found to be only softly held or cleaned up.
            memory.gc();
            memory.gc();
            System.out.println(memory.getHeapMemoryUsage().getUsed());
        }
    }

    @Test
    void isWellUnderTwiceTheFile() throws Exception {
        Path file = folder.resolve("s.safetensors");
        write(file, MobileViG.s());
        long heap = ChildJvm.number(HeapTest.class, file.toString());
        assertTrue(heap < 1.6 * Files.size(file), heap + " bytes of heap for a file of " + Files.size(file));
    }

    @Test
    void anOnnxFileIsNotKeptBesideItsWeights() throws Exception {
        Path weights = folder.resolve("s.safetensors");
        write(weights, MobileViG.s());
        Path file = folder.resolve("s.onnx");
        OnnxExport.write(Models.load("mobilevig_s", weights).graph(), 224, 224, file);
        long heap = ChildJvm.number(HeapTest.class, file.toString());
        assertTrue(heap < 1.6 * Files.size(file), heap + " bytes of heap for a file of " + Files.size(file));
    }

    private static void write(Path file, MobileViG net) throws Exception {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Parameters seeded = Seeded.parameters();
        net.build(new Parameters() {
            @Override
            public float[] floats(String name, int... shape) throws io.github.jvig.model.weights.WeightsException {
                tensors.put(name, new Weights.Tensor(shape, seeded.floats(name, shape)));
                return tensors.get(name).data();
            }

            @Override
            public String source() {
                return seeded.source();
            }
        });
        Safetensors.write(file, new Weights("seeded weights", tensors));
    }
}
