package io.github.jvig.model.onnx.lowering;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Weights in the order in which operations take them, made once of those in the file, for a net that is imported again and again: the same array
 * each time, so that what is packed of it can be found, too. What was not used for longest goes when there are more than a bound. Any number of
 * threads may use it.
 */
public final class Derived {
    /**
     * @param source the array itself, not what is in it
     * @param what   is made of it
     */
    private record Key(float[] source, Object what) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && source == key.source && what.equals(key.what);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(source) + 31 * what.hashCode();
        }
    }

    private final long bound;
    /** Those that were not used for longest first. */
    private final SequencedMap<Key, float[]> arrays = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    /**
     * None yet.
     *
     * @param bound floats that are kept, at least 0
     */
    public Derived(long bound) {
        this.bound = bound;
    }

    /**
     * What is made of some weights.
     *
     * @param what says how, by its {@code equals}
     * @param make makes it; the array is never changed from then on
     */
    float[] get(float[] source, Object what, Supplier<float[]> make) {
        Key key = new Key(source, what);
        synchronized (this) {
            float[] there = arrays.get(key);
            if (there != null) {
                return there;
            }
        }
        float[] made = make.get();
        synchronized (this) {
            float[] other = arrays.putIfAbsent(key, made);
            if (other != null) {
                return other;
            }
            held += made.length;
            Iterator<Map.Entry<Key, float[]>> oldest = arrays.entrySet().iterator();
            while (held > bound && oldest.hasNext()) {
                held -= oldest.next().getValue().length;
                oldest.remove();
            }
        }
        return made;
    }
}
