package io.github.jvig.model.cpu;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.SparsePointwiseConv;
import io.github.jvig.model.graph.ConvOp;
import io.github.jvig.model.graph.Op;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.tensor.ProductOp;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Kernels by the arrays that their weights come from, so that weights are packed once where several operations have them: the images of a batch, or
 * the runs of what has other sizes from run to run. What was not used for longest goes when there are more weights than a bound. Any number of
 * threads may use it.
 */
public final class KernelStore {
    /** Packing fewer weights takes no time. */
    private static final int FEWEST = 256;
    /** Ways in which one array is kept packed: maps of few and of many pixels have kernels of their own. */
    private static final int WAYS = 2;

    /**
     * An array of weights with the factors and biases that are packed with them.
     *
     * @param weights the array itself, not what is in it
     */
    private record Key(float[] weights, double[] scale, double[] bias) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && weights == key.weights && Arrays.equals(scale, key.scale)
                    && Arrays.equals(bias, key.bias);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(weights) + 31 * Arrays.hashCode(bias);
        }
    }

    /** What is known of some weights. */
    private static final class Entry {
        /** The last kernel of each row of the table. */
        private final SequencedMap<String, Kernel> kernels = new LinkedHashMap<>();
        private Boolean hasZeros;
    }

    private final long bound;
    /** Those that were not used for longest first. */
    private final SequencedMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    /** Weights of all kernels, each as often as it is packed. */
    private long packed;

    /**
     * An empty store.
     *
     * @param bound weights that it holds kernels of, at least 0
     */
    public KernelStore(long bound) {
        this.bound = bound;
    }

    private static Optional<Key> key(Op op) {
        Key key = switch (op) {
            case ConvOp conv -> new Key(conv.weight(), conv.scale(), conv.bias());
            case ProductOp product -> new Key(product.weights(), new double[0], new double[0]);
            default -> null;
        };
        return Optional.ofNullable(key).filter(k -> k.weights != null && k.weights.length >= FEWEST);
    }

    /**
     * The kernel of an operation: one that is there, or with the packed weights of one that is there, else a new one.
     *
     * @param row  of the kernel table
     * @param make packs the weights
     */
    Kernel kernel(LoweredOp op, String row, Supplier<Kernel> make) {
        Optional<Key> key = key(op.node().op());
        if (key.isEmpty()) {
            return make.get();
        }
        Optional<Kernel> there = find(key.get(), row);
        if (there.isPresent() && there.get().spec().equals(op.spec())) {
            return there.get();
        }
        Optional<Kernel> resized = there.flatMap(kernel -> kernel.resized(op.spec()));
        // Nobody waits for others' packing; two that need the same at the same time both pack.
        Kernel kernel = resized.orElseGet(make);
        put(key.get(), row, kernel);
        return kernel;
    }

    private synchronized Optional<Kernel> find(Key key, String row) {
        Entry entry = entries.get(key);
        Kernel kernel = entry == null ? null : entry.kernels.get(row);
        if (kernel != null) {
            entry.kernels.putLast(row, kernel);
        }
        return Optional.ofNullable(kernel);
    }

    private synchronized void put(Key key, String row, Kernel kernel) {
        Entry entry = entries.computeIfAbsent(key, _ -> new Entry());
        if (entry.kernels.putLast(row, kernel) == null) {
            packed += key.weights.length;
        }
        if (entry.kernels.size() > WAYS) {
            entry.kernels.pollFirstEntry();
            packed -= key.weights.length;
        }
        Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator();
        while (packed > bound && oldest.hasNext()) {
            Map.Entry<Key, Entry> old = oldest.next();
            packed -= (long) old.getValue().kernels.size() * old.getKey().weights.length;
            oldest.remove();
        }
    }

    /** Whether so many weights are zero that kernels which skip them may pay. They are counted until there is a kernel of theirs, and once more. */
    boolean hasZeros(ConvOp conv) {
        Optional<Key> key = key(conv);
        if (key.isEmpty()) {
            return SparsePointwiseConv.hasZeros(conv.weight());
        }
        synchronized (this) {
            Entry entry = entries.get(key.get());
            if (entry != null && entry.hasZeros != null) {
                return entry.hasZeros;
            }
        }
        boolean zeros = SparsePointwiseConv.hasZeros(conv.weight());
        synchronized (this) {
            Entry entry = entries.get(key.get());
            if (entry != null) {
                entry.hasZeros = zeros;
            }
        }
        return zeros;
    }

    /** {@return the number of weights that kernels are kept of, each as often as it is packed} */
    public synchronized long packedWeights() {
        return packed;
    }
}
