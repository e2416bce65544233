package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Conv2d;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.ThresholdedMaxRelative;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    public final List<Integer> inputs = new ArrayList<>();
    /** A place for as many floats as were asked for, which hold NaN. */
    public final int scratch;
    public final int out;
    public final int image;
    public final FloatArray memory;
    private final float[][] expected = new float[BATCH][];

    public TestMaps(Spec spec, float[] weight, float[] bias, Random random) {
        this(spec, weight, bias, 0, 2, random);
    }

    /**
     * @param scratch floats of scratch
     * @param scale   standard deviation of the numbers in the maps
     */
    public TestMaps(Spec spec, float[] weight, float[] bias, int scratchLength, double scale, Random random) {
        this.spec = spec;
        int end = in;
        for (MapLayout map : spec.inputs()) {
            inputs.add(end);
            // Kernels that read vectors need maps to start at a multiple of one; an image without padding may not end there.
            end += MapLayout.padded(map.length());
        }
        in2 = inputs.size() > 1 ? inputs.get(1) : -1;
        scratch = end;
        out = scratch + MapLayout.padded(scratchLength);
        image = out + spec.out().length();
        memory = new FloatArray(BATCH * image);
        memory.init(0f);
        for (int n = 0; n < BATCH; n++) {
            List<Operands.Input> maps = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                float[] x = noise(spec.inputs().get(i), scale, random);
                if (i == 1 && spec instanceof ThresholdedMaxRelative) {
                    x[0] += MEAN_DIFFERENCE * spec.in().channels();
                }
                maps.add(new Operands.Input(x, 0));
                put(x, n * image + inputs.get(i));
            }
            expected[n] = new float[spec.out().length()];
            KernelProvider.scalar().kernel(spec, weight, bias).run(Operands.of(maps, expected[n], 0));
        }
        clear();
    }

    /** Fills the places of the output and of scratch with NaN: before a kernel writes it, it holds arbitrary values. */
    public void clear() {
        for (int n = 0; n < BATCH; n++) {
            for (int i = n * image + scratch; i < (n + 1) * image; i++) {
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
        return epilogue(random, List.of(Activation.values()));
    }

    /** A random epilogue that the kernels have which compute vectors. */
    static Epilogue vectorEpilogue(Random random) {
        return epilogue(random, Arrays.stream(Activation.values()).filter(Activations::ofVectors).toList());
    }

    private static Epilogue epilogue(Random random, List<Activation> all) {
        Activation activation = all.get(random.nextInt(all.size()));
        return switch (random.nextInt(4)) {
            case 0 -> Epilogue.of(activation).plusResidual();
            case 1 -> Epilogue.NONE.plusResidual().then(activation);
            default -> Epilogue.of(activation);
        };
    }

    /** A random window, of different axes for every other call; the paddings may be negative. */
    public static Window window(Random random, int maxTaps, int maxDilation) {
        if (random.nextBoolean()) {
            int taps = 1 + random.nextInt(maxTaps);
            return new Window(taps, 1 + random.nextInt(3), random.nextInt(taps + 1), 1 + random.nextInt(maxDilation));
        }
        return new Window(axis(random, maxTaps, maxDilation), axis(random, maxTaps, maxDilation));
    }

    private static Window.Axis axis(Random random, int maxTaps, int maxDilation) {
        int taps = 1 + random.nextInt(maxTaps);
        return new Window.Axis(taps, 1 + random.nextInt(3), random.nextInt(taps + 3) - 2, random.nextInt(taps + 3) - 2,
                1 + random.nextInt(maxDilation));
    }

    /** A random map which is large enough for a window. */
    public static MapLayout map(Random random, Window window, int channels) {
        return MapLayout.of(side(random, window.rows()), side(random, window.columns()), channels);
    }

    private static int side(Random random, Window.Axis axis) {
        return axis.extent() + 4 + random.nextInt(18);
    }

    /** A random convolution of two to nine groups. */
    public static Conv2d grouped(Random random) {
        Window window = window(random, 3, 2);
        int groups = 2 + random.nextInt(8);
        return new Conv2d(map(random, window, groups * (1 + random.nextInt(6))), groups * (1 + random.nextInt(6)),
                window, groups, epilogue(random));
    }

    /** A random operation on two maps. */
    public static Binary binary(Random random) {
        MapLayout in = MapLayout.of(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(50));
        MapLayout in2 = switch (random.nextInt(3)) {
            case 0 -> in;
            case 1 -> MapLayout.of(1, 1, in.channels());
            default -> in.withChannels(1);
        };
        Binary.Operator[] operators = Binary.Operator.values();
        Activation[] activations = Activation.values();
        return new Binary(in, in2, operators[random.nextInt(operators.length)],
                activations[random.nextInt(activations.length)]);
    }

    /** A random map of this layout, including random values in its padding. */
    private static float[] noise(MapLayout map, double scale, Random random) {
        float[] x = new float[map.length()];
        map.fromPlanes(normal(map.pixels() * map.channels(), scale, random), 0, x, 0);
        return x;
    }

    /** The offsets of a step that reads and writes these maps. */
    public BufferOffsets offsets() {
        return new BufferOffsets(image, inputs, spec.in().stride(), out, spec.out().stride(), scratch, 0);
    }

    private void put(float[] values, int at) {
        for (int i = 0; i < values.length; i++) {
            memory.set(at + i, values[i]);
        }
    }

    /**
     * Checks that the pad lanes of the output hold zeros, if it is that of a convolution or of two maps. The kernels for other operations, and
     * those for FPGAs, leave pad lanes as they are; no kernel lets them count.
     */
    public void checkPadding() {
        boolean written = spec instanceof PointwiseConv || spec instanceof DepthwiseConv || spec instanceof Conv2d
                || spec instanceof Binary;
        if (!written) {
            return;
        }
        MapLayout map = spec.out();
        for (int n = 0; n < BATCH; n++) {
            for (int i = 0; i < map.length(); i++) {
                if (i % map.stride() >= map.channels()) {
                    assertEquals(0f, Math.abs(memory.get(n * image + out + i)), "pad lane " + i % map.stride() + " of "
                            + spec);
                }
            }
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
