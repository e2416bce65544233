package io.github.jvig.kernels.vector.product;

import static io.github.jvig.kernels.vector.common.VectorConfig.LANES;

import io.github.jvig.kernels.AlignedFloats;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MatrixProduct.Matrices;
import io.github.jvig.kernels.MatrixProduct;
import io.github.jvig.kernels.Operands;
import io.github.jvig.kernels.vector.common.Split;
import io.github.jvig.kernels.vector.common.Transpose;
import io.github.jvig.kernels.vector.common.VectorConfig;
import java.util.Arrays;

/**
 * {@link MatrixProduct} on the tiles of the convolutions. The right matrix is packed into panels: weights once, others in the caller's
 * scratch. The left one is read where it lies, unless the elements of its rows are apart; then rows are copied. A panel whose vectors go
 * beyond the last column is computed in the scratch, and what there is of it copied.
 *
 * <p>A part is a block of rows by a group of panels of one product. Parts of the same panels follow each other, and a thread that does
 * several packs once. A unit is one part or several.
 */
public final class VectorMatrixProduct implements Kernel {
    /** Floats that a thread packs at a time, at most, unless a single panel or tile has more: 256 KiB, a part of a second-level cache. */
    private static final int MAX_PACKED = 1 << 16;
    /** Tiles of a block, at least, where the right matrix is packed anew for each: that is work for each block that another thread takes. */
    private static final int MIN_TILES = 4;

    private final MatrixProduct spec;
    /** Kept, since the spec makes it anew for each call. */
    private final MapLayout out;
    private final GemmTile tile;
    /** Weights of the left side; null for others. */
    private final float[] leftWeights;
    /** Holds all panels of a right side of weights, matrix by matrix, from the start of a cache line on; null for others. */
    private final float[] panels;
    private final int[] leftStarts;
    /** Where the right matrices start in their map; of weights, where their panels do. */
    private final int[] rightStarts;
    /** First vector of each panel, then the number of all vectors. */
    private final int[] vectors;
    /** First panel of each group, then the number of panels. */
    private final int[] groups;
    private final boolean copiesLeft;
    private final int tiles;
    private final int blocks;
    /** Parts as rows. */
    private final Split split;
    /** Offsets into the scratch; panels are at 0. */
    private final int leftAt;
    private final int raggedAt;
    private final int spareAt;

    public VectorMatrixProduct(MatrixProduct spec, float[] weight, GemmTile tile) {
        this.spec = spec;
        out = spec.out();
        this.tile = tile;
        vectors = WeightPanels.split(spec.columns(), tile.vectors);
        leftWeights = spec.left().constant() ? weight.clone() : null;
        leftStarts = spec.left().starts(spec.batch());
        int[] starts = spec.right().starts(spec.batch());
        panels = spec.right().constant() ? packed(weight, starts) : null;
        rightStarts = starts;
        copiesLeft = spec.left().columnStride() != 1 && spec.depth() > 1;
        tiles = spec.rows() / tile.rows;
        int wanted = Split.ofRows(spec.macs(), Integer.MAX_VALUE).units();
        int each = Math.ceilDiv(wanted, starts.length);
        int count = vectors.length - 1;
        int forCache = panels != null ? 1 : Math.ceilDiv(panelFloats(0, count), MAX_PACKED);
        int groupCount = Math.clamp(Math.max(forCache, copiesLeft ? 1 : each), 1, count);
        groups = new int[groupCount + 1];
        for (int g = 0; g <= groupCount; g++) {
            groups[g] = (int) ((long) g * count / groupCount);
        }
        int forRows = copiesLeft ? Math.ceilDiv(Math.multiplyExact(spec.rows(), spec.depth()), MAX_PACKED) : 1;
        int most = panels != null ? tiles : Math.max(1, tiles / MIN_TILES);
        blocks = Math.min(tiles, Math.max(forRows, Math.min(most, each / groupCount)));
        split = Split.ofRows(spec.macs(), Math.multiplyExact(starts.length * groupCount, blocks));
        int widest = 0;
        for (int g = 0; g < groupCount; g++) {
            widest = Math.max(widest, panelFloats(groups[g], groups[g + 1]));
        }
        int blockRows = Math.ceilDiv(tiles, blocks) * tile.rows + spec.rows() % tile.rows;
        leftAt = panels != null ? 0 : widest;
        raggedAt = Math.addExact(leftAt, copiesLeft ? Math.multiplyExact(blockRows, spec.depth()) : 0);
        spareAt = raggedAt + tile.rows * tile.vectors * LANES;
    }

