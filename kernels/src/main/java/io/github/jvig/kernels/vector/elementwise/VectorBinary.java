package io.github.jvig.kernels.vector.elementwise;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.Binary;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.activation.Epilogues;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.VectorConfig;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Binary}. Maps of one shape are one long row, padding included; otherwise pixel by pixel. Some pixels at a time, so that the activation
 * finds them in the nearest cache.
 */
public record VectorBinary(Binary spec, Split split) implements Kernel {
    /** Floats that are written before the activation goes over them: 8 KiB of the nearest cache. */
    private static final int BLOCK = 2048;
    /** A multiply-accumulate of a matrix product is done in the time in which a sixteenth of an element is fetched. */
    private static final long ELEMENT_MACS = 16;

    public VectorBinary(Binary spec) {
        this(spec, Split.ofRows(ELEMENT_MACS * spec.in().length(), spec.in().height()));
    }

    @Override
    public String name() {
        return "f32-binary-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        MapLayout map = spec.in();
        int stride = map.stride();
        int first = split.row(from) * map.width();
        int end = split.row(to) * map.width();
        int step = Math.max(1, BLOCK / stride);
        Binary.Broadcast broadcast = spec.broadcast();
        int width = broadcast == Binary.Broadcast.NONE ? stride : VectorConfig.vectors(map.channels()) * LANES;
        boolean keepsZero = spec.activation().keepsZero() && broadcast != Binary.Broadcast.CHANNEL;
        for (int p = first; p < end; p += step) {
            int pixels = Math.min(step, end - p);
            int x = o.inOffset() + p * stride;
            int out = o.outOffset() + p * stride;
            switch (broadcast) {
                case NONE -> row(spec.operator(), o.in(), x, o.in2(), o.in2Offset() + p * stride, o.out(), out,
                        pixels * stride);
                case PIXEL -> {
                    for (int i = 0; i < pixels * stride; i += stride) {
                        row(spec.operator(), o.in(), x + i, o.in2(), o.in2Offset(), o.out(), out + i, width);
                    }
                }
                case CHANNEL -> {
                    int y = o.in2Offset() + p * spec.in2Layout().stride();
                    for (int i = 0; i < pixels; i++) {
                        number(spec.operator(), o.in(), x + i * stride, o.in2()[y + i * spec.in2Layout().stride()],
                                o.out(), out + i * stride, width);
                    }
                }
            }
            Epilogues.activate(spec.activation(), o.out(), out, stride, pixels, width);
            Epilogues.clear(o.out(), out, stride, pixels, keepsZero ? width : map.channels());
        }
    }

    /** A switch outside of each loop: one that C2 has to keep inside costs more than the arithmetic. */
    static void row(Binary.Operator operator, float[] x, int xOffset, float[] y, int yOffset, float[] out,
            int outOffset, int length) {
        switch (operator) {
            case ADD -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).add(FloatVector.fromArray(FLOATS, y, yOffset + i))
                            .intoArray(out, outOffset + i);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(FloatVector.fromArray(FLOATS, y, yOffset + i))
                            .intoArray(out, outOffset + i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).mul(FloatVector.fromArray(FLOATS, y, yOffset + i))
                            .intoArray(out, outOffset + i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).max(FloatVector.fromArray(FLOATS, y, yOffset + i))
                            .intoArray(out, outOffset + i);
                }
            }
        }
    }

    private static void number(Binary.Operator operator, float[] x, int xOffset, float y, float[] out, int outOffset,
            int length) {
        switch (operator) {
            case ADD -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).add(y).intoArray(out, outOffset + i);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(y).intoArray(out, outOffset + i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).mul(y).intoArray(out, outOffset + i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < length; i += LANES) {
                    FloatVector.fromArray(FLOATS, x, xOffset + i).max(y).intoArray(out, outOffset + i);
                }
            }
        }
    }
}
