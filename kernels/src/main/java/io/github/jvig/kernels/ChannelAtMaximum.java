package io.github.jvig.kernels;

import java.util.List;

/**
 * For each pixel the channel of a second map that has the number of the first map's largest channel:
 * {@code out[p][0] = values[p][argmax over c of in[p][c]]}. PyTorch's {@code argmax} over the channels and {@code gather}, as in the channel
 * mixer of SpaRTAN (Pay et al., arXiv 2507.10999). No weights.
 *
 * <p>As in PyTorch, the first of several largest channels counts, +0 and -0 are equal, and NaN is larger than anything else, so that the first
 * NaN of a pixel is its largest channel. The value is copied as it is, NaN included.
 *
 * @param in     shape of the map whose largest channel is looked for
 * @param values shape of the map that is copied from: as many rows and columns, and at least as many channels
 * @param out    as many rows and columns, one channel
 */
public record ChannelAtMaximum(MapLayout in, MapLayout values, MapLayout out) implements PixelSpec {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException when a map is not padded, the sizes differ, the values have fewer channels than the first map, or the result
     *                                  has more than one
     */
    public ChannelAtMaximum {
        in.requirePadded();
        values.requirePadded();
        out.requirePadded();
        if (values.channels() < in.channels() || !values.sameShape(in.withChannels(values.channels()))) {
            throw new IllegalArgumentException("the largest channel of " + in + " can't be looked up in " + values);
        }
        if (!out.sameShape(in.withChannels(1))) {
            throw new IllegalArgumentException("one channel of " + values + " does not give " + out);
        }
    }

    /**
     * With a result that has no more padding than there must be.
     *
     * @param in     shape of the map whose largest channel is looked for
     * @param values shape of the map that is copied from: as many rows and columns, and at least as many channels
     * @throws IllegalArgumentException when a map is not padded, the sizes differ, or the values have fewer channels than the first map
     */
    public ChannelAtMaximum(MapLayout in, MapLayout values) {
        this(in, values, in.withChannels(1));
    }

    @Override
    public String operation() {
        return "channel-at-maximum";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in, values);
    }

    /** {@code "channel-at-maximum 28x28x64 of 256"}. */
    @Override
    public String toString() {
        return "channel-at-maximum " + in + " of " + values.channels();
    }
}
