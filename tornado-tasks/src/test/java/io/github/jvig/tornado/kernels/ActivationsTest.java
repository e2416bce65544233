package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.Operands;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the vector and scalar activations with exact ones, from large negative to large positive arguments. */
@Tag("kernels-as-java")
class ActivationsTest {
    private static final int COUNT = 4001;

    @ParameterizedTest
    @EnumSource
    void areExactToTwoMillionths(Activation activation) {
        MapLayout map = MapLayout.of(COUNT, 1, 1);
        float[] x = new float[map.length()];
        for (int i = 0; i < COUNT; i++) {
            x[i * map.stride()] = (i - COUNT / 2) / 200f;
        }
        float[] exact = new float[map.length()];
        KernelProvider.scalar().kernel(new Binary(map, map, Binary.Operator.ADD, activation))
                .run(Operands.of(x, new float[x.length], exact));
        int number = Activations.number(activation);
        for (int i = 0; i < exact.length; i += map.stride()) {
            assertEquals(exact[i], ScalarMath.activate(number, x[i]), 2e-6f, activation + " of " + x[i]);
            if (!Activations.ofVectors(activation)) {
                continue;
            }
            assertEquals(exact[i], VectorTasks.activate(number, VectorTasks.all(x[i])).getS13(), 2e-6f,
                    activation + " of " + x[i]);
        }
    }
}