    /** Floats of some panels. */
    private int panelFloats(int first, int end) {
        return Math.multiplyExact((vectors[end] - vectors[first]) * LANES, spec.depth() + 1);
    }

    /** The panels of all matrices; {@code starts} then says where those of each product are. */
    private float[] packed(float[] weight, int[] starts) {
        int[] distinct = Arrays.stream(starts).distinct().sorted().toArray();
        int size = panelFloats(0, vectors.length - 1);
        AlignedFloats place = AlignedFloats.allocate(Math.multiplyExact(distinct.length, size));
        float[] spare = new float[Transpose.SQUARE];
        for (int i = 0; i < distinct.length; i++) {
            pack(weight, distinct[i], 0, vectors.length - 1, place.array(), place.offset() + i * size, spare,
                    0);
        }
        for (int i = 0; i < starts.length; i++) {
            starts[i] = place.offset() + Arrays.binarySearch(distinct, starts[i]) * size;
        }
        return place.array();
    }

    @Override
    public MatrixProduct spec() {
        return spec;
    }

    @Override
    public String name() {
        return "f32-matrix-product-" + tile + "-" + VectorConfig.NAME;
    }

    @Override
    public int units() {
        return split.units();
    }

    @Override
    public boolean prefersContiguousUnits() {
        return blocks > 1 && panels == null;
    }

    @Override
    public int scratch() {
        return spareAt + Transpose.SQUARE;
    }

    @Override
    public void run(Operands o, float[] scratch, int offset, int from, int to) {
        Matrices left = spec.left();
        Matrices right = spec.right();
        float[] a = leftWeights != null ? leftWeights : o.input(left.input());
        int aOffset = leftWeights != null ? 0 : o.inputOffset(left.input());
        int packedRight = -1;
        int packedGroup = -1;
        int copied = -1;
        int copiedBlock = -1;
        int end = split.row(to);
        for (int part = split.row(from); part < end; part++) {
            int block = part % blocks;
            int group = part / blocks % (groups.length - 1);
            int product = part / blocks / (groups.length - 1);
            int firstRow = firstRow(block);
            int rows = firstRow(block + 1) - firstRow;
            float[] b = panels;
            int bOffset = rightStarts[product] + (panels == null ? 0 : panelFloats(0, groups[group]));
            if (panels == null) {
                if (packedRight != rightStarts[product] || packedGroup != group) {
                    packedRight = rightStarts[product];
                    packedGroup = group;
                    pack(o.input(right.input()), o.inputOffset(right.input()) + packedRight, groups[group],
                            groups[group + 1], scratch, offset, scratch, offset + spareAt);
                }
                b = scratch;
                bOffset = offset;
            }
            int start = aOffset + leftStarts[product] + firstRow * left.rowStride();
            int io = o.outOffset() + (product * spec.rows() + firstRow) * spec.columns();
            if (copiesLeft) {
                if (copied != leftStarts[product] || copiedBlock != block) {
                    copied = leftStarts[product];
                    copiedBlock = block;
                    copy(a, start, rows, scratch, offset);
                }
                multiply(group, rows, scratch, offset + leftAt, spec.depth(), b, bOffset, o.out(), io, scratch,
                        offset + raggedAt);
            } else {
                multiply(group, rows, a, start, left.rowStride(), b, bOffset, o.out(), io, scratch,
                        offset + raggedAt);
            }
        }
        if (to == units()) {
            Arrays.fill(o.out(), o.outOffset() + out.channels(), o.outOffset() + out.length(), 0f);
        }
    }

