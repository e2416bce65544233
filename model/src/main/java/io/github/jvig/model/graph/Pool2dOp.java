package io.github.jvig.model.graph;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Pool2d;
import io.github.jvig.kernels.Window;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The maximum or the average over a window ({@link Pool2d}).
 *
 * @param mode       what is taken of the pixels
 * @param window     kernel size, stride, padding and dilation
 * @param sizing     how the size of the result follows from that of the input
 * @param activation applied to the result
 */
public record Pool2dOp(Pool2d.Mode mode, Window window, Sizing sizing, Activation activation) implements Op {
    /** How the size of the result follows from that of the input, along each side. */
    public enum Sizing {
        /** As many windows as fit into the padded input. */
        FLOOR,
        /**
         * One window more where pixels are left over behind, unless it would start in the padding behind: PyTorch's {@code ceil_mode}. What
         * this window covers behind the padding is not counted by an average, which is not possible together with padding that is.
         */
        CEILING,
        /** The stride divides the size, rounded up, whatever padding the window says: TensorFlow's "SAME", {@link Window.Axis#same}. */
        SAME
    }

    /** Refuses what is null. */
    public Pool2dOp {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(sizing, "sizing");
        Objects.requireNonNull(activation, "activation");
    }

    /**
     * The same pool with another activation.
     *
     * @param newActivation applied to the result
     * @return a new operation
     */
    public Pool2dOp withActivation(Activation newActivation) {
        return new Pool2dOp(mode, window, sizing, newActivation);
    }

    /** @throws IllegalArgumentException when a padding that counts would have to be told from what lies behind it */
    @Override
    public Pool2d spec(List<MapLayout> inputs) {
        MapLayout in = inputs.getFirst();
        Window placed = new Window(axis(window.rows(), in.height()), axis(window.columns(), in.width()));
        if (sizing == Sizing.CEILING && mode == Pool2d.Mode.AVERAGE_WITH_PADDING && !placed.equals(window)) {
            throw new IllegalArgumentException(
                    "an average that counts padding can't be rounded up to a last window that"
                            + " goes over the padding: " + window + " on " + in);
        }
        return new Pool2d(in, placed, mode, activation);
    }

    private Window.Axis axis(Window.Axis axis, int size) {
        return switch (sizing) {
            case FLOOR -> axis;
            case CEILING -> ceiling(axis, size);
            case SAME -> Window.Axis.same(size, axis.kernel(), axis.stride(), axis.dilation());
        };
    }

    /** With so much more padding behind that the last window fits. */
    private static Window.Axis ceiling(Window.Axis axis, int size) {
        int padded = axis.padBefore() + size + axis.padAfter();
        int last = Math.ceilDiv(padded - axis.extent(), axis.stride());
        if (axis.start(last) >= size) {
            last--;
        }
        int more = Math.max(0, last * axis.stride() + axis.extent() - padded);
        return new Window.Axis(axis.kernel(), axis.stride(), axis.padBefore(), axis.padAfter() + more,
                axis.dilation());
    }

    @Override
    public int stride() {
        return window.rows().stride();
    }

    @Override
    public String describe() {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " pool " + window
                + (sizing == Sizing.FLOOR ? "" : " " + sizing.name().toLowerCase(Locale.ROOT))
                + Epilogue.of(activation);
    }
}
