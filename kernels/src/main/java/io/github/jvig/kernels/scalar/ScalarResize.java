package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Resize;
import java.util.Arrays;

/** {@link Resize} by its definition, in double. A unit is a row of the result. */
record ScalarResize(Resize spec) implements Kernel {
    @Override
    public String name() {
        return "f32-resize-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout in = spec.in();
        MapLayout map = spec.out();
        boolean copies = spec.mode().copies();
        int rows = spec.mode().filled(in.height(), map.height());
        int columns = spec.mode().filled(in.width(), map.width());
        for (int y = from; y < to; y++) {
            double row = spec.mode().position(y, in.height(), map.height());
            int top = (int) row;
            for (int x = 0; x < map.width(); x++) {
                double column = spec.mode().position(x, in.width(), map.width());
                int left = (int) column;
                int at = o.outOffset() + (y * map.width() + x) * map.stride();
                int a = pixel(o, top, left);
                if (y >= rows || x >= columns) {
                    Arrays.fill(o.out(), at, at + map.channels(), 0f);
                } else if (copies) {
                    System.arraycopy(o.in(), a, o.out(), at, map.channels());
                } else {
                    int right = Math.min(in.width() - 1, left + 1);
                    int bottom = Math.min(in.height() - 1, top + 1);
                    between(o, at, row - top, column - left, a, pixel(o, top, right), pixel(o, bottom, left),
                            pixel(o, bottom, right));
                }
                Arrays.fill(o.out(), at + map.channels(), at + map.stride(), 0f);
            }
        }
    }

    private int pixel(Operands o, int y, int x) {
        return o.inOffset() + (y * spec.in().width() + x) * spec.in().stride();
    }

    private void between(Operands o, int at, double down, double across, int a, int b, int c, int d) {
        float[] in = o.in();
        for (int i = 0; i < spec.in().channels(); i++) {
            double upper = (1 - across) * in[a + i] + across * in[b + i];
            double lower = (1 - across) * in[c + i] + across * in[d + i];
            o.out()[at + i] = (float) ((1 - down) * upper + down * lower);
        }
    }
}
