package io.github.jvig.model.graph;

import io.github.jvig.kernels.ChannelGather;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Slice;
import io.github.jvig.kernels.Spec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some channels of a map: a {@link Slice} where they lie side by side, else a {@link ChannelGather}.
 *
 * @param inChannels channels of the input
 * @param selected   the channel of the input that each channel of the result is, at least one
 */
public record SelectOp(int inChannels, List<Integer> selected) implements Op {
    /**
     * Checks the channels and copies the list.
     *
     * @throws IllegalArgumentException when none is selected, or one that is not there
     */
    public SelectOp {
        selected = List.copyOf(selected);
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("selects no channel of " + inChannels);
        }
        for (int channel : selected) {
            if (channel < 0 || channel >= inChannels) {
                throw new IllegalArgumentException("selects channel " + channel + " of " + inChannels);
            }
        }
    }

    /**
     * Channels that lie side by side.
     *
     * @param inChannels channels of the input
     * @param from       the first one that is selected, from 0
     * @param count      how many are selected, at least 1
     * @return the operation
     * @throws IllegalArgumentException when there are no such channels
     */
    public static SelectOp slice(int inChannels, int from, int count) {
        return new SelectOp(inChannels, IntStream.range(from, from + count).boxed().toList());
    }

    /**
     * A channel shuffle: channels as {@code [groups][n]} become {@code [n][groups]}.
     *
     * @param channels channels of the input and of the result
     * @param groups   a divisor of them
     * @return the operation
     * @throws IllegalArgumentException when the groups do not divide the channels
     */
    public static SelectOp shuffle(int channels, int groups) {
        return new SelectOp(channels, ChannelGather.shuffled(channels, groups));
    }

    /** {@return whether the channels lie side by side, in order} */
    public boolean isSlice() {
        return IntStream.range(1, selected.size()).allMatch(i -> selected.get(i) == selected.getFirst() + i);
    }

    /** {@return whether all channels are selected, in order} */
    public boolean isIdentity() {
        return isSlice() && selected.size() == inChannels;
    }

    /** {@return whether each channel is selected once, in any order} */
    public boolean isPermutation() {
        return selected.size() == inChannels && selected.stream().distinct().count() == inChannels;
    }

    @Override
    public int channels(List<Integer> inputs) {
        Channels.require(inputs, inChannels);
        return selected.size();
    }

    @Override
    public Spec spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        return isSlice() ? new Slice(in, selected.getFirst(), selected.size()) : new ChannelGather(in, selected);
    }

    @Override
    public String describe() {
        return isSlice()
                ? "slice from " + selected.getFirst() + " to " + (selected.getLast() + 1)
                : "gather " + inChannels + "->" + selected.size();
    }
}
