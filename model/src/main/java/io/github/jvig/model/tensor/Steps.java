package io.github.jvig.model.tensor;

import java.util.List;

/** Distances of elements from the first, in order; as a stride where they are even, else as a table. */
final class Steps {
    private final int count;
    private final int stride;
    private final int[] table;

    /** The elements of some digits, the slowest first. */
    Steps(List<Dim> dims) {
        count = Dim.elements(dims);
        List<Dim> merged = Dim.merged(dims);
        if (merged.size() <= 1) {
            stride = merged.isEmpty() ? 1 : merged.getFirst().stride();
            table = null;
            return;
        }
        stride = 0;
        table = table(dims);
    }

    /** Distances as a table. */
    static int[] table(List<Dim> dims) {
        int[] table = {0};
        for (Dim dim : dims) {
            int[] longer = new int[Math.multiplyExact(table.length, dim.extent())];
            for (int i = 0; i < longer.length; i++) {
                longer[i] = table[i / dim.extent()] + i % dim.extent() * dim.stride();
            }
            table = longer;
        }
        return table;
    }

    int count() {
        return count;
    }

    /** Whether they lie side by side. */
    boolean areTogether() {
        return table == null && (stride == 1 || count == 1);
    }

    int at(int i) {
        return table == null ? i * stride : table[i];
    }

    void gather(float[] from, int at, float[] to, int start) {
        if (table != null) {
            for (int i = 0; i < count; i++) {
                to[start + i] = from[at + table[i]];
            }
        } else if (stride == 1) {
            System.arraycopy(from, at, to, start, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[start + i] = from[at + i * stride];
            }
        }
    }

    void scatter(float[] from, int start, float[] to, int at) {
        if (table != null) {
            for (int i = 0; i < count; i++) {
                to[at + table[i]] = from[start + i];
            }
        } else if (stride == 1) {
            System.arraycopy(from, start, to, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[at + i * stride] = from[start + i];
            }
        }
    }
}
