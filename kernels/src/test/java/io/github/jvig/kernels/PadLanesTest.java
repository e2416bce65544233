package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.vector.Widths;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pad lanes hold zero whatever the input holds: infinity times the zero weight of a lane that no channel has would be NaN there. */
class PadLanesTest {
    private static final int ROUNDS = 12;
    private static final float[] HARD = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.MAX_VALUE,
            -Float.MAX_VALUE, Float.MIN_VALUE, 0, -0f};

    /** The methods that make a spec at random: one for each operation. */
    static List<Method> specs() {
        return Arrays.stream(RandomSpecs.class.getDeclaredMethods())
                .filter(m -> m.getParameterCount() == 0 && Spec.class.isAssignableFrom(m.getReturnType()))
                .sorted(Comparator.comparing(Method::getName)).toList();
    }

    @Test
    void padLanesAreZeroWhateverTheInputHolds() throws Exception {
        List<KernelProvider> providers = Widths.available()
                ? List.of(KernelProvider.scalar(), KernelProvider.vector())
                : List.of(KernelProvider.scalar());
        List<String> wrong = new ArrayList<>();
        List<Method> specs = specs();
        assertTrue(specs.size() > 30, "only " + specs.size() + " operations");
        for (Method method : specs) {
            RandomSpecs random = new RandomSpecs(11);
            for (int i = 0; i < ROUNDS; i++) {
                Spec spec = (Spec) method.invoke(random);
                KernelCheck check = new KernelCheck(spec, i);
                harden(spec, check.operands(), new Random(i));
                for (KernelProvider provider : providers) {
                    for (KernelCandidate<Kernel> candidate : provider.candidates(spec, check.weight(), check.bias())) {
                        Kernel kernel = candidate.kernel().get();
                        kernel.run(check.operands());
                        wrong.addAll(padLanes(kernel, check.operands()));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong.stream().distinct().toList());
    }

    /** Puts hard numbers in place of some channels of some pixels, of single ones and of all. */
    private static void harden(Spec spec, Operands operands, Random random) {
        for (int i = 0; i < spec.inputs().size(); i++) {
            MapLayout map = spec.inputs().get(i);
            int often = 1 + random.nextInt(6);
            for (int p = 0; p < map.pixels(); p++) {
                boolean whole = random.nextInt(4) == 0;
                float hard = HARD[random.nextInt(HARD.length)];
                for (int c = 0; c < map.channels(); c++) {
                    if (whole || random.nextInt(often) == 0) {
                        int at = operands.inputOffset(i) + p * map.stride() + c;
                        operands.input(i)[at] = whole ? hard : HARD[random.nextInt(HARD.length)];
                    }
                }
            }
        }
    }

    private static List<String> padLanes(Kernel kernel, Operands operands) {
        MapLayout map = kernel.spec().out();
        for (int p = 0; p < map.pixels(); p++) {
            for (int c = map.channels(); c < map.stride(); c++) {
                float value = operands.out()[operands.outOffset() + p * map.stride() + c];
                if (value != 0) {
                    return List.of(kernel.name() + " of " + kernel.spec().getClass().getSimpleName() + ": " + value);
                }
            }
        }
        return List.of();
    }
}
