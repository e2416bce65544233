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
                    double bias = s.biased() ? weight[(head * rows + row) * share.length + j] : 0;
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
}
