package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.GlobalDeviation;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link GlobalDeviation} by its definition, in double. One unit. The vector kernel uses it where float is too narrow. */
public record ScalarGlobalDeviation(GlobalDeviation spec) implements Kernel {
    @Override
    public String name() {
        return "f32-global-deviation-scalar";
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        if (from >= to) {
            return;
        }
        MapLayout in = spec.in();
        int pixels = in.pixels();
        for (int c = 0; c < in.channels(); c++) {
            o.out()[o.outOffset() + c] = (float) Math
                    .sqrt(squares(o.in(), o.inOffset() + c) / (pixels - spec.correction()) + spec.epsilon());
        }
        Arrays.fill(o.out(), o.outOffset() + in.channels(), o.outOffset() + in.stride(), 0f);
    }

    /** The sum of the squared differences of a channel from its mean. */
    public double squares(float[] x, int offset) {
        int pixels = spec.in().pixels();
        int stride = spec.in().stride();
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            sum += x[offset + p * stride];
        }
        double squares = 0;
        for (int p = 0; p < pixels; p++) {
            double difference = x[offset + p * stride] - sum / pixels;
            squares += difference * difference;
        }
        return squares;
    }
}
