package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.vector.Widths;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An infinity or a NaN reaches by the vector kernels the results that it reaches by the scalar ones, and no others. */
class NonFiniteTest {
    private static final int ROUNDS = 12;
    private static final float[] ODD = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};

    private final Set<String> wrong = new TreeSet<>();

    @BeforeAll
    static void width() {
        Widths.assume();
    }

    @Test
    void whatIsNotFiniteStaysWhereItBelongs() throws Exception {
        for (Method method : PadLanesTest.specs()) {
            RandomSpecs random = new RandomSpecs(29);
            for (int i = 0; i < ROUNDS; i++) {
                check((Spec) method.invoke(random), i);
            }
        }
        assertEquals(Set.of(), wrong);
    }

    /** Groups of which a vector holds several, or parts, by tiles of all shapes: windows, rows that are narrower than a tile, pixels. */
    @Test
    void itStaysInItsGroup() {
        Epilogue relu6 = Epilogue.of(Activation.RELU6);
        for (Conv2d spec : List.of(
                new Conv2d(MapLayout.of(9, 9, 80), MapLayout.of(9, 9, 400), Window.same(3), 5, relu6),
                new Conv2d(MapLayout.of(5, 2, 60), MapLayout.of(5, 2, 36), Window.same(3), 3, Epilogue.NONE),
                new Conv2d(MapLayout.of(14, 14, 80), MapLayout.of(14, 14, 40), Window.same(1), 2, relu6),
                new Conv2d(MapLayout.of(14, 14, 160), MapLayout.of(14, 14, 2000), Window.same(1), 40,
                        Epilogue.of(Activation.GELU).plusResidual()))) {
            for (int seed = 0; seed < ROUNDS; seed++) {
                check(spec, seed);
            }
        }
        assertEquals(Set.of(), wrong);
    }

    /** Puts one odd number into each input in turn. */
    private void check(Spec spec, int seed) {
        KernelCheck check = new KernelCheck(spec, seed);
        Operands operands = check.operands();
        Random random = new Random(seed);
        for (int input = 0; input < spec.inputs().size(); input++) {
            MapLayout map = spec.inputs().get(input);
            int at = operands.inputOffset(input) + random.nextInt(map.pixels()) * map.stride()
                    + random.nextInt(map.channels());
            float before = operands.input(input)[at];
            operands.input(input)[at] = ODD[random.nextInt(ODD.length)];
            boolean[] expected = finite(KernelProvider.scalar().kernel(spec, check.weight(), check.bias()), operands);
            for (KernelCandidate<Kernel> candidate : KernelProvider.vector().candidates(spec, check.weight(),
                    check.bias())) {
                compare(expected, finite(candidate.kernel().get(), operands), spec,
                        candidate.name() + ", " + operands.input(input)[at] + " in input " + input + ", " + spec);
            }
            operands.input(input)[at] = before;
        }
    }

    private void compare(boolean[] expected, boolean[] actual, Spec spec, String what) {
        for (int i = 0; i < expected.length; i++) {
            // Where weights are zero, a sparse kernel may skip them or not.
            if (expected[i] != actual[i] && !(spec instanceof SparsePointwiseConv && expected[i])) {
                wrong.add(what + (actual[i] ? ": does not reach all" : ": reaches others"));
                return;
            }
        }
    }

    private static boolean[] finite(Kernel kernel, Operands operands) {
        kernel.run(operands);
        MapLayout out = kernel.spec().out();
        boolean[] finite = new boolean[out.pixels() * out.channels()];
        for (int i = 0; i < finite.length; i++) {
            int at = operands.outOffset() + i / out.channels() * out.stride() + i % out.channels();
            finite[i] = Float.isFinite(operands.out()[at]);
        }
        return finite;
    }
}
