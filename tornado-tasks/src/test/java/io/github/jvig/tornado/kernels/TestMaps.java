package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Spec;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A plan's memory with the maps of one operation for a batch of two, and the scalar kernel's result for the same maps. */
public final class TestMaps {
    public static final int BATCH = 2;
    /** Number of zeros at the start of each image's memory. */
    static final int ZEROS = 128;
    /** A distance per channel: about half of the pixels of a noise map are nearer to each other than this. */
    private static final float MEAN_DIFFERENCE = 2.26f;

    public final Spec spec;
    public final int in = ZEROS;
    public final int in2;
    public final int out;
    public final int image;
    public final FloatArray memory;
    private final float[][] expected = new float[BATCH][];

    public TestMaps(Spec spec, float[] weight, float[] bias, Random random) {
        this.spec = spec;
        int in2Offset = in + spec.in().length();
        out = in2Offset + spec.in2().map(MapLayout::length).orElse(0);
        in2 = spec.in2().isPresent() ? in2Offset : -1;
        image = out + spec.out().length();
        memory = new FloatArray(BATCH * image);
        memory.init(0f);
        for (int n = 0; n < BATCH; n++) {
            float[] x = noise(spec.in(), random);
            float[] r = noise(spec.in2().orElse(spec.out()), random);
            if (spec instanceof ThresholdedMaxRelative) {
                r[0] += MEAN_DIFFERENCE * spec.in().channels();
            }
            expected[n] = new float[spec.out().length()];
            KernelProvider.scalar().kernel(spec, weight, bias).run(Operands.of(x, r, expected[n]));
            put(x, n * image + in);
            if (in2 >= 0) {
                put(r, n * image + in2);
            }
        }
        clear();
    }

    /** Fills the place of the output with NaN: before a kernel writes it, it holds arbitrary values. */
    public void clear() {
        for (int n = 0; n < BATCH; n++) {
            for (int i = n * image + out; i < (n + 1) * image; i++) {
                memory.set(i, Float.NaN);
            }
        }
    }

    public static float[] normal(int length, double scale, Random random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    public static Epilogue epilogue(Random random) {
        Activation[] all = Activation.values();
        Epilogue epilogue = Epilogue.of(all[random.nextInt(all.length)]);
        return random.nextBoolean() ? epilogue.plusResidual() : epilogue;
    }

    /** A random map of this layout, including random values in its padding. */
    private static float[] noise(MapLayout map, Random random) {
        float[] x = new float[map.length()];
        map.fromPlanes(normal(map.pixels() * map.channels(), 2, random), 0, x, 0);
        return x;
    }

    private void put(float[] values, int at) {
        for (int i = 0; i < values.length; i++) {
            memory.set(at + i, values[i]);
        }
    }

    /** Checks that every element of the output equals the result of the scalar kernel. */
    public void check() {
        MapLayout map = spec.out();
        for (int n = 0; n < BATCH; n++) {
            for (int p = 0; p < map.pixels(); p++) {
                for (int c = 0; c < map.channels(); c++) {
                    float wanted = expected[n][p * map.stride() + c];
                    float got = memory.get(n * image + out + p * map.stride() + c);
                    if (Float.isNaN(wanted)) {
                        assertEquals(MeanMinusStdSingleItem.NOTHING_IS_NEAR, got, "in NaN's stead");
                        continue;
                    }
                    assertEquals(wanted, got, 1e-5f * (1 + Math.abs(wanted)), "image " + n + ", pixel " + p
                            + ", channel " + c + " of " + spec);
                }
            }
            for (int i = 0; i < ZEROS; i++) {
                assertEquals(0f, memory.get(n * image + i), "a zero was written over");
            }
        }
    }
}
