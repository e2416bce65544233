package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;

/** {@link Binary} by its definition. A unit is a row of the map. */
record ScalarBinary(Binary spec) implements Kernel {
    @Override
    public String name() {
        return "f32-binary-scalar";
    }

    @Override
    public int units() {
        return spec.in().height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int pixelStep = spec.broadcast() == Binary.Broadcast.PIXEL ? 0 : spec.in2Layout().stride();
        int channelStep = spec.broadcast() == Binary.Broadcast.CHANNEL ? 0 : 1;
        for (int p = from * map.width(); p < to * map.width(); p++) {
            int x = o.inOffset() + p * map.stride();
            int y = o.in2Offset() + p * pixelStep;
            int out = o.outOffset() + p * map.stride();
            for (int c = 0; c < map.channels(); c++) {
                o.out()[out + c] = value(spec.operator(), o.in()[x + c], o.in2()[y + c * channelStep]);
            }
            Arrays.fill(o.out(), out + map.channels(), out + map.stride(), 0f);
            ScalarActivation.apply(spec.activation(), o.out(), out, map.channels());
        }
    }

    static float value(Binary.Operator operator, float x, float y) {
        return switch (operator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case MAXIMUM -> Math.max(x, y);
        };
    }
}
