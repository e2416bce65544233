package io.github.jvig.kernels;

import java.util.ArrayList;
import java.util.List;

/** {@link Reference} for attention, in double on planes, from the formulas. */
final class AttentionReferences {
    private AttentionReferences() {
    }

    /** Whether two pixels of a map are in one window, by the definition of each kind. */
    static boolean together(Partition partition, MapLayout map, int a, int b) {
        int ya = a / map.width();
        int yb = b / map.width();
        int xa = a % map.width();
        int xb = b % map.width();
        int r = partition.rows();
        int c = partition.columns();
        return switch (partition.kind()) {
            case WHOLE -> true;
            case BLOCKS -> ya / r == yb / r && xa / c == xb / c;
            case SPREAD -> (ya - yb) % (map.height() / r) == 0 && (xa - xb) % (map.width() / c) == 0;
            case SAME_PLACE -> ya % r == yb % r && xa % c == xb % c;
        };
    }

    /** The pixels of the window that a pixel is in, in raster order. */
    static List<Integer> window(Partition partition, MapLayout map, int pixel) {
        List<Integer> result = new ArrayList<>();
        for (int p = 0; p < map.pixels(); p++) {
            if (together(partition, map, pixel, p)) {
                result.add(p);
            }
        }
        return result;
    }

    /** How many windows have their first pixel before one. */
    private static int windowsBefore(Partition partition, MapLayout map, int first) {
        int count = 0;
        for (int p = 0; p < first; p++) {
            if (window(partition, map, p).getFirst() == p) {
                count++;
            }
        }
        return count;
    }

    static Reference attend(Attention s, List<float[]> in, float[] weight) {
        AttentionHeads at = s.layout();
        Reference result = Reference.of(s.out());
        MapLayout queryMap = s.inputs().get(at.query().input());
        MapLayout keyMap = s.inputs().get(at.key().input());
        float[] q = in.get(at.query().input());
        float[] k = in.get(at.key().input());
        float[] v = in.get(at.value().input());
        boolean whole = s.partition().kind() == Partition.Kind.WHOLE;
        for (int i = 0; i < queryMap.pixels(); i++) {
            List<Integer> keys = window(s.partition(), keyMap, whole ? 0 : i);
            List<Integer> queries = whole ? List.of() : keys;
            int row = whole ? i : queries.indexOf(i);
            int rows = whole ? queryMap.pixels() : queries.size();
            int window = s.byWindow() ? windowsBefore(s.partition(), queryMap, queries.getFirst()) : 0;
            for (int head = 0; head < at.heads(); head++) {
                int firstQuery = at.query().first() + head * at.query().step();
                int firstKey = at.key().first() + head * at.key().step();
                int firstValue = at.value().first() + head * at.value().step();
                double[] share = new double[keys.size()];
                double sum = 0;
                double off = 0;
                for (int j = 0; j < share.length; j++) {
                    double dot = 0;
                    double size = 0;
                    for (int d = 0; d < at.keyDim(); d++) {
                        double product = (double) q[(firstQuery + d) * queryMap.pixels() + i]
                                * k[(firstKey + d) * keyMap.pixels() + keys.get(j)];
                        dot += product;
                        size += Math.abs(product);
                    }
                    double bias = s.biased()
                            ? weight[((window * at.heads() + head) * rows + row) * share.length + j]
                            : 0;
                    share[j] = Math.exp(s.scale() * dot + bias);
                    sum += share[j];
                    off = Math.max(off,
                            Reference.UNIT * ((at.keyDim() + 6) * size * Math.abs(s.scale()) + 4 * Math.abs(bias)));
                }
                // A score that is off by some is a share that is off by as much of itself; so is the greatest score.
                double relative = 4 * off + 4 * Reference.EXPONENTIAL + Reference.UNIT * (2 * share.length + 8);
                for (int c = 0; c < at.valueDim(); c++) {
                    int to = (head * at.valueDim() + c) * queryMap.pixels() + i;
                    for (int j = 0; j < share.length; j++) {
                        double part = share[j] / sum * v[(firstValue + c) * keyMap.pixels() + keys.get(j)];
                        result.value()[to] += part;
                        result.bound()[to] += relative * Math.abs(part);
                    }
                }
            }
        }
        return result;
    }