    private int firstRow(int block) {
        return block == blocks ? spec.rows() : (int) ((long) block * tiles / blocks) * tile.rows;
    }

    /** Some rows by the panels of a group. */
    private void multiply(int group, int rows, float[] a, int aOffset, int aRowStride, float[] b, int bOffset,
            float[] out, int outOffset, float[] scratch, int ragged) {
        int n = spec.columns();
        for (int p = groups[group]; p < groups[group + 1]; p++) {
            int panel = bOffset + panelFloats(groups[group], p);
            int width = vectors[p + 1] - vectors[p];
            int first = vectors[p] * LANES;
            int length = Math.min(width * LANES, n - first);
            if (length == width * LANES) {
                tile.multiply(rows, width, a, aOffset, aRowStride, spec.depth(), b, panel, out, outOffset + first, n);
                continue;
            }
            int height;
            for (int next = 0; next < rows; next += height) {
                height = tile.rowsAtLeast(Math.min(tile.rows, rows - next), width);
                int row = Math.min(next, rows - height);
                tile.multiply(height, width, a, aOffset + row * aRowStride, aRowStride, spec.depth(), b, panel, scratch,
                        ragged, width * LANES);
                for (int r = 0; r < height; r++) {
                    System.arraycopy(scratch, ragged + r * width * LANES, out, outOffset + (row + r) * n + first,
                            length);
                }
            }
        }
    }

    /** Panels of the right matrix that starts at {@code start}: a bias of zero, then a row for each step of the depth. */
    private void pack(float[] b, int start, int firstPanel, int endPanel, float[] to, int offset, float[] spare,
            int spareOffset) {
        Matrices right = spec.right();
        int depth = spec.depth();
        int at = offset;
        for (int p = firstPanel; p < endPanel; p++) {
            int width = (vectors[p + 1] - vectors[p]) * LANES;
            int first = vectors[p] * LANES;
            int length = Math.min(width, spec.columns() - first);
            Arrays.fill(to, at, length < width ? at + width * (depth + 1) : at + width, 0f);
            int from = start + first * right.columnStride();
            if (right.columnStride() == 1) {
                for (int k = 0; k < depth; k++) {
                    System.arraycopy(b, from + k * right.rowStride(), to, at + (k + 1) * width, length);
                }
            } else {
                turn(b, from, right.columnStride(), right.rowStride(), length, depth, to, at + width, width, spare,
                        spareOffset);
            }
            at += width * (depth + 1);
        }
    }

    /** Rows of the left matrix side by side. */
    private void copy(float[] a, int start, int rows, float[] scratch, int offset) {
        turn(a, start, spec.left().columnStride(), spec.left().rowStride(), spec.depth(), rows, scratch,
                offset + leftAt, spec.depth(), scratch, offset + spareAt);
    }

    /**
     * {@code to[j * toStep + i] = from[i * outer + j * inner]} for i up to {@code n} and j up to {@code m}; by squares where the inner elements
     * lie side by side.
     */
    private static void turn(float[] from, int at, int outer, int inner, int n, int m, float[] to, int toAt, int toStep,
            float[] spare, int spareAt) {
        int squaredN = 0;
        int squaredM = 0;
        if (inner == 1) {
            squaredN = n / LANES * LANES;
            squaredM = m / LANES * LANES;
            for (int i = 0; i < squaredN; i += LANES) {
                for (int j = 0; j < squaredM; j += LANES) {
                    Transpose.square(from, at + i * outer + j, outer, to, toAt + j * toStep + i, toStep, spare,
                            spareAt);
                }
            }
        }
        for (int j = 0; j < m; j++) {
            for (int i = j < squaredM ? squaredN : 0; i < n; i++) {
                to[toAt + j * toStep + i] = from[at + i * outer + j * inner];
            }
        }
    }
}
