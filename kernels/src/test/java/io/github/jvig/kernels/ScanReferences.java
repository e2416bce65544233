package io.github.jvig.kernels;

/** The selective scan by walking over the map. */
final class ScanReferences {
    /** Relative error that a softplus by polynomials may have. */
    private static final double SOFTPLUS = 4e-7;
    private static final int[][] MOVES = {{0, 0}, {0, 1}, {0, -1}, {-1, 0}, {1, 0}};
    private static final int RIGHT = 1;
    private static final int LEFT = 2;
    private static final int UP = 3;
    private static final int DOWN = 4;

    private ScanReferences() {
    }

    static Reference scan(SelectiveScan s, float[] u, float[] step, float[] projection, float[] weight, float[] bias) {
        Reference result = Reference.of(s.out());
        int height = s.in().height();
        int width = s.in().width();
        // A walk: where it starts, along the line, back along the next, and from line to line.
        boolean oddHeight = height % 2 == 1;
        boolean oddWidth = width % 2 == 1;
        walk(s, result, u, step, projection, weight, bias, 0, 0, RIGHT, LEFT, DOWN);
        walk(s, result, u, step, projection, weight, bias, height - 1, oddHeight ? width - 1 : 0,
                oddHeight ? LEFT : RIGHT, oddHeight ? RIGHT : LEFT, UP);
        walk(s, result, u, step, projection, weight, bias, 0, 0, DOWN, UP, RIGHT);
        walk(s, result, u, step, projection, weight, bias, oddWidth ? height - 1 : 0, width - 1, oddWidth ? UP : DOWN,
                oddWidth ? DOWN : UP, LEFT);
        return result;
    }

    private static void walk(SelectiveScan s, Reference result, float[] u, float[] step, float[] projection,
            float[] weight, float[] bias, int startY, int startX, int along, int back, int across) {
        int pixels = s.in().pixels();
        int states = s.states();
        int channels = s.in().channels();
        double[] h = new double[channels * states];
        double[] error = new double[channels * states];
        int y = startY;
        int x = startX;
        int move = 0;
        int line = along;
        for (int t = 0; t < pixels; t++) {
            int pixel = y * s.in().width() + x;
            for (int c = 0; c < channels; c++) {
                double d = step[c * pixels + t] + (bias == null ? 0.0 : bias[c]);
                double size = Math.log(1 + Math.exp(d));
                double skipped = (double) weight[channels * states + c] * u[c * pixels + pixel];
                double sum = skipped;
                double bound = 16 * Reference.UNIT * Math.abs(skipped);
                // The sum of step and bias is rounded, and the softplus has a slope of at most 1.
                double sizeError = SOFTPLUS * size
                        + Reference.UNIT * (Math.abs(step[c * pixels + t]) + (bias == null ? 0 : Math.abs(bias[c])));
                for (int n = 0; n < states; n++) {
                    int at = c * states + n;
                    double a = Math.exp(weight[at]);
                    double kept = Math.exp(-size * a);
                    double in = projection[(s.wayIn() + n) * pixels + t]
                            + (double) weight[channels * (states + 1) + move * states + n];
                    double given = in * u[c * pixels + pixel];
                    double inSize = (Math.abs(projection[(s.wayIn() + n) * pixels + t])
                            + Math.abs(weight[channels * (states + 1) + move * states + n]))
                            * Math.abs(u[c * pixels + pixel]);
                    double out = projection[(s.wayOut() + n) * pixels + t];
                    error[at] = kept * error[at]
                            + Math.abs(h[at]) * kept * (2 * Reference.EXPONENTIAL + 4 * Reference.UNIT * (1 + size * a)
                                    + a * sizeError)
                            + inSize * (sizeError + 6 * Reference.UNIT * size);
                    h[at] = kept * h[at] + size * given;
                    error[at] += Reference.UNIT * Math.abs(h[at]);
                    sum += out * h[at];
                    bound += Math.abs(out) * (error[at] + Reference.UNIT * (states + 8) * Math.abs(h[at]));
                }
                result.value()[c * pixels + pixel] += sum;
                result.bound()[c * pixels + pixel] += bound;
            }
            move = line;
            int nextY = y + MOVES[move][0];
            int nextX = x + MOVES[move][1];
            if (nextY < 0 || nextY >= s.in().height() || nextX < 0 || nextX >= s.in().width()) {
                move = across;
                line = line == along ? back : along;
                nextY = y + MOVES[move][0];
                nextX = x + MOVES[move][1];
            }
            y = nextY;
            x = nextX;
        }
    }
}
