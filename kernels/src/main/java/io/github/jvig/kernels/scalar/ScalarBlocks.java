package io.github.jvig.kernels.scalar;

import io.github.jvig.kernels.BlockOrder;
import io.github.jvig.kernels.DepthToSpace;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.SpaceToDepth;
import io.github.jvig.kernels.Spec;
import java.util.Arrays;

/**
 * {@link DepthToSpace} and {@link SpaceToDepth}, which only copy. A unit is a row of the map with fewer pixels.
 *
 * @param spec   one of the two
 * @param blocks the map whose pixels are blocks
 * @param map    the map whose pixels are the blocks' pixels
 * @param factor pixels along a side of a block
 * @param order  how they lie in the channels
 */
record ScalarBlocks(Spec spec, MapLayout blocks, MapLayout map, int factor, BlockOrder order) implements Kernel {
    static ScalarBlocks of(DepthToSpace spec) {
        return new ScalarBlocks(spec, spec.in(), spec.out(), spec.factor(), spec.order());
    }

    static ScalarBlocks of(SpaceToDepth spec) {
        return new ScalarBlocks(spec, spec.out(), spec.in(), spec.factor(), spec.order());
    }

    @Override
    public String name() {
        return "f32-" + spec.operation() + "-scalar";
    }

    @Override
    public int units() {
        return blocks.height();
    }

    @Override
    public void run(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        boolean toPixels = spec instanceof DepthToSpace;
        MapLayout out = spec.out();
        int step = order.step(factor);
        int channels = map.channels();
        for (int y = from * factor; y < to * factor; y++) {
            for (int x = 0; x < map.width(); x++) {
                int pixel = (y * map.width() + x) * map.stride();
                int block = (y / factor * blocks.width() + x / factor) * blocks.stride()
                        + order.first(y % factor, x % factor, factor, channels);
                if (toPixels) {
                    copy(o.in(), o.inOffset() + block, step, o.out(), o.outOffset() + pixel, 1, channels);
                    clear(o.out(), o.outOffset() + pixel, out);
                } else {
                    copy(o.in(), o.inOffset() + pixel, 1, o.out(), o.outOffset() + block, step, channels);
                }
            }
        }
        for (int b = from * out.width(); !toPixels && b < to * out.width(); b++) {
            clear(o.out(), o.outOffset() + b * out.stride(), out);
        }
    }

    private static void copy(float[] in, int inAt, int inStep, float[] out, int outAt, int outStep, int length) {
        if (inStep == 1 && outStep == 1) {
            System.arraycopy(in, inAt, out, outAt, length);
            return;
        }
        for (int c = 0; c < length; c++) {
            out[outAt + c * outStep] = in[inAt + c * inStep];
        }
    }

    private static void clear(float[] out, int pixel, MapLayout map) {
        Arrays.fill(out, pixel + map.channels(), pixel + map.stride(), 0f);
    }
}
