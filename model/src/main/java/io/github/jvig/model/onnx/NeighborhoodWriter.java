package io.github.jvig.model.onnx;

import io.github.jvig.kernels.AdaptiveAveragePool;
import io.github.jvig.kernels.AttentionScores;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.NeighborhoodAggregation;
import java.util.List;

/** Scores and neighborhood aggregation on tokens, {@code [batch][pixels][channels]}; pools to a fixed size on maps. */
final class NeighborhoodWriter {
    private final ModelBuilder model;

    NeighborhoodWriter(ModelBuilder model) {
        this.model = model;
    }

    /** Queries as {@code [batch][heads][pixels][dim]} times keys as {@code [batch][heads][dim][keys]}. */
    void scores(String query, String key, AttentionScores spec, String out) {
        int heads = spec.heads();
        model.node("Reshape", List.of(query, model.indices(0, spec.in().pixels(), heads, spec.dim())),
                out + ":query");
        model.node("Transpose", List.of(out + ":query"), out + ":query:by-head").with("perm", 0, 2, 1, 3);
        model.node("Reshape", List.of(key, model.indices(0, spec.keys(), heads, spec.dim())), out + ":key");
        model.node("Transpose", List.of(out + ":key"), out + ":key:by-head").with("perm", 0, 2, 3, 1);
        model.node("MatMul", List.of(out + ":query:by-head", out + ":key:by-head"), out + ":products");
        model.node("Transpose", List.of(out + ":products"), out + ":by-token").with("perm", 0, 2, 1, 3);
        model.node("Reshape", List.of(out + ":by-token",
                model.indices(0, spec.in().pixels(), (long) heads * spec.keys())), out);
    }

    /**
     * The weights as {@code [batch][pixels][heads][1][taps]}, times the values of all taps, {@code [batch][pixels][heads][taps][dim]}, which
     * one Gather collects.
     */
    void aggregation(String values, String weights, NeighborhoodAggregation spec, float[] bias, String out) {
        int heads = spec.heads();
        int taps = spec.taps();
        int pixels = spec.in().pixels();
        String last = model.indices(-1);
        long[] channels = new long[heads * taps];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = spec.firstWeight() + i / taps * spec.weightStep() + i % taps;
        }
        model.node("Gather", List.of(weights, model.namedIndices(out + ".channels", channels)), out + ":weights")
                .with("axis", 2L);
        model.node("Reshape", List.of(out + ":weights", model.indices(0, pixels, heads, 1, taps)), out + ":scores");
        long[] neighbors = new long[pixels * taps];
        float[] biases = new float[pixels * heads * taps];
        neighbors(spec, bias, neighbors, biases);
        model.node("Add", List.of(out + ":scores", model.tensor(out + ".bias", biases, 1, pixels, heads, 1, taps)),
                out + ":biased");
        model.node("Softmax", List.of(out + ":biased"), out + ":shares").with("axis", -1L);
        model.node("Slice", List.of(values, model.indices(spec.firstValue()),
                model.indices(spec.firstValue() + spec.out().channels()), last), out + ":values");
        model.node("Gather", List.of(out + ":values", model.namedIndices(out + ".pixels", neighbors)),
                out + ":neighbors").with("axis", 1L);
        model.node("Reshape", List.of(out + ":neighbors", model.indices(0, pixels, taps, heads, spec.dim())),
                out + ":taps");
        model.node("Transpose", List.of(out + ":taps"), out + ":by-head").with("perm", 0, 1, 3, 2, 4);
        model.node("MatMul", List.of(out + ":shares", out + ":by-head"), out + ":sums");
        model.node("Reshape", List.of(out + ":sums", model.indices(0, pixels, spec.out().channels())), out);
    }

    /** The pixel at each tap of each pixel, and the bias of each pixel, head and tap. */
    private static void neighbors(NeighborhoodAggregation spec, float[] bias, long[] neighbors, float[] biases) {
        MapLayout map = spec.in();
        int kernel = spec.kernel();
        int side = 2 * kernel - 1;
        int taps = spec.taps();
        for (int p = 0; p < map.pixels(); p++) {
            int top = spec.start(p / map.width(), map.height());
            int left = spec.start(p % map.width(), map.width());
            for (int t = 0; t < taps; t++) {
                int y = top + t / kernel;
                int x = left + t % kernel;
                neighbors[p * taps + t] = (long) y * map.width() + x;
                int distance = (y - p / map.width() + kernel - 1) * side + x - p % map.width() + kernel - 1;
                for (int h = 0; h < spec.heads(); h++) {
                    biases[(p * spec.heads() + h) * taps + t] = bias[h * side * side + distance];
                }
            }
        }
    }

    /** As two products with matrices of shares, since windows have different sizes: those of the rows, then those of the columns. */
    void pool(String x, AdaptiveAveragePool spec, String out) {
        MapLayout in = spec.in();
        String columns = model.tensor(out + ".columns", shares(in.width(), spec.out().width(), true), in.width(),
                spec.out().width());
        String rows = model.tensor(out + ".rows", shares(in.height(), spec.out().height(), false),
                spec.out().height(), in.height());
        model.node("MatMul", List.of(x, columns), out + ":narrow");
        model.node("MatMul", List.of(rows, out + ":narrow"), out);
    }

    /** The share of each pixel in each window along one side, {@code [of][size]} or transposed. */
    private static float[] shares(int size, int of, boolean transposed) {
        float[] shares = new float[size * of];
        for (int i = 0; i < of; i++) {
            int start = AdaptiveAveragePool.start(i, size, of);
            int end = AdaptiveAveragePool.end(i, size, of);
            for (int at = start; at < end; at++) {
                shares[transposed ? at * of + i : i * size + at] = 1f / (end - start);
            }
        }
        return shares;
    }
}
