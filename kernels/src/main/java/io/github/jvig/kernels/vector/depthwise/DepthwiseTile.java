package io.github.jvig.kernels.vector.depthwise;

import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Window;
import java.util.Arrays;
import java.util.Comparator;

/** A tile of neighboring outputs of a row, or of a column, that are computed together, a vector of channels at a time. */
public enum DepthwiseTile {
    SEVEN(7, true), EIGHT(8, false), FOURTEEN(14, true), SIXTEEN(16, false);

    /** Vector registers that wide tiles need: a sum for each output, the weights of a row of the window and a pixel. */
    private static final int WIDE_REGISTERS = 32;
    /** Taps of the smallest row that has loops. */
    static final int MIN_TAPS = 3;
    /** What an output takes in a wide tile, of what it takes in a narrow one; less for most windows. */
    private static final double WIDE_TIME = 0.8;

    private final int outputs;
    /** Whether there are loops for rows of four and six taps, too, and for parts of longer ones. */
    private final boolean takesParts;

    DepthwiseTile(int outputs, boolean takesParts) {
        this.outputs = outputs;
        this.takesParts = takesParts;
    }

    public int outputs() {
        return outputs;
    }

    /** Whether the loops are for machines of 32 registers. */
    boolean isWide() {
        return outputs >= FOURTEEN.outputs;
    }

    /** Whether there are loops for rows of a window, whole or in parts. */
    public boolean takes(Window.Axis row) {
        int taps = row.kernel();
        boolean isUsual = row.dilation() == 1 && (taps == 3 || taps == 5 || taps == 7);
        return switch (row.stride()) {
            case 1 -> isUsual || takesParts && taps >= MIN_TAPS;
            case 2 -> isUsual && this != SIXTEEN && (this != FOURTEEN || taps > MIN_TAPS);
            default -> false;
        };
    }

    /**
     * The fastest tile: the last tile of a row begins early enough to be whole, so what counts is how many outputs are computed, some
     * twice. With stride 1 eight outputs are faster than seven if both fit.
     *
     * @param registers vector registers of the machine
     * @return one that {@link VectorDepthwiseTiles#takesRows} takes
     * @throws java.util.NoSuchElementException if it takes none
     */
    public static DepthwiseTile fastest(DepthwiseConv spec, int registers) {
        Comparator<DepthwiseTile> byTime = Comparator.comparingDouble(t -> t.time(spec.out().width()));
        boolean isDense = spec.window().columns().stride() == 1;
        // Of tiles that take as long, seven outputs come first with stride 2 and last with stride 1.
        return Arrays.stream(values())
                .filter(t -> VectorDepthwiseTiles.takesRows(spec, t) && (!t.isWide() || registers >= WIDE_REGISTERS))
                .min(byTime.thenComparing(t -> isDense == (t == SEVEN))).orElseThrow();
    }

    /** Of a row of so many outputs, in units of an output of a narrow tile. */
    private double time(int width) {
        return Math.ceilDiv(width, outputs) * outputs * (isWide() ? WIDE_TIME : 1);
    }
}
