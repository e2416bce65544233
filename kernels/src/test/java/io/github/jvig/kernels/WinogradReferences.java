package io.github.jvig.kernels;

import java.util.List;

/** The wider bound that {@link Conv2d} allows Winograd's algorithm: by the inputs of a tile, which are more than those of a window. */
final class WinogradReferences {
    private static final int TAPS = 9;

    private WinogradReferences() {
    }

    /** Whether a kernel is one that may use it. */
    static boolean areFor(Kernel kernel) {
        return kernel.name().contains("winograd");
    }

    static Reference of(Conv2d s, List<float[]> in, float[] weight, float[] bias) {
        Conv2d plain = new Conv2d(s.in(), s.out(), s.window(), s.groups(), Epilogue.NONE);
        Reference sums = Reference.compute(plain, in.subList(0, 1), weight, bias);
        MapLayout out = s.out();
        int inputs = s.groupChannels();
        int groupOutputs = s.out().channels() / s.groups();
        double growth = Reference.UNIT * (inputs * TAPS + 64);
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                double[] largest = new double[s.in().channels()];
                for (int i = 0; i < largest.length; i++) {
                    largest[i] = largest(s, in.getFirst(), i, y, x);
                }
                for (int o = 0; o < out.channels(); o++) {
                    double size = bias == null ? 0 : Math.abs(bias[o]);
                    for (int i = 0; i < inputs; i++) {
                        for (int tap = 0; tap < TAPS; tap++) {
                            size += largest[o / groupOutputs * inputs + i]
                                    * Math.abs(weight[(o * inputs + i) * TAPS + tap]);
                        }
                    }
                    sums.bound()[(o * out.height() + y) * out.width() + x] = growth * size;
                }
            }
        }
        return sums.finish(s.epilogue(), in.size() > 1 ? in.get(1) : null);
    }

    /** The largest input of a channel in an output's window, with stride 1 up to a pixel beyond it. */
    private static double largest(Conv2d s, float[] in, int channel, int y, int x) {
        MapLayout map = s.in();
        int beyond = s.window().rows().stride() == 1 ? 1 : 0;
        int size = 3 + 2 * beyond;
        int top = s.window().rows().start(y) - beyond;
        int left = s.window().columns().start(x) - beyond;
        double largest = 0;
        for (int sy = Math.max(0, top); sy < Math.min(map.height(), top + size); sy++) {
            for (int sx = Math.max(0, left); sx < Math.min(map.width(), left + size); sx++) {
                largest = Math.max(largest, Math.abs(in[(channel * map.height() + sy) * map.width() + sx]));
            }
        }
        return largest;
    }
}