    /** By pairs of pixels, as the softmax attention: each key's share is f(q) . f(k) over the sum of all. */
    static Reference linear(LinearAttention s, List<float[]> in) {
        AttentionHeads at = s.layout();
        MapLayout queryMap = s.inputs().get(at.query().input());
        MapLayout keyMap = s.inputs().get(at.key().input());
        int keys = keyMap.pixels();
        Reference result = Reference.of(s.out());
        for (int i = 0; i < queryMap.pixels(); i++) {
            for (int head = 0; head < at.heads(); head++) {
                double[] dot = new double[keys];
                double[] size = new double[keys];
                double divisor = s.averaged() ? s.epsilon() * keys : s.epsilon();
                double sizes = 0;
                for (int j = 0; j < keys; j++) {
                    for (int d = 0; d < at.keyDim(); d++) {
                        double product = feature(s.feature(),
                                in.get(at.query().input())[(at.query().channel(head) + d) * queryMap.pixels() + i])
                                * feature(s.feature(),
                                        in.get(at.key().input())[(at.key().channel(head) + d) * keys + j]);
                        dot[j] += product;
                        size[j] += Math.abs(product);
                    }
                    divisor += dot[j];
                    sizes += size[j];
                }
                // The features have an error of their own, twice that of an activation at most.
                double growth = Reference.UNIT * (keys + at.keyDim() + 8) + 4 * Reference.ACTIVATION;
                double relative = growth * sizes / Math.abs(divisor);
                for (int c = 0; c < at.valueDim(); c++) {
                    double sum = 0;
                    double sumSize = 0;
                    for (int j = 0; j < keys; j++) {
                        double value = in.get(at.value().input())[(at.value().channel(head) + c) * keys + j];
                        sum += dot[j] * value;
                        sumSize += size[j] * Math.abs(value);
                    }
                    int to = (head * at.valueDim() + c) * queryMap.pixels() + i;
                    result.value()[to] = sum / divisor;
                    result.bound()[to] = (growth * sumSize / Math.abs(divisor)
                            + relative * (Math.abs(sum / divisor) + relative * sumSize / Math.abs(divisor))) * 2;
                }
            }
        }
        return result;
    }

    private static double feature(LinearAttention.Feature feature, double x) {
        return switch (feature) {
            case IDENTITY -> x;
            case RELU -> x < 0 ? 0 : x;
            case ELU_PLUS_ONE -> x < 0 ? Math.exp(x) : 1 + x;
        };
    }

    static Reference crossCovariance(CrossCovariance s, List<float[]> in, float[] weight) {
        AttentionHeads at = s.layout();
        int pixels = s.out().pixels();
        int dim = at.keyDim();
        Reference result = Reference.of(s.out());
        for (int head = 0; head < at.heads(); head++) {
            for (int c = 0; c < dim; c++) {
                double[] share = new double[dim];
                double sum = 0;
                double off = 0;
                for (int d = 0; d < dim; d++) {
                    double dot = 0;
                    double size = 0;
                    double own = 0;
                    double other = 0;
                    for (int p = 0; p < pixels; p++) {
                        double q = in.get(at.query().input())[(at.query().channel(head) + c) * pixels + p];
                        double k = in.get(at.key().input())[(at.key().channel(head) + d) * pixels + p];
                        dot += q * k;
                        size += Math.abs(q * k);
                        own = Math.hypot(own, q);
                        other = Math.hypot(other, k);
                    }
                    double lengths = Math.max(own, s.epsilon()) * Math.max(other, s.epsilon());
                    share[d] = Math.exp(weight[head] * dot / lengths);
                    sum += share[d];
                    off = Math.max(off, Reference.UNIT * (3 * pixels + 8) * Math.abs(weight[head]) * size / lengths);
                }
                double relative = 4 * off + 4 * Reference.EXPONENTIAL + Reference.UNIT * (2 * dim + 8);
                for (int i = 0; i < pixels; i++) {
                    int to = (head * dim + c) * pixels + i;
                    for (int d = 0; d < dim; d++) {
                        double part = share[d] / sum
                                * in.get(at.value().input())[(at.value().channel(head) + d) * pixels + i];
                        result.value()[to] += part;
                        result.bound()[to] += relative * Math.abs(part);
                    }
                }
            }
        }
        return result;
    }

    static Reference separable(SeparableAttention s, float[] in) {
        int pixels = s.in().pixels();
        int dim = s.out().channels();
        Reference result = Reference.of(s.out());
        for (int i = 0; i < pixels; i++) {
            List<Integer> window = window(s.partition(), s.in(), i);
            double sum = 0;
            for (int j : window) {
                sum += Math.exp(in[j]);
            }
            double relative = 4 * Reference.EXPONENTIAL + Reference.UNIT * (2 * window.size() + 12);
            for (int c = 0; c < dim; c++) {
                double value = Math.max(0, in[(1 + dim + c) * pixels + i]);
                for (int j : window) {
                    double part = Math.exp(in[j]) / sum * in[(1 + c) * pixels + j] * value;
                    result.value()[c * pixels + i] += part;
                    result.bound()[c * pixels + i] += relative * Math.abs(part);
                }
            }
        }
        return result;
    }
}
