package io.github.jvig.kernels;

import java.util.List;
import java.util.Objects;

/**
 * Where attention finds the query, the key and the value of each head: in one map, or in two or three, at any channel.
 *
 * @param heads    number of heads, at least 1
 * @param keyDim   channels of a query and of a key, at least 1
 * @param valueDim channels of a value, at least 1
 * @param query    where the queries are
 * @param key      where the keys are
 * @param value    where the values are
 */
public record AttentionHeads(int heads, int keyDim, int valueDim, Place query, Place key, Place value) {
    /**
     * Where one of the three is.
     *
     * @param input number of the map among those that are read, from 0
     * @param first its first channel of head 0
     * @param step  channels from one head to the next; 0 if all heads share it
     */
    public record Place(int input, int first, int step) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException when a number is negative
         */
        public Place {
            if (input < 0 || first < 0 || step < 0) {
                throw new IllegalArgumentException("a place of heads is not negative: input " + input + ", channel "
                        + first + ", step " + step);
            }
        }

        /**
         * Where a head is.
         *
         * @param head number of the head
         * @return its first channel
         */
        public int channel(int head) {
            return first + head * step;
        }
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public AttentionHeads {
        if (heads < 1 || keyDim < 1 || valueDim < 1) {
            throw new IllegalArgumentException("attention has at least one head, one channel of keys and one of values,"
                    + " not " + heads + ", " + keyDim + " and " + valueDim);
        }
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
    }

    /**
     * One map, head after head, and of each head query, key and value.
     *
     * @param heads    number of heads
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @return the places
     */
    public static AttentionHeads byHead(int heads, int keyDim, int valueDim) {
        int step = 2 * keyDim + valueDim;
        return new AttentionHeads(heads, keyDim, valueDim, new Place(0, 0, step), new Place(0, keyDim, step),
                new Place(0, 2 * keyDim, step));
    }

    /**
     * One map, in which the queries of all heads come first, then all keys, then all values.
     *
     * @param heads    number of heads
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @return the places
     */
    public static AttentionHeads byKind(int heads, int keyDim, int valueDim) {
        return new AttentionHeads(heads, keyDim, valueDim, new Place(0, 0, keyDim),
                new Place(0, heads * keyDim, keyDim), new Place(0, 2 * heads * keyDim, valueDim));
    }

    /**
     * Three maps: the queries of all heads, the keys of all heads, the values of all heads.
     *
     * @param heads    number of heads
     * @param keyDim   channels of a query and of a key
     * @param valueDim channels of a value
     * @return the places
     */
    public static AttentionHeads separate(int heads, int keyDim, int valueDim) {
        return new AttentionHeads(heads, keyDim, valueDim, new Place(0, 0, keyDim), new Place(1, 0, keyDim),
                new Place(2, 0, valueDim));
    }

    /**
     * Three maps: the queries of all heads, one key and one value that all heads share (multi-query attention, Shazeer, arXiv 1911.02150).
     *
     * @param heads    number of heads
     * @param keyDim   channels of a query and of the key
     * @param valueDim channels of the value
     * @return the places
     */
    public static AttentionHeads sharedKey(int heads, int keyDim, int valueDim) {
        return new AttentionHeads(heads, keyDim, valueDim, new Place(0, 0, keyDim), new Place(1, 0, 0),
                new Place(2, 0, 0));
    }

    /** {@return the number of maps that hold them: 1 to 3} */
    public int inputs() {
        return 1 + Math.max(query.input, Math.max(key.input, value.input));
    }

    /**
     * Channels of the results of all heads.
     *
     * @return {@code heads * valueDim}
     * @throws ArithmeticException when that does not fit an int
     */
    public int outChannels() {
        return Math.multiplyExact(heads, valueDim);
    }

    /**
     * Refuses maps that do not have these places.
     *
     * @param channels channels of each map that is read
     * @throws IllegalArgumentException when a map is missing, none of the three is in one, or a map has too few channels
     */
    public void check(List<Integer> channels) {
        int count = inputs();
        if (channels.size() != count) {
            throw new IllegalArgumentException("attention reads " + count + " maps, not " + channels.size());
        }
        for (int i = 0; i < count; i++) {
            if (query.input != i && key.input != i && value.input != i) {
                throw new IllegalArgumentException("attention reads nothing from map " + (i + 1));
            }
        }
        check(channels, query, keyDim, "queries");
        check(channels, key, keyDim, "keys");
        check(channels, value, valueDim, "values");
    }

    /**
     * Refuses maps that do not have these places, that are not padded, or whose sizes do not fit.
     *
     * @param inputs shapes of the maps that are read; keys and values must lie on maps of one size
     * @param out    shape of the result: the size of the query map, with {@link #outChannels} channels
     * @throws IllegalArgumentException that says what does not fit
     */
    void check(List<MapLayout> inputs, MapLayout out) {
        inputs.forEach(MapLayout::requirePadded);
        out.requirePadded();
        try {
            check(inputs.stream().map(MapLayout::channels).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("attention of " + heads + " heads with keys of " + keyDim
                    + " and values of " + valueDim + " channels does not take "
                    + String.join(" and ", inputs.stream().map(MapLayout::toString).toList()) + ": " + e.getMessage(),
                    e);
        }
        requireSize("values", inputs.get(value.input), inputs.get(key.input));
        if (!out.sameShape(inputs.get(query.input).withChannels(outChannels()))) {
            throw new IllegalArgumentException("attention of " + heads + " heads with values of " + valueDim
                    + " channels does not give " + out);
        }
    }

    static void requireSize(String what, MapLayout map, MapLayout key) {
        if (map.height() != key.height() || map.width() != key.width()) {
            throw new IllegalArgumentException("attention needs " + what + " on a map of the keys' size, "
                    + key.height() + "x" + key.width() + ", not " + map);
        }
    }

    private void check(List<Integer> channels, Place place, int width, String what) {
        long end = place.first + (heads - 1L) * place.step + width;
        if (end > channels.get(place.input)) {
            throw new IllegalArgumentException("attention of " + heads + " heads reads the " + what + " from " + end
                    + " channels, not from " + channels.get(place.input));
        }
    }
}
