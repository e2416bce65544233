package io.github.jvig.model.image;

/** The loop filters of VP8 (RFC 6386, section 15), over a whole frame. */
final class Vp8Filter {
    private final Vp8Plane luma;
    private final Vp8Plane[] chroma;
    private final boolean simple;
    private final int wide;
    private final int high;
    private final Vp8Header.Filter[] filters;
    private final boolean[] inside;

    Vp8Filter(Vp8Header header, Vp8Plane luma, Vp8Plane[] chroma, int wide, int high) {
        this.luma = luma;
        this.chroma = chroma;
        simple = header.simpleFilter;
        this.wide = wide;
        this.high = high;
        filters = new Vp8Header.Filter[wide * high];
        inside = new boolean[wide * high];
    }

    /** @param inner whether the borders of the subblocks in the macroblock are filtered too */
    void set(int x, int y, Vp8Header.Filter filter, boolean inner) {
        filters[y * wide + x] = filter;
        inside[y * wide + x] = inner;
    }

    /** Filters all macroblocks, row by row: each finds its left and upper neighbors filtered. */
    void run() {
        for (int y = 0; y < high; y++) {
            for (int x = 0; x < wide; x++) {
                Vp8Header.Filter filter = filters[y * wide + x];
                if (filter.limit() == 0) {
                    continue;
                }
                boolean inner = inside[y * wide + x];
                if (simple) {
                    simple(luma.at(16 * x, 16 * y), filter.limit(), x > 0, y > 0, inner);
                } else {
                    normal(luma, luma.at(16 * x, 16 * y), 16, filter, x > 0, y > 0, inner);
                    normal(chroma[0], chroma[0].at(8 * x, 8 * y), 8, filter, x > 0, y > 0, inner);
                    normal(chroma[1], chroma[1].at(8 * x, 8 * y), 8, filter, x > 0, y > 0, inner);
                }
            }
        }
    }

    private void simple(int at, int limit, boolean left, boolean above, boolean inner) {
        int stride = luma.stride;
        for (int x = left ? 0 : 4; x < 16 && (x == 0 || inner); x += 4) {
            simpleEdge(luma.samples, at + x, 1, stride, 2 * (x == 0 ? limit + 4 : limit) + 1);
        }
        for (int y = above ? 0 : 4; y < 16 && (y == 0 || inner); y += 4) {
            simpleEdge(luma.samples, at + y * stride, stride, 1, 2 * (y == 0 ? limit + 4 : limit) + 1);
        }
    }

    private static void normal(Vp8Plane plane, int at, int size, Vp8Header.Filter filter, boolean left, boolean above,
            boolean inner) {
        int stride = plane.stride;
        byte[] samples = plane.samples;
        int edge = 2 * (filter.limit() + 4) + 1;
        int inside = 2 * filter.limit() + 1;
        if (left) {
            outerEdge(samples, at, 1, stride, size, edge, filter.interior(), filter.highVariance());
        }
        for (int x = 4; x < size && inner; x += 4) {
            innerEdge(samples, at + x, 1, stride, size, inside, filter.interior(), filter.highVariance());
        }
        if (above) {
            outerEdge(samples, at, stride, 1, size, edge, filter.interior(), filter.highVariance());
        }
        for (int y = 4; y < size && inner; y += 4) {
            innerEdge(samples, at + y * stride, stride, 1, size, inside, filter.interior(), filter.highVariance());
        }
    }

    /**
     * The simple filter over an edge of 16 samples.
     *
     * @param across from a sample to the next one across the edge
     * @param along  from a sample to the next one along it
     */
    private static void simpleEdge(byte[] s, int at, int across, int along, int limit) {
        for (int i = 0; i < 16; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) <= limit) {
                two(s, at, across, 3 * (q0 - p0) + signed(p1 - q1));
            }
        }
    }

    /** The normal filter over an edge between macroblocks. */
    private static void outerEdge(byte[] s, int at, int across, int along, int size, int limit, int interior,
            int highVariance) {
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit || !isSmooth(s, at, across, interior)) {
                continue;
            }
            int a = 3 * (q0 - p0) + signed(p1 - q1);
            if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
                two(s, at, across, a);
                continue;
            }
            int w = signed(a);
            int a1 = 27 * w + 63 >> 7;
            int a2 = 18 * w + 63 >> 7;
            int a3 = 9 * w + 63 >> 7;
            s[at - 3 * across] = clip((s[at - 3 * across] & 0xff) + a3);
            s[at - 2 * across] = clip(p1 + a2);
            s[at - across] = clip(p0 + a1);
            s[at] = clip(q0 - a1);
            s[at + across] = clip(q1 - a2);
            s[at + 2 * across] = clip((s[at + 2 * across] & 0xff) - a3);
        }
    }

    /** The normal filter over an edge between subblocks. */
    private static void innerEdge(byte[] s, int at, int across, int along, int size, int limit, int interior,
            int highVariance) {
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit || !isSmooth(s, at, across, interior)) {
                continue;
            }
            int a = 3 * (q0 - p0);
            if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
                two(s, at, across, a + signed(p1 - q1));
                continue;
            }
            int a1 = small(a + 4 >> 3);
            int a2 = small(a + 3 >> 3);
            int a3 = a1 + 1 >> 1;
            s[at - 2 * across] = clip(p1 + a3);
            s[at - across] = clip(p0 + a2);
            s[at] = clip(q0 - a1);
            s[at + across] = clip(q1 - a3);
        }
    }

    /** Whether neighbors on each side of an edge differ by {@code interior} at most. */
    private static boolean isSmooth(byte[] s, int at, int across, int interior) {
        int p3 = s[at - 4 * across] & 0xff;
        int p2 = s[at - 3 * across] & 0xff;
        int p1 = s[at - 2 * across] & 0xff;
        int p0 = s[at - across] & 0xff;
        int q0 = s[at] & 0xff;
        int q1 = s[at + across] & 0xff;
        int q2 = s[at + 2 * across] & 0xff;
        int q3 = s[at + 3 * across] & 0xff;
        return Math.abs(p3 - p2) <= interior && Math.abs(p2 - p1) <= interior && Math.abs(p1 - p0) <= interior
                && Math.abs(q3 - q2) <= interior && Math.abs(q2 - q1) <= interior && Math.abs(q1 - q0) <= interior;
    }

    /** Changes the two samples beside an edge. */
    private static void two(byte[] s, int at, int across, int a) {
        s[at - across] = clip((s[at - across] & 0xff) + small(a + 3 >> 3));
        s[at] = clip((s[at] & 0xff) - small(a + 4 >> 3));
    }

    private static int signed(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static int small(int value) {
        return Math.max(-16, Math.min(15, value));
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
