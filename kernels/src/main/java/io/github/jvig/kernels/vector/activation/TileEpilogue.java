package io.github.jvig.kernels.vector.activation;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.Epilogue;

/**
 * An epilogue in two parts. What only bounds a sum, ReLU and ReLU6, the tile does in registers before it stores it; the rest is a pass over
 * the stored tile ({@link Epilogues}).
 *
 * @param low  lower bound of the sums
 * @param high upper bound; not above {@code low} when there are no bounds
 * @param rest what remains to be done
 */
public record TileEpilogue(float low, float high, Epilogue rest) {
    /** Tiles that are written before the pass goes over them: 8 KiB of the nearest cache. */
    private static final int PASS_TILES = 6;

    public static TileEpilogue of(Epilogue epilogue) {
        if (!epilogue.residualFirst()) {
            Epilogue rest = epilogue.residual() ? Epilogue.NONE.plusResidual() : Epilogue.NONE;
            if (epilogue.activation() == Activation.RELU) {
                return new TileEpilogue(0, Float.POSITIVE_INFINITY, rest);
            }
            if (epilogue.activation() == Activation.RELU6) {
                return new TileEpilogue(0, 6, rest);
            }
        }
        return new TileEpilogue(0, 0, epilogue);
    }

    /**
     * Where those of some rows end that are computed before the pass goes over them: all if there is no pass, else whole tiles. No fewer than
     * these remain.
     *
     * @param end      one past the last row
     * @param tileRows rows of a tile
     */
    public int blockEnd(int first, int end, int tileRows) {
        boolean pass = rest.residual() || rest.activation() != Activation.NONE;
        int block = PASS_TILES * tileRows;
        return pass && end - first >= 2 * block ? first + block : end;
    }
}
