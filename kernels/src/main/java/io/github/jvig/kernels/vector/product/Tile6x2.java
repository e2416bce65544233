package io.github.jvig.kernels.vector.product;

/** Six rows by two vectors, 12 sums: the tile for 16 registers, of which it uses 15. */
final class Tile6x2 extends GemmTile {
    Tile6x2() {
        super(6, 2, 64);
    }

    @Override
    public boolean suits(int registers) {
        return registers < 32;
    }

    @Override
    public String registers() {
        return "16 vector registers";
    }

    @Override
    public void multiply(int height, int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel,
            int panelOffset, float[] out, int outOffset, int outRowStride, float low, float high) {
        switch (width) {
            case 2 -> GemmLoops.multiply6x2(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.multiply6x1(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
        }
    }

    @Override
    public void accumulate(int width, float[] a, int aOffset, int aRowStride, int depth, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        switch (width) {
            case 2 -> GemmLoops.accumulate6x2(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.accumulate6x1(aOffset, aRowStride, depth, a, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
        }
    }

    @Override
    public void gather(int width, float[] a, int aOffset, int aRowStride, int[] offsets, float[] panel, int panelOffset,
            float[] out, int outOffset, int outRowStride, float low, float high) {
        switch (width) {
            case 2 -> GemmLoops.gather6x2(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
            default -> GemmLoops.gather6x1(a, aOffset, aRowStride, offsets, panel, panelOffset, out, outOffset,
                    outRowStride, low, high);
        }
    }
}
