package io.github.jvig.model.tensor;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.List;

/** Tensors one behind the other along an axis. */
public final class Joined extends ItemFunction {
    private final Source[] sources;
    private final int[] lengths;
    private final int total;

    /**
     * Tensors joined.
     *
     * @param inputs  layouts of the buffers
     * @param sources the tensors, row-major
     * @param outer   elements of the axes in front of the one along which they are joined
     * @param lengths of each tensor the elements from that axis on
     */
    public Joined(List<MapLayout> inputs, List<Source> sources, int outer, List<Integer> lengths) {
        super("join " + lengths, inputs,
                TensorFunction.tensor(Math.multiplyExact(outer, lengths.stream().reduce(0, Math::addExact))), outer,
                (long) outer * lengths.stream().reduce(0, Math::addExact));
        this.sources = sources.toArray(Source[]::new);
        this.lengths = lengths.stream().mapToInt(i -> i).toArray();
        this.total = lengths.stream().reduce(0, Math::addExact);
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        for (int item = from; item < to; item++) {
            int io = o.outOffset() + item * total;
            for (int k = 0; k < sources.length; k++) {
                System.arraycopy(sources[k].array(o), sources[k].start(o) + item * lengths[k], o.out(), io, lengths[k]);
                io += lengths[k];
            }
        }
    }
}
