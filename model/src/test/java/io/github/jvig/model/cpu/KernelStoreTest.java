package io.github.jvig.model.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Window;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.lowering.LoweredOp;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kernels are kept by the array of their weights, with the factors and biases that are packed with it, and up to a bound. */
class KernelStoreTest {
    private static final int CHANNELS = 32;
    private static final int WEIGHTS = CHANNELS * CHANNELS;
    private int packed;

    private static ConvOp conv(float[] weight, double scale, double bias) {
        double[] scales = new double[CHANNELS];
        Arrays.fill(scales, scale);
        double[] biases = new double[CHANNELS];
        Arrays.fill(biases, bias);
        return new ConvOp(CHANNELS, CHANNELS, 1, Window.same(1), weight, scales, biases, Epilogue.NONE);
    }

    private Kernel kernel(KernelStore store, ConvOp conv, int pixels, String row) {
        Node input = new Node("input", new InputOp(CHANNELS), List.of());
        LoweredOp op = LoweredOp.of(new Node("conv", conv, List.of(input)), List.of(MapLayout.of(1, pixels, CHANNELS)));
        Kernel kernel = store.kernel(op, row, () -> {
            packed++;
            return KernelProvider.get().kernel(op.spec(), op.weights(), op.biases());
        });
        assertEquals(op.spec(), kernel.spec());
        return kernel;
    }

    @Test
    void oneArrayIsPackedOnce() {
        KernelStore store = new KernelStore(Long.MAX_VALUE);
        float[] weight = new float[WEIGHTS];
        Kernel first = kernel(store, conv(weight, 1, 2), 100, "a");
        assertSame(first, kernel(store, conv(weight, 1, 2), 100, "a"));
        assertEquals(1, packed);
        assertEquals(WEIGHTS, store.packedWeights());
        if (KernelProvider.get().name().startsWith("vector")) {
            kernel(store, conv(weight, 1, 2), 120, "a");
            assertEquals(1, packed);
            assertEquals(WEIGHTS, store.packedWeights());
        }
    }

    @Test
    void otherFactorsBiasesAndArraysArePackedForThemselves() {
        KernelStore store = new KernelStore(Long.MAX_VALUE);
        float[] weight = new float[WEIGHTS];
        Kernel first = kernel(store, conv(weight, 1, 2), 100, "a");
        assertNotSame(first, kernel(store, conv(weight, 3, 2), 100, "a"));
        assertNotSame(first, kernel(store, conv(weight, 1, 4), 100, "a"));
        assertNotSame(first, kernel(store, conv(weight.clone(), 1, 2), 100, "a"));
        assertSame(first, kernel(store, conv(weight, 1, 2), 100, "a"));
        assertEquals(4, packed);
    }

    @Test
    void anArrayIsKeptInTwoWays() {
        KernelStore store = new KernelStore(Long.MAX_VALUE);
        ConvOp conv = conv(new float[WEIGHTS], 1, 0);
        kernel(store, conv, 100, "a");
        kernel(store, conv, 100, "b");
        kernel(store, conv, 100, "a");
        kernel(store, conv, 100, "c");
        assertEquals(2 * WEIGHTS, store.packedWeights());
        assertEquals(3, packed);
        kernel(store, conv, 100, "a");
        assertEquals(3, packed);
        kernel(store, conv, 100, "b");
        assertEquals(4, packed);
        assertEquals(2 * WEIGHTS, store.packedWeights());
    }

    @Test
    void whatWasNotUsedForLongestGoes() {
        KernelStore store = new KernelStore(2 * WEIGHTS);
        List<ConvOp> convs = List.of(conv(new float[WEIGHTS], 1, 0), conv(new float[WEIGHTS], 1, 0),
                conv(new float[WEIGHTS], 1, 0));
        kernel(store, convs.get(0), 100, "a");
        kernel(store, convs.get(1), 100, "a");
        kernel(store, convs.get(0), 100, "a");
        kernel(store, convs.get(2), 100, "a");
        assertEquals(2 * WEIGHTS, store.packedWeights());
        kernel(store, convs.get(0), 100, "a");
        assertEquals(3, packed);
        kernel(store, convs.get(1), 100, "a");
        assertEquals(4, packed);
    }

    @Test
    void zerosAreCounted() {
        KernelStore store = new KernelStore(Long.MAX_VALUE);
        float[] ones = new float[WEIGHTS];
        Arrays.fill(ones, 1);
        for (int i = 0; i < 3; i++) {
            assertTrue(store.hasZeros(conv(new float[WEIGHTS], 1, 0)));
            assertFalse(store.hasZeros(conv(ones, 1, 0)));
            kernel(store, conv(ones, 1, 0), 100, "a");
        }
        assertEquals(1, packed);
    }
}
