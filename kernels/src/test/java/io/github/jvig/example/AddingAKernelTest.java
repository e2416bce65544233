package io.github.jvig.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelExtension;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.KernelRow;
import io.github.jvig.kernels.Machine;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of kernels/README.md that adds an operation and its kernel from outside of the module. */
class AddingAKernelTest {
    // README: begin
    /** {@code out = factor[c] * x^2}, element by element; one weight per channel. */
    record Square(MapLayout in) implements Spec {
        @Override
        public String operation() {
            return "square";
        }

        @Override
        public List<MapLayout> inputs() {
            return List.of(in);
        }

        @Override
        public MapLayout out() {
            return in;
        }

        @Override
        public int weightCount() {
            return in.channels();
        }
    }

    /** A unit is a pixel. The padding of the output stays zero. */
    record SquareKernel(String name, Square spec, float[] factor) implements Kernel {
        @Override
        public int units() {
            return spec.in().pixels();
        }

        @Override
        public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
            int stride = spec.in().stride();
            for (int i = from * stride; i < to * stride; i++) {
                int c = i % stride;
                float x = o.in()[o.inOffset() + i];
                o.out()[o.outOffset() + i] = c < factor.length ? factor[c] * x * x : 0f;
            }
        }
    }

    /** Named in META-INF/services/io.github.jvig.kernels.KernelExtension, or by provides in module-info. */
    public static final class Squares implements KernelExtension {
        @Override
        public List<KernelRow<?, Kernel>> rows(Machine machine) {
            String id = "f32-square-" + machine.isa();
            return List.of(
                    KernelRow.of(Square.class, id, (spec, weight, _) -> new SquareKernel(id, spec, weight.clone())));
        }
    }
    // README: end

    private static final Square SPEC = new Square(MapLayout.of(2, 1, 3));

    @Test
    void everyProviderHasIt() {
        float[] in = new float[SPEC.in().length()];
        SPEC.in().fromPlanes(new float[]{1, 2, 3, 4, 5, 6}, 0, in, 0);
        for (KernelProvider provider : List.of(KernelProvider.scalar(), KernelProvider.get())) {
            Kernel kernel = provider.kernel(SPEC, new float[]{1, 10, 100}, null);
            assertEquals("f32-square-" + provider.table().machine().isa(), kernel.name());
            float[] out = new float[SPEC.out().length()];
            kernel.run(Operands.of(in, out));
            float[] planes = new float[6];
            SPEC.out().toPlanes(out, 0, planes, 0);
            assertArrayEquals(new float[]{1, 4, 90, 160, 2500, 3600}, planes);
            assertEquals(0, out[3]);
        }
    }

    @Test
    void itsWeightsAreCountedForIt() {
        var refusal = assertThrows(IllegalArgumentException.class,
                () -> KernelProvider.scalar().kernel(SPEC, new float[2], null));
        assertEquals(SPEC + " takes 3 weights, not 2", refusal.getMessage());
    }

    @Test
    void whereItIsNotRegisteredItIsRefused() {
        record Cube(MapLayout in, MapLayout out) implements Spec {
            @Override
            public String operation() {
                return "cube";
            }

            @Override
            public List<MapLayout> inputs() {
                return List.of(in);
            }
        }
        Cube cube = new Cube(SPEC.in(), SPEC.in());
        var refusal = assertThrows(UnsupportedOperationException.class, () -> KernelProvider.scalar().kernel(cube));
        assertEquals("there is no scalar kernel for " + cube, refusal.getMessage());
    }

    @Test
    void theReadmeShowsIt() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("kernels/README.md"))) {
            root = root.getParent();
        }
        String source = Files
                .readString(root.resolve("kernels/src/test/java/io/github/jvig/example/AddingAKernelTest.java"));
        String shown = source.substring(source.indexOf("// README: begin\n") + "// README: begin\n".length(),
                source.indexOf("    // README: end")).stripTrailing().stripIndent();
        assertTrue(Files.readString(root.resolve("kernels/README.md")).contains(shown), shown);
    }
}
