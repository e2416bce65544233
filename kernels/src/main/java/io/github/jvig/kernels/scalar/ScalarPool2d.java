package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import java.util.Arrays;

/** {@link Pool2d} by its definition, averages in double. A unit is a row of the result. */
record ScalarPool2d(Pool2d spec) implements Kernel {
    @Override
    public String name() {
        return "f32-pool2d-scalar";
    }

    @Override
    public int units() {
        return spec.out().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.out();
        for (int y = from; y < to; y++) {
            for (int x = 0; x < map.width(); x++) {
                int at = o.outOffset() + (y * map.width() + x) * map.stride();
                for (int c = 0; c < map.channels(); c++) {
                    o.out()[at + c] = spec.mode() == Pool2d.Mode.MAXIMUM
                            ? greatest(o, y, x, c)
                            : (float) average(o, y, x, c);
                }
                Arrays.fill(o.out(), at + map.channels(), at + map.stride(), 0f);
                ScalarActivation.apply(spec.activation(), o.out(), at, map.channels());
            }
        }
    }

    private float greatest(Operands o, int y, int x, int c) {
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        float greatest = Float.NEGATIVE_INFINITY;
        for (int ky = rows.firstTap(y); ky < rows.endTap(y, spec.in().height()); ky++) {
            for (int kx = columns.firstTap(x); kx < columns.endTap(x, spec.in().width()); kx++) {
                greatest = Math.max(greatest, o.in()[at(o, y, x, ky, kx) + c]);
            }
        }
        return greatest;
    }

    private double average(Operands o, int y, int x, int c) {
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        int pixels = 0;
        double sum = 0;
        for (int ky = rows.firstTap(y); ky < rows.endTap(y, spec.in().height()); ky++) {
            for (int kx = columns.firstTap(x); kx < columns.endTap(x, spec.in().width()); kx++) {
                sum += o.in()[at(o, y, x, ky, kx) + c];
                pixels++;
            }
        }
        return sum / (spec.mode() == Pool2d.Mode.AVERAGE ? pixels : spec.window().taps());
    }

    /** Where the pixel under a tap starts. */
    private int at(Operands o, int y, int x, int ky, int kx) {
        Window.Axis rows = spec.window().rows();
        Window.Axis columns = spec.window().columns();
        return o.inOffset() + ((rows.start(y) + ky * rows.dilation()) * spec.in().width() + columns.start(x)
                + kx * columns.dilation()) * spec.in().stride();
    }
}
