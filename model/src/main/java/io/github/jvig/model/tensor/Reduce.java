package io.github.jvig.model.tensor;

import io.github.jvig.kernels.ArrayMath;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * Reduces some axes of a tensor to one element each. Where what is kept lies side by side, as the channels of a map do, a piece of it is
 * reduced at a time in single precision, else one element in double.
 */
public final class Reduce extends ItemFunction {
    private static final int PIECE = 256;

    /** Elements side by side from which a sum is left to the provider's loops. */
    private static final int MANY = 32;

    private final Reduction reduction;
    private final ArrayMath math;
    private final Source source;
    private final Steps keptIn;
    private final Steps keptOut;
    private final Steps reduced;
    /** Elements of an item: 1, or as many as lie side by side in the input and the output. */
    private final int piece;

    /**
     * A reduction.
     *
     * @param reduction what is computed
     * @param inputs    layouts of the buffers
     * @param source    what is reduced
     * @param kept      digits that are kept, in the order of the output
     * @param reduced   digits that are reduced
     * @param to        digits of the output, of the extents of those that are kept
     * @param out       layout of the output
     */
    public Reduce(Reduction reduction, List<MapLayout> inputs, Source source, List<Dim> kept, List<Dim> reduced,
            List<Dim> to, MapLayout out) {
        this(reduction, inputs, source, kept, reduced, to, out, piece(kept, to));
    }

    private Reduce(Reduction reduction, List<MapLayout> inputs, Source source, List<Dim> kept, List<Dim> reduced,
            List<Dim> to, MapLayout out, int piece) {
        super("reduce by " + reduction.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), inputs, out,
                Dim.elements(kept) / piece, (long) Dim.elements(kept) * Dim.elements(reduced));
        this.reduction = reduction;
        this.math = ArrayMath.scalar();
        this.source = source;
        this.keptIn = new Steps(kept);
        this.keptOut = new Steps(to);
        this.reduced = new Steps(reduced);
        this.piece = piece;
    }

    private Reduce(Reduce like, ArrayMath math) {
        super("reduce by " + like.reduction.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                like.inputs(), like.out(), like.keptIn.count() / like.piece,
                (long) like.keptIn.count() * like.reduced.count());
        this.reduction = like.reduction;
        this.math = math;
        this.source = like.source;
        this.keptIn = like.keptIn;
        this.keptOut = like.keptOut;
        this.reduced = like.reduced;
        this.piece = like.piece;
    }

    @Override
    public Reduce with(ArrayMath other) {
        return new Reduce(this, other);
    }

    /** A part of the innermost digit that is kept, if that lies side by side and is long enough. */
    private static int piece(List<Dim> kept, List<Dim> to) {
        if (kept.isEmpty() || kept.getLast().stride() != 1 || to.getLast().stride() != 1) {
            return 1;
        }
        int extent = kept.getLast().extent();
        for (int size = Math.min(PIECE, extent); size >= 8; size--) {
            if (extent % size == 0) {
                return size;
            }
        }
        return 1;
    }

    @Override
    public int scratch() {
        return 2 * PIECE;
    }

    @Override
    void compute(Operands o, float[] scratch, int scratchOffset, int from, int to) {
        float[] x = source.array(o);
        int start = source.start(o);
        for (int item = from; item < to; item++) {
            int in = start + keptIn.at(item * piece);
            int out = o.outOffset() + keptOut.at(item * piece);
            if (piece > 1 && reduction != Reduction.LOG_SUM_EXP) {
                pieces(x, in, scratch, scratchOffset);
                for (int i = 0; i < piece; i++) {
                    o.out()[out + i] = (float) reduction.finish(scratch[scratchOffset + i], reduced.count());
                }
            } else {
                for (int i = 0; i < piece; i++) {
                    o.out()[out + i] = one(x, in + i, scratch, scratchOffset);
                }
            }
        }
    }

    private void pieces(float[] x, int in, float[] total, int at) {
        Arrays.fill(total, at, at + piece, (float) reduction.start());
        for (int r = 0; r < reduced.count(); r++) {
            int from = in + reduced.at(r);
            switch (reduction) {
                case MAX -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] = Math.max(total[at + i], x[from + i]);
                    }
                }
                case MIN -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] = Math.min(total[at + i], x[from + i]);
                    }
                }
                case PROD -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] *= x[from + i];
                    }
                }
                case L1 -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] += Math.abs(x[from + i]);
                    }
                }
                case L2, SUM_SQUARE -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] += x[from + i] * x[from + i];
                    }
                }
                default -> {
                    for (int i = 0; i < piece; i++) {
                        total[at + i] += x[from + i];
                    }
                }
            }
        }
    }

    private float one(float[] x, int in, float[] scratch, int at) {
        if (reduced.areTogether() && reduced.count() >= MANY) {
            switch (reduction) {
                case SUM, MEAN, LOG_SUM -> {
                    return (float) reduction.finish(math.sum(x, in, reduced.count(), scratch, at), reduced.count());
                }
                case L2, SUM_SQUARE -> {
                    return (float) reduction.finish(math.squares(x, in, reduced.count(), 0, scratch, at),
                            reduced.count());
                }
                default -> {
                    // The others have no such loops.
                }
            }
        }
        if (reduction == Reduction.LOG_SUM_EXP) {
            return (float) logSumExp(x, in);
        }
        double total = reduction.start();
        for (int r = 0; r < reduced.count(); r++) {
            double value = x[in + reduced.at(r)];
            total = switch (reduction) {
                case MAX -> Math.max(total, value);
                case MIN -> Math.min(total, value);
                case PROD -> total * value;
                case L1 -> total + Math.abs(value);
                case L2, SUM_SQUARE -> total + value * value;
                default -> total + value;
            };
        }
        return (float) reduction.finish(total, reduced.count());
    }

    private double logSumExp(float[] x, int in) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int r = 0; r < reduced.count(); r++) {
            greatest = Math.max(greatest, x[in + reduced.at(r)]);
        }
        if (Double.isInfinite(greatest)) {
            return greatest;
        }
        double total = 0;
        for (int r = 0; r < reduced.count(); r++) {
            total += Math.exp(x[in + reduced.at(r)] - greatest);
        }
        return greatest + Math.log(total);
    }
}
