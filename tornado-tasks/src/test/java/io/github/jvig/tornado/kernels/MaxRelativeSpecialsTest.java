package io.github.jvig.tornado.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Operands;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** NaN and infinities in the max-relative kernels as plain Java; what a device makes of them, OpenCL leaves open. */
@Tag("kernels-as-java")
class MaxRelativeSpecialsTest {
    private static final float[] SPECIALS = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f,
            Float.MAX_VALUE, -Float.MAX_VALUE};

    @ParameterizedTest
    @EnumSource
    void bitsOfTheScalarKernel(MaxRelative.Difference difference) {
        MapLayout in = MapLayout.of(4, 5, 21);
        for (List<MaxRelative.Shift> shifts : List.of(List.<MaxRelative.Shift>of(),
                List.of(new MaxRelative.Shift(0, 2), new MaxRelative.Shift(3, 0), new MaxRelative.Shift(1, 4)))) {
            var spec = new MaxRelative(in, shifts, difference);
            float[] x = new float[in.length()];
            Random random = new Random(shifts.size());
            for (int i = 0; i < x.length; i++) {
                if (i % in.stride() < in.channels()) {
                    x[i] = random.nextInt(3) == 0
                            ? SPECIALS[random.nextInt(SPECIALS.length)]
                            : (float) random.nextGaussian();
                }
            }
            float[] expected = new float[spec.out().length()];
            KernelProvider.scalar().kernel(spec, null, null)
                    .run(Operands.of(List.of(new Operands.Input(x, 0)), expected, 0));
            FloatArray table = FloatArray.fromArray(shifts.isEmpty() ? new float[1] : MaxRelativeGather.pack(shifts));
            int neighborFirst = difference == MaxRelative.Difference.NEIGHBOR_MINUS_SELF ? 1 : 0;
            FloatArray elements = memory(x, expected.length);
            for (int id = 0; id < in.pixels() * in.channels(); id++) {
                MaxRelativePerItem.item(id, 0, elements, table, elements.getSize(), 0, in.stride(), x.length,
                        spec.out().stride(), 0, shifts.size(), in.height(), in.width(), in.channels(), neighborFirst);
            }
            check(spec, expected, elements, x.length);
            FloatArray vectors = memory(x, expected.length);
            for (int id = 0; id < in.pixels(); id++) {
                MaxRelativeGather.item(id, 0, vectors, table, vectors.getSize(), 0, in.stride(), x.length,
                        spec.out().stride(), 0, shifts.size(), in.height(), in.width(), in.channels(), neighborFirst);
            }
            check(spec, expected, vectors, x.length);
        }
    }

    private static FloatArray memory(float[] x, int results) {
        FloatArray memory = new FloatArray(x.length + results);
        memory.init(0f);
        for (int i = 0; i < x.length; i++) {
            memory.set(i, x[i]);
        }
        return memory;
    }

    private static void check(MaxRelative spec, float[] expected, FloatArray memory, int out) {
        for (int i = 0; i < expected.length; i++) {
            if (i % spec.out().stride() < spec.out().channels()) {
                assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(memory.get(out + i)),
                        expected[i] + " but " + memory.get(out + i) + " at " + i + " of " + spec);
            }
        }
    }
}
