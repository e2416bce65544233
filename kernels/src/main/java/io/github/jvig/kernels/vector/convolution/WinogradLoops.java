package io.github.jvig.kernels.vector.convolution;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;
import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The transforms of inputs and of products of each {@link WinogradScheme}, channel by channel, a vector of channels at a time. All values of
 * a vector of channels are local variables: vectors that are passed on become objects when the compiler stops inlining.
 */
final class WinogradLoops {
    private WinogradLoops() {
    }

    /**
     * Transforms 4x4 pixels, for a stride of 1.
     *
     * @param at        where the first pixel starts
     * @param rowStep   floats from one row of pixels to the next
     * @param pixelStep floats from one pixel to the next
     * @param plane     floats from one of the 16 results to the next, row by row
     * @param channels  floats of a pixel, a whole number of vectors
     */
    static void inputStride1(float[] in, int at, int rowStep, int pixelStep, float[] out, int outAt, int plane,
            int channels) {
        for (int i = 0; i < channels; i += LANES) {
            int row0 = at + i;
            int row1 = row0 + rowStep;
            int row2 = row1 + rowStep;
            int row3 = row2 + rowStep;
            int to = outAt + i;
            FloatVector a0 = FloatVector.fromArray(FLOATS, in, row0);
            FloatVector a1 = FloatVector.fromArray(FLOATS, in, row0 + pixelStep);
            FloatVector a2 = FloatVector.fromArray(FLOATS, in, row0 + 2 * pixelStep);
            FloatVector a3 = FloatVector.fromArray(FLOATS, in, row0 + 3 * pixelStep);
            FloatVector b0 = FloatVector.fromArray(FLOATS, in, row1);
            FloatVector b1 = FloatVector.fromArray(FLOATS, in, row1 + pixelStep);
            FloatVector b2 = FloatVector.fromArray(FLOATS, in, row1 + 2 * pixelStep);
            FloatVector b3 = FloatVector.fromArray(FLOATS, in, row1 + 3 * pixelStep);
            FloatVector c0 = FloatVector.fromArray(FLOATS, in, row2);
            FloatVector c1 = FloatVector.fromArray(FLOATS, in, row2 + pixelStep);
            FloatVector c2 = FloatVector.fromArray(FLOATS, in, row2 + 2 * pixelStep);
            FloatVector c3 = FloatVector.fromArray(FLOATS, in, row2 + 3 * pixelStep);
            FloatVector u0 = a0.sub(c0);
            FloatVector u1 = a1.sub(c1);
            FloatVector u2 = a2.sub(c2);
            FloatVector u3 = a3.sub(c3);
            u0.sub(u2).intoArray(out, to);
            u1.add(u2).intoArray(out, to + plane);
            u2.sub(u1).intoArray(out, to + 2 * plane);
            u1.sub(u3).intoArray(out, to + 3 * plane);
            u0 = b0.add(c0);
            u1 = b1.add(c1);
            u2 = b2.add(c2);
            u3 = b3.add(c3);
            u0.sub(u2).intoArray(out, to + 4 * plane);
            u1.add(u2).intoArray(out, to + 5 * plane);
            u2.sub(u1).intoArray(out, to + 6 * plane);
            u1.sub(u3).intoArray(out, to + 7 * plane);
            u0 = c0.sub(b0);
            u1 = c1.sub(b1);
            u2 = c2.sub(b2);
            u3 = c3.sub(b3);
            u0.sub(u2).intoArray(out, to + 8 * plane);
            u1.add(u2).intoArray(out, to + 9 * plane);
            u2.sub(u1).intoArray(out, to + 10 * plane);
            u1.sub(u3).intoArray(out, to + 11 * plane);
            u0 = b0.sub(FloatVector.fromArray(FLOATS, in, row3));
            u1 = b1.sub(FloatVector.fromArray(FLOATS, in, row3 + pixelStep));
            u2 = b2.sub(FloatVector.fromArray(FLOATS, in, row3 + 2 * pixelStep));
            u3 = b3.sub(FloatVector.fromArray(FLOATS, in, row3 + 3 * pixelStep));
            u0.sub(u2).intoArray(out, to + 12 * plane);
            u1.add(u2).intoArray(out, to + 13 * plane);
            u2.sub(u1).intoArray(out, to + 14 * plane);
            u1.sub(u3).intoArray(out, to + 15 * plane);
        }
    }

