package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * Channels of a map in any order: {@code out[c] = in[channels[c]]}. A permutation of all channels is a case of it, and so is the channel
 * shuffle of Zhang et al., arXiv 1707.01083. No weights. Channels that lie side by side are a {@link Slice}, which is faster.
 *
 * <p>Values are copied as they are, NaN included.
 *
 * @param in       shape of the map
 * @param out      as many rows and columns, and a channel for each in the list
 * @param channels the channel of {@code in} that each channel of {@code out} is; one may come several times, or not at all
 */
public record ChannelGather(MapLayout in, MapLayout out, List<Integer> channels) implements PixelSpec {
    /**
     * Checks the shapes and copies the list.
     *
     * @throws IllegalArgumentException when a map is not padded, the sizes differ, or there is no such channel
     */
    public ChannelGather {
        channels = List.copyOf(channels);
        in.requirePadded();
        out.requirePadded();
        if (in.height() != out.height() || in.width() != out.width() || out.channels() != channels.size()) {
            throw new IllegalArgumentException("a gather of " + channels.size() + " channels of " + in
                    + " does not give " + out);
        }
        for (int channel : channels) {
            if (channel < 0 || channel >= in.channels()) {
                throw new IllegalArgumentException("a map of " + in + " has no channel " + channel);
            }
        }
    }

    /**
     * A gather whose result has no more padding than there must be.
     *
     * @param in       shape of the map
     * @param channels the channel of {@code in} that each channel of the result is, at least one
     * @throws IllegalArgumentException when the map is not padded, or there is no such channel
     */
    public ChannelGather(MapLayout in, List<Integer> channels) {
        this(in, in.withChannels(channels.size()), channels);
    }

    /**
     * A channel shuffle: channels as {@code [groups][n]} become {@code [n][groups]}.
     *
     * @param in     shape of the map
     * @param groups a divisor of its channels
     * @return the gather
     * @throws IllegalArgumentException when the map is not padded, or the groups do not divide its channels
     */
    public static ChannelGather shuffle(MapLayout in, int groups) {
        return new ChannelGather(in, in, shuffled(in.channels(), groups));
    }

    /**
     * The channels of a shuffle.
     *
     * @param channels number of channels
     * @param groups   a divisor of it
     * @return the channel that comes to each place
     * @throws IllegalArgumentException when the groups do not divide the channels
     */
    public static List<Integer> shuffled(int channels, int groups) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide " + channels + " channels");
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            order.add(i % groups * (channels / groups) + i / groups);
        }
        return order;
    }

    @Override
    public String operation() {
        return "channel-gather";
    }

    @Override
    public List<MapLayout> inputs() {
        return List.of(in);
    }

    /** {@code "channel-gather 28x28x116 to 116"}: without the channels, which may be many. */
    @Override
    public String toString() {
        return "channel-gather " + in + " to " + out.channels();
    }
}
