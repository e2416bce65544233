package io.github.jvig.kernels;

import java.util.List;

/**
 * Some channels of a map that lie side by side: {@code out[c] = in[from + c]}. No weights. Channels in any other order are a
 * {@link ChannelGather}.
 *
 * <p>Values are copied as they are, NaN included.
 *
 * @param in   shape of the map
 * @param out  as many rows and columns, the channels that are kept
 * @param from the first channel that is kept, from 0
 */
public record Slice(MapLayout in, MapLayout out, int from) implements PixelSpec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the sizes differ, or there are no such channels
     */
    public Slice {
        in.requirePadded();
        out.requirePadded();
        if (in.height() != out.height() || in.width() != out.width()) {
            throw new IllegalArgumentException("a slice of " + in + " keeps height and width, not " + out);
        }
        if (from < 0 || from > in.channels() - out.channels()) {
            throw new IllegalArgumentException("a map of " + in + " has no " + out.channels() + " channels from "
                    + from);
        }
    }

    /**
     * A slice whose result has no more padding than there must be.
     *
     * @param in    shape of the map
     * @param from  the first channel that is kept, from 0
     * @param count channels that are kept, at least 1
     * @throws IllegalArgumentException when the map is not padded, or there are no such channels
     */
    public Slice(MapLayout in, int from, int count) {
        this(in, in.withChannels(count), from);
    }

    @Override
    public String operation() {
        return "slice";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    /** {@code "slice 56x56x96 from 24 to 48"}, the end not included. */
    @Override
    public String toString() {
        return "slice " + in + " from " + from + " to " + (from + out.channels());
    }
}
