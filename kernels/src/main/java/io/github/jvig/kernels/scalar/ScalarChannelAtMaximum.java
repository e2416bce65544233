package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.ChannelAtMaximum;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link ChannelAtMaximum} by its definition. A unit is a row of the map. */
record ScalarChannelAtMaximum(ChannelAtMaximum spec) implements Kernel {
    @Override
    public String name() {
        return "f32-channel-at-maximum-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        int step = spec.out().stride();
        for (int p = from * in.width(); p < to * in.width(); p++) {
            int largest = largest(o.in(), o.inOffset() + p * in.stride(), in.channels());
            int out = o.outOffset() + p * step;
            Arrays.fill(o.out(), out, out + step, 0f);
            o.out()[out] = o.in2()[o.in2Offset() + p * spec.values().stride() + largest];
        }
    }

    private static int largest(float[] x, int at, int channels) {
        int largest = 0;
        for (int c = 0; c < channels; c++) {
            if (Float.isNaN(x[at + c])) {
                return c;
            }
            if (x[at + c] > x[at + largest]) {
                largest = c;
            }
        }
        return largest;
    }
}
