package io.github.jvig.model.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transposed convolutions against their definition: each pixel of the input adds its multiple of the kernel to the output. */
class TransposedConvTest {
    private static final int IN = 5;
    private static final int OUT = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 6;

    /** In double; {@code [out][height][width]} of {@code (size - 1) * stride - 2 * padding + kernel + outputPadding} rows and columns. */
    private static double[] definition(TransposedConv conv, float[] x, float[] weight, float[] bias) {
        int height = size(conv, HEIGHT);
        int width = size(conv, WIDTH);
        double[] out = new double[OUT * height * width];
        for (int o = 0; o < OUT; o++) {
            Arrays.fill(out, o * height * width, (o + 1) * height * width, bias[o]);
        }
        int k = conv.kernel();
        for (int i = 0; i < IN * HEIGHT * WIDTH; i++) {
            int c = i / (HEIGHT * WIDTH);
            for (int t = 0; t < OUT * k * k; t++) {
                int y = i / WIDTH % HEIGHT * conv.stride() - conv.padding() + t / k % k;
                int z = i % WIDTH * conv.stride() - conv.padding() + t % k;
                if (y >= 0 && y < height && z >= 0 && z < width) {
                    out[(t / (k * k) * height + y) * width + z] += (double) x[i] * weight[c * OUT * k * k + t];
                }
            }
        }
        return out;
    }

    private static int size(TransposedConv conv, int size) {
        return (size - 1) * conv.stride() - 2 * conv.padding() + conv.kernel() + conv.outputPadding();
    }

    @ParameterizedTest
    @CsvSource({"3,1,1,0", "2,2,0,0", "4,2,1,0", "3,2,1,1", "3,3,0,0", "1,1,0,0", "5,1,0,0", "4,1,3,0", "5,2,1,1",
            "2,4,0,2", "6,2,0,0"})
    void isItsDefinition(int kernel, int stride, int padding, int outputPadding) throws Exception {
        TransposedConv conv = new TransposedConv(kernel, stride, padding, outputPadding);
        GraphBuilder b = new GraphBuilder(Seeded.parameters());
        Node up = b.convTransposed("up", b.input(IN), OUT, kernel, stride, padding, outputPadding, true);
        float[] x = Seeded.values("input", IN, HEIGHT, WIDTH);
        double[] expected = definition(conv, x, Seeded.values("up.weight", IN, OUT, kernel, kernel),
                Seeded.values("up.bias", OUT));
        for (String device : List.of("scalar", "cpu")) {
            try (Executable run = Devices.named(device).compile(new Graph(List.of(up)),
                    CompileOptions.of(HEIGHT, WIDTH, 1))) {
                assertEquals(MapLayout.of(size(conv, HEIGHT), size(conv, WIDTH), OUT), run.outputs().getFirst());
                float[][] results = {new float[expected.length]};
                run.run(x, 1, results);
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], results[0][i], 2e-6 * (1 + Math.abs(expected[i])), device + " " + i);
                }
            }
        }
    }

    /** No larger window than there has to be. */
    @Test
    void windows() throws Exception {
        GraphBuilder b = new GraphBuilder(Seeded.parameters());
        Node x = b.input(IN);
        assertEquals("3x3s1p1", window(b.convTransposed("a", x, OUT, 3, 1, 1, 0, false)));
        assertEquals("1x1s1p0", window(b.convTransposed("b", x, OUT, 2, 2, 0, 0, false).inputs().getFirst()));
        assertEquals("3x3s1p1", window(b.convTransposed("c", x, OUT, 4, 2, 1, 0, false).inputs().getFirst()));
        assertEquals("2x2s1p0,0,1,1", window(b.convTransposed("d", x, OUT, 3, 2, 1, 1, false).inputs().getFirst()));
    }

    private static String window(Node node) {
        return ((ConvOp) node.op()).window().toString();
    }

    @Test
    void whatIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> new TransposedConv(3, 2, 1, 0))
                .getMessage();
        assertTrue(message.contains("no output of whole blocks of 2x2"), message);
        assertThrows(IllegalArgumentException.class, () -> new TransposedConv(0, 2, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new TransposedConv(2, 2, -1, 0));
    }
}
