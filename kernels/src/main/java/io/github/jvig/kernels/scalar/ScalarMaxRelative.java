package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.Operands;

/** {@link MaxRelative} by its definition. A unit is a row of the map. */
record ScalarMaxRelative(MaxRelative spec) implements Kernel {
    @Override
    public String name() {
        return "f32-max-relative-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        int channels = in.channels();
        int outStride = spec.out().stride();
        float sign = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR ? 1f : -1f;
        for (int y = from; y < to; y++) {
            for (int x = 0; x < in.width(); x++) {
                int self = o.inOffset() + (y * in.width() + x) * in.stride();
                int out = o.outOffset() + (y * in.width() + x) * outStride;
                System.arraycopy(o.in(), self, o.out(), out, channels);
                java.util.Arrays.fill(o.out(), out + channels, out + outStride, 0f);
                for (int i = 0; i < spec.shifts().size(); i++) {
                    MaxRelative.Shift s = spec.shifts().get(i);
                    int fromY = Math.floorMod(y - s.dy(), in.height());
                    int fromX = Math.floorMod(x - s.dx(), in.width());
                    int other = o.inOffset() + (fromY * in.width() + fromX) * in.stride();
                    for (int c = 0; c < channels; c++) {
                        float difference = sign * (o.in()[self + c] - o.in()[other + c]);
                        o.out()[out + channels + c] = Math.max(o.out()[out + channels + c], difference);
                    }
                }
            }
        }
    }
}
