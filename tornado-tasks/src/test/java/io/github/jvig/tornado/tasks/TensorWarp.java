package io.github.jvig.tornado.tasks;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What the 32 work items of a warp do together on tensor cores, as plain Java, for {@link JavaTasks}. The layouts of the fragments are those of
 * NVIDIA's PTX ISA for {@code mma.sync.aligned.m16n8k16} with numbers of half precision and sums in single precision, the tiles those that
 * TornadoVM's {@code mmaLoadA} and {@code mmaLoadB} read: 16 rows of 16 numbers, and 16 rows of 8.
 */
final class TensorWarp {
    static final int LANES = 32;
    /** A pair of numbers of half precision that are no numbers. */
    static final int TWO_NANS = 0x7e007e00;
    private static final int DEPTH = 16;
    private static final int COLUMNS = 8;

    private final CyclicBarrier barrier = new CyclicBarrier(LANES);
    private final HalfFloat[][] as = new HalfFloat[LANES][];
    private final HalfFloat[][] bs = new HalfFloat[LANES][];

    private static HalfFloat half(int[] tile, int index) {
        return new HalfFloat((short) (tile[index / 2] >> index % 2 * Short.SIZE));
    }

    /** The eight numbers of a lane: two each of rows {@code lane / 4} and 8 further, then the same of columns 8 further. */
    static HalfFloat[] loadA(int[] tile, int byteOffset, int lane) {
        HalfFloat[] a = new HalfFloat[8];
        for (int i = 0; i < a.length; i++) {
            a[i] = half(tile, byteOffset / 2 + (lane / 4 + i / 2 % 2 * 8) * DEPTH + lane % 4 * 2 + i % 2 + i / 4 * 8);
        }
        return a;
    }

    /** The four numbers of a lane: two rows from {@code lane % 4 * 2} on, then two that are 8 further, of column {@code lane / 4}. */
    static HalfFloat[] loadB(int[] tile, int byteOffset, int lane) {
        HalfFloat[] b = new HalfFloat[4];
        for (int i = 0; i < b.length; i++) {
            b[i] = half(tile, byteOffset / 2 + (lane % 4 * 2 + i % 2 + i / 2 * 8) * COLUMNS + lane / 4);
        }
        return b;
    }

    /** Adds to the sums of a lane, two each of rows {@code lane / 4} and 8 further, columns from {@code lane % 4 * 2} on. */
    float[] multiply(HalfFloat[] a, HalfFloat[] b, float[] c, int lane) {
        as[lane] = a;
        bs[lane] = b;
        await();
        float[] sums = c.clone();
        for (int i = 0; i < sums.length; i++) {
            int row = lane / 4 + i / 2 * 8;
            int column = lane % 4 * 2 + i % 2;
            for (int k = 0; k < DEPTH; k++) {
                sums[i] += as[row % 8 * 4 + k % 8 / 2][row / 8 * 2 + k % 2 + k / 8 * 4].getFloat32()
                        * bs[column * 4 + k % 8 / 2][k % 2 + k / 8 * 2].getFloat32();
            }
        }
        await();
        return sums;
    }

    static void store(float[] d, FloatArray to, int row, int column, int rowLength, int lane) {
        for (int i = 0; i < d.length; i++) {
            to.set((row + lane / 4 + i / 2 * 8) * rowLength + column + lane % 4 * 2 + i % 2, d[i]);
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