    /**
     * Transforms 5x5 pixels, for a stride of 2. The terms of a point follow each other without gaps: a term's last vector is written before the next
     * term's first one, which may overlap it, and up to a vector behind the last term is overwritten.
     *
     * @param at        where the first pixel starts
     * @param rowStep   floats from one row of pixels to the next
     * @param pixelStep floats from one pixel to the next
     * @param outAt     where the first tile's terms of the first point start
     * @param plane     floats of a term of all tiles: a point takes as many as it has terms
     * @param gap       floats between points besides
     * @param tile      how many tiles precede this one
     * @param channels  channels of a pixel; those up to a whole vector are read, too
     */
    static void inputStride2(float[] in, int at, int rowStep, int pixelStep, float[] out, int outAt, int plane, int gap,
            int tile, int channels) {
        int start0 = outAt + 4 * tile * channels;
        int start1 = outAt + 4 * plane + gap + 2 * tile * channels;
        int start2 = outAt + 6 * plane + 2 * gap + 4 * tile * channels;
        int start3 = outAt + 10 * plane + 3 * gap + 2 * tile * channels;
        int start4 = outAt + 12 * plane + 4 * gap + tile * channels;
        int start5 = outAt + 13 * plane + 5 * gap + 2 * tile * channels;
        int start6 = outAt + 15 * plane + 6 * gap + 4 * tile * channels;
        int start7 = outAt + 19 * plane + 7 * gap + 2 * tile * channels;
        int start8 = outAt + 21 * plane + 8 * gap + 4 * tile * channels;
        for (int i = (channels - 1) / LANES * LANES; i >= 0; i -= LANES) {
            int row0 = at + i;
            int row1 = row0 + rowStep;
            int row2 = row1 + rowStep;
            int row3 = row2 + rowStep;
            int row4 = row3 + rowStep;
            FloatVector c0 = FloatVector.fromArray(FLOATS, in, row2);
            FloatVector c1 = FloatVector.fromArray(FLOATS, in, row2 + pixelStep);
            FloatVector c2 = FloatVector.fromArray(FLOATS, in, row2 + 2 * pixelStep);
            FloatVector c3 = FloatVector.fromArray(FLOATS, in, row2 + 3 * pixelStep);
            FloatVector c4 = FloatVector.fromArray(FLOATS, in, row2 + 4 * pixelStep);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, row0).sub(c0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, row0 + pixelStep).sub(c1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, row0 + 2 * pixelStep).sub(c2);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, row0 + 3 * pixelStep).sub(c3);
            FloatVector x4 = FloatVector.fromArray(FLOATS, in, row0 + 4 * pixelStep).sub(c4);
            x0.sub(x2).intoArray(out, start0 + i);
            x1.intoArray(out, start0 + i + channels);
            x2.intoArray(out, start1 + i);
            x4.sub(x2).intoArray(out, start2 + i);
            x3.intoArray(out, start2 + i + channels);
            x0 = FloatVector.fromArray(FLOATS, in, row1);
            x1 = FloatVector.fromArray(FLOATS, in, row1 + pixelStep);
            x2 = FloatVector.fromArray(FLOATS, in, row1 + 2 * pixelStep);
            x3 = FloatVector.fromArray(FLOATS, in, row1 + 3 * pixelStep);
            x4 = FloatVector.fromArray(FLOATS, in, row1 + 4 * pixelStep);
            x0.sub(x2).intoArray(out, start0 + i + 2 * channels);
            x1.intoArray(out, start0 + i + 3 * channels);
            x2.intoArray(out, start1 + i + channels);
            x4.sub(x2).intoArray(out, start2 + i + 2 * channels);
            x3.intoArray(out, start2 + i + 3 * channels);
            c0.sub(c2).intoArray(out, start3 + i);
            c1.intoArray(out, start3 + i + channels);
            c2.intoArray(out, start4 + i);
            c4.sub(c2).intoArray(out, start5 + i);
            c3.intoArray(out, start5 + i + channels);
            x0 = FloatVector.fromArray(FLOATS, in, row4).sub(c0);
            x1 = FloatVector.fromArray(FLOATS, in, row4 + pixelStep).sub(c1);
            x2 = FloatVector.fromArray(FLOATS, in, row4 + 2 * pixelStep).sub(c2);
            x3 = FloatVector.fromArray(FLOATS, in, row4 + 3 * pixelStep).sub(c3);
            x4 = FloatVector.fromArray(FLOATS, in, row4 + 4 * pixelStep).sub(c4);
            x0.sub(x2).intoArray(out, start6 + i);
            x1.intoArray(out, start6 + i + channels);
            x2.intoArray(out, start7 + i);
            x4.sub(x2).intoArray(out, start8 + i);
            x3.intoArray(out, start8 + i + channels);
            x0 = FloatVector.fromArray(FLOATS, in, row3);
            x1 = FloatVector.fromArray(FLOATS, in, row3 + pixelStep);
            x2 = FloatVector.fromArray(FLOATS, in, row3 + 2 * pixelStep);
            x3 = FloatVector.fromArray(FLOATS, in, row3 + 3 * pixelStep);
            x4 = FloatVector.fromArray(FLOATS, in, row3 + 4 * pixelStep);
            x0.sub(x2).intoArray(out, start6 + i + 2 * channels);
            x1.intoArray(out, start6 + i + 3 * channels);
            x2.intoArray(out, start7 + i + channels);
            x4.sub(x2).intoArray(out, start8 + i + 2 * channels);
            x3.intoArray(out, start8 + i + 3 * channels);
        }
    }

    /**
     * Makes 2x2 outputs of 4x4 products, for a stride of 1.
     *
     * @param plane     floats from one of the 16 products to the next, row by row
     * @param rowStep   floats from one row of outputs to the next; 0 if there is no second one, which is then overwritten by the first
     * @param pixelStep floats from one output of a row to the next; 0 if there is no second one
     * @param channels  floats of an output, a whole number of vectors
     * @param low       lower bound of the outputs; NaN stays
     * @param high      upper bound; not above {@code low} for outputs without bounds
     * @return whether the outputs of the first row are finite before they are bounded, in bit 0, and those of the second, in bit 1; also those that
     *         are overwritten
     */
    static int outputStride1(float[] products, int at, int plane, float[] out, int outAt, int rowStep, int pixelStep,
            int channels, float low, float high) {
        // Zero as long as all that was added, times zero, is finite.
        FloatVector check0 = FloatVector.zero(FLOATS);
        FloatVector check1 = check0;
        for (int i = 0; i < channels; i += LANES) {
            int from = at + i;
            FloatVector m1 = FloatVector.fromArray(FLOATS, products, from + 4 * plane);
            FloatVector m2 = FloatVector.fromArray(FLOATS, products, from + 8 * plane);
            FloatVector s0 = FloatVector.fromArray(FLOATS, products, from).add(m1).add(m2);
            FloatVector t0 = m1.sub(m2).sub(FloatVector.fromArray(FLOATS, products, from + 12 * plane));
            m1 = FloatVector.fromArray(FLOATS, products, from + 5 * plane);
            m2 = FloatVector.fromArray(FLOATS, products, from + 9 * plane);
            FloatVector s1 = FloatVector.fromArray(FLOATS, products, from + plane).add(m1).add(m2);
            FloatVector t1 = m1.sub(m2).sub(FloatVector.fromArray(FLOATS, products, from + 13 * plane));
            m1 = FloatVector.fromArray(FLOATS, products, from + 6 * plane);
            m2 = FloatVector.fromArray(FLOATS, products, from + 10 * plane);
            FloatVector s2 = FloatVector.fromArray(FLOATS, products, from + 2 * plane).add(m1).add(m2);
            FloatVector t2 = m1.sub(m2).sub(FloatVector.fromArray(FLOATS, products, from + 14 * plane));
            m1 = FloatVector.fromArray(FLOATS, products, from + 7 * plane);
            m2 = FloatVector.fromArray(FLOATS, products, from + 11 * plane);
            FloatVector s3 = FloatVector.fromArray(FLOATS, products, from + 3 * plane).add(m1).add(m2);
            FloatVector t3 = m1.sub(m2).sub(FloatVector.fromArray(FLOATS, products, from + 15 * plane));
            FloatVector y00 = s0.add(s1).add(s2);
            FloatVector y01 = s1.sub(s2).sub(s3);
            FloatVector y10 = t0.add(t1).add(t2);
            FloatVector y11 = t1.sub(t2).sub(t3);
            check0 = y00.fma(FloatVector.zero(FLOATS), check0);
            check0 = y01.fma(FloatVector.zero(FLOATS), check0);
            check1 = y10.fma(FloatVector.zero(FLOATS), check1);
            check1 = y11.fma(FloatVector.zero(FLOATS), check1);
            if (low < high) {
                y00 = y00.blend(low, y00.compare(VectorOperators.LE, low));
                y01 = y01.blend(low, y01.compare(VectorOperators.LE, low));
                y10 = y10.blend(low, y10.compare(VectorOperators.LE, low));
                y11 = y11.blend(low, y11.compare(VectorOperators.LE, low));
                if (high < Float.POSITIVE_INFINITY) {
                    y00 = y00.blend(high, y00.compare(VectorOperators.GT, high));
                    y01 = y01.blend(high, y01.compare(VectorOperators.GT, high));
                    y10 = y10.blend(high, y10.compare(VectorOperators.GT, high));
                    y11 = y11.blend(high, y11.compare(VectorOperators.GT, high));
                }
            }
            int to = outAt + i;
            y11.intoArray(out, to + rowStep + pixelStep);
            y10.intoArray(out, to + rowStep);
            y01.intoArray(out, to + pixelStep);
            y00.intoArray(out, to);
        }
        return (check0.compare(VectorOperators.NE, check0).anyTrue() ? 0 : 1)
                | (check1.compare(VectorOperators.NE, check1).anyTrue() ? 0 : 2);
    }

    /** The same for a stride of 2, of 3x3 products. */
    static int outputStride2(float[] products, int at, int plane, float[] out, int outAt, int rowStep, int pixelStep,
            int channels, float low, float high) {
        // Zero as long as all that was added, times zero, is finite.
        FloatVector check0 = FloatVector.zero(FLOATS);
        FloatVector check1 = check0;
        for (int i = 0; i < channels; i += LANES) {
            int from = at + i;
            FloatVector m = FloatVector.fromArray(FLOATS, products, from + 3 * plane);
            FloatVector s0 = FloatVector.fromArray(FLOATS, products, from).add(m);
            FloatVector t0 = FloatVector.fromArray(FLOATS, products, from + 6 * plane).add(m);
            m = FloatVector.fromArray(FLOATS, products, from + 4 * plane);
            FloatVector s1 = FloatVector.fromArray(FLOATS, products, from + plane).add(m);
            FloatVector t1 = FloatVector.fromArray(FLOATS, products, from + 7 * plane).add(m);
            m = FloatVector.fromArray(FLOATS, products, from + 5 * plane);
            FloatVector s2 = FloatVector.fromArray(FLOATS, products, from + 2 * plane).add(m);
            FloatVector t2 = FloatVector.fromArray(FLOATS, products, from + 8 * plane).add(m);
            FloatVector y00 = s0.add(s1);
            FloatVector y01 = s1.add(s2);
            FloatVector y10 = t0.add(t1);
            FloatVector y11 = t1.add(t2);
            check0 = y00.fma(FloatVector.zero(FLOATS), check0);
            check0 = y01.fma(FloatVector.zero(FLOATS), check0);
            check1 = y10.fma(FloatVector.zero(FLOATS), check1);
            check1 = y11.fma(FloatVector.zero(FLOATS), check1);
            if (low < high) {
                y00 = y00.blend(low, y00.compare(VectorOperators.LE, low));
                y01 = y01.blend(low, y01.compare(VectorOperators.LE, low));
                y10 = y10.blend(low, y10.compare(VectorOperators.LE, low));
                y11 = y11.blend(low, y11.compare(VectorOperators.LE, low));
                if (high < Float.POSITIVE_INFINITY) {
                    y00 = y00.blend(high, y00.compare(VectorOperators.GT, high));
                    y01 = y01.blend(high, y01.compare(VectorOperators.GT, high));
                    y10 = y10.blend(high, y10.compare(VectorOperators.GT, high));
                    y11 = y11.blend(high, y11.compare(VectorOperators.GT, high));
                }
            }
            int to = outAt + i;
            y11.intoArray(out, to + rowStep + pixelStep);
            y10.intoArray(out, to + rowStep);
            y01.intoArray(out, to + pixelStep);
            y00.intoArray(out, to);
        }
        return (check0.compare(VectorOperators.NE, check0).anyTrue() ? 0 : 1)
                | (check1.compare(VectorOperators.NE, check1).anyTrue() ? 0 : 2);
    }
}
