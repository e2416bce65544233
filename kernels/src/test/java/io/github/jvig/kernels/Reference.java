package io.github.jvig.kernels;

import java.util.List;

/**
 * The operations in double on planes, {@code [channels][height][width]}, from their formulas alone, with a bound on the rounding error of
 * a float kernel that adds in any order.
 *
 * @param value what the kernel should give
 * @param bound how far off it may be
 */
public record Reference(double[] value, double[] bound) {
    /** Half the distance of 1 to the next float. */
    static final double UNIT = 0x1p-24;
    /** Error that an activation by polynomial may add, relative to 1 + |x|. */
    static final double ACTIVATION = 6e-7;
    /** Relative error that an exponential by polynomial may have. */
    static final double EXPONENTIAL = 1.2e-7;

    static Reference of(MapLayout map) {
        int size = map.channels() * map.pixels();
        return new Reference(new double[size], new double[size]);
    }

    /** Any spec; weights and bias are not looked at where there are none. */
    public static Reference compute(Spec spec, List<float[]> in, float[] weight, float[] bias) {
        return switch (spec) {
            case Attention s -> AttentionReferences.attend(s, in, weight);
            case MatrixProduct s -> ProductReferences.product(s, in, weight);
            case Concat s -> MoveReferences.concat(in).finish(Epilogue.of(s.activation()), null);
            case GatedPointwiseConv s -> GateReferences.gated(s, in, weight, bias);
            case LinearAttention s -> AttentionReferences.linear(s, in);
            case CrossCovariance s -> AttentionReferences.crossCovariance(s, in, weight);
            case SeparableAttention s -> AttentionReferences.separable(s, in.getFirst());
            case AttentionScores s -> NeighborhoodReferences.scores(s, in.get(0), in.get(1));
            case NeighborhoodAggregation s -> NeighborhoodReferences.aggregate(s, in, weight);
            case AdaptiveAveragePool s -> NeighborhoodReferences.pool(s, in.getFirst());
            case SelectiveScan s ->
                ScanReferences.scan(s, in.get(0), in.get(1), in.get(2), weight, bias);
            case ChannelNorm s -> NormReferences.channels(s, in.getFirst(), weight);
            case MapNorm s -> NormReferences.map(s, in.getFirst(), weight, bias);
            default -> compute(spec, in.getFirst(), weight, bias, in.size() > 1 ? in.get(1) : null);
        };
    }

    /** Specs of one map or two. */
    public static Reference compute(Spec spec, float[] in, float[] weight, float[] bias, float[] in2) {
        return switch (spec) {
            case PointwiseConv s -> convolve(s, Window.of(1, 1, 0), 1, in, weight, bias)
                    .finish(s.epilogue(), in2);
            case SparsePointwiseConv s -> convolve(s, Window.of(1, 1, 0), 1, in, weight, bias)
                    .finish(s.epilogue(), in2);
            case Conv2d s -> convolve(s, s.window(), s.groups(), in, weight, bias).finish(s.epilogue(), in2);
            case DepthwiseConv s ->
                convolve(s, s.window(), s.in().channels(), in, weight, bias).finish(s.epilogue(), in2);
            case MaxRelative s -> maxRelative(s, in);
            case RolledL1Distance s -> distances(s, in);
            case MeanMinusStd s -> meanMinusStd(s, in);
            case ThresholdedMaxRelative s -> thresholdedMaxRelative(s, in, in2[0]);
            case GlobalAveragePool s -> pool(s, in);
            case Binary s -> binary(s, in, in2).finish(Epilogue.of(s.activation()), null);
            case LayerNorm s -> normalize(s, in, weight, bias);
            case AvgPoolBlend s -> mix(s, in, weight);
            case Slice s -> MoveReferences.slice(s, in);
            case ChannelGather s -> MoveReferences.gather(s, in);
            case ChannelAtMaximum s -> MoveReferences.atMaximum(s, in, in2);
            case Pool2d s -> PoolReferences.pool(s, in).finish(Epilogue.of(s.activation()), null);
            case TokenPool s -> PoolReferences.tokens(s, in);
            case Resize s -> PoolReferences.resize(s, in);
            case DepthToSpace s -> PoolReferences.blocks(s, s.order(), s.factor(), in);
            case SpaceToDepth s -> PoolReferences.blocks(s, s.order(), s.factor(), in);
            case BinaryConstant s -> PoolReferences.binary(s, in, weight);
            case BinaryConv s -> SpecialReferences.signs(s, in, weight, bias);
            case LocalDepthwiseConv s -> SpecialReferences.local(s, in, weight, bias)
                    .finish(Epilogue.of(s.activation()), null);
            case DeformableDepthwiseConv s -> SpecialReferences.deformed(s, in, in2, weight, bias);
            case PiecewiseLinear s -> SpecialReferences.pieces(s, in, weight);
            case GlobalDeviation s -> PoolReferences.deviation(s, in);
            case SpatialSoftmax s -> SoftmaxReferences.spatial(s, in);
            default -> throw new IllegalArgumentException("there is no reference for " + spec);
        };
    }

    private static Reference convolve(Spec spec, Window w, int groups, float[] in, float[] weight, float[] bias) {
        MapLayout from = spec.in();
        MapLayout to = spec.out();
        Reference result = of(to);
        int perOutput = from.channels() / groups;
        Window.Axis down = w.rows();
        Window.Axis across = w.columns();
        double growth = UNIT * (perOutput * w.taps() + 2);
        for (int o = 0; o < to.channels(); o++) {
            int first = o / (to.channels() / groups) * perOutput;
            for (int y = 0; y < to.height(); y++) {
                for (int x = 0; x < to.width(); x++) {
                    double sum = bias == null ? 0 : bias[o];
                    double size = Math.abs(sum);
                    for (int i = 0; i < perOutput; i++) {
                        for (int ky = 0; ky < down.kernel(); ky++) {
                            for (int kx = 0; kx < across.kernel(); kx++) {
                                int sy = y * down.stride() - down.padBefore() + ky * down.dilation();
                                int sx = x * across.stride() - across.padBefore() + kx * across.dilation();
                                if (sy < 0 || sy >= from.height() || sx < 0 || sx >= from.width()) {
                                    continue;
                                }
                                double product = (double) weight[((o * perOutput + i) * down.kernel() + ky)
                                        * across.kernel() + kx]
                                        * in[((first + i) * from.height() + sy) * from.width() + sx];
                                sum += product;
                                size += Math.abs(product);
                            }
                        }
                    }
                    int at = (o * to.height() + y) * to.width() + x;
                    result.value[at] = sum;
                    result.bound[at] = growth * size;
                }
            }
        }
        return result;
    }

    private static Reference maxRelative(MaxRelative s, float[] in) {
        MapLayout map = s.in();
        Reference result = of(s.out());
        int h = map.height();
        int w = map.width();
        for (int c = 0; c < map.channels(); c++) {
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    double own = in[(c * h + y) * w + x];
                    double greatest = 0;
                    for (MaxRelative.Shift shift : s.shifts()) {
                        double other = in[(c * h + (y + h - shift.dy()) % h) * w + (x + w - shift.dx()) % w];
                        greatest = Math.max(greatest,
                                s.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR
                                        ? own - other
                                        : other - own);
                    }
                    result.value[(c * h + y) * w + x] = own;
                    int m = ((map.channels() + c) * h + y) * w + x;
                    result.value[m] = greatest;
                    result.bound[m] = UNIT * greatest;
                }
            }
        }
        return result;
    }

    /** L1 over the channels between pixel (y, x) and the one that a shift brings there. */
    private static double distance(MapLayout map, float[] in, int y, int x, MaxRelative.Shift shift) {
        int h = map.height();
        int w = map.width();
        double sum = 0;
        for (int c = 0; c < map.channels(); c++) {
            sum += Math.abs(in[(c * h + y) * w + x]
                    - (double) in[(c * h + (y + h - shift.dy()) % h) * w + (x + w - shift.dx()) % w]);
        }
        return sum;
    }

    private static Reference distances(RolledL1Distance s, float[] in) {
        MapLayout map = s.in();
        Reference result = of(s.out());
        for (int p = 0; p < map.pixels(); p++) {
            result.value[p] = distance(map, in, p / map.width(), p % map.width(), s.shift());
            result.bound[p] = UNIT * (map.channels() + 1) * result.value[p];
        }
        return result;
    }

    /** By the sums of values and of squares, not by differences to the mean. */
    private static Reference meanMinusStd(MeanMinusStd s, float[] in) {
        int n = s.in().pixels();
        double sum = 0;
        double squares = 0;
        for (float x : in) {
            sum += x;
            squares += (double) x * x;
        }
        Reference result = of(s.out());
        result.value[0] = sum / n - Math.sqrt((squares - sum * sum / n) / (n - 1));
        result.bound[0] = 2 * UNIT * (1 + Math.abs(result.value[0]));
        return result;
    }

    /** A neighbor whose distance is so close to the limit that rounding decides may count or not. */
    private static Reference thresholdedMaxRelative(ThresholdedMaxRelative s, float[] in, float limit) {
        MapLayout map = s.in();
        Reference result = of(s.out());
        int h = map.height();
        int w = map.width();
        double doubt = UNIT * (map.channels() + 1) * limit;
        for (int p = 0; p < map.pixels(); p++) {
            for (int c = 0; c < map.channels(); c++) {
                result.value[c * h * w + p] = in[c * h * w + p];
            }
            for (MaxRelative.Shift shift : s.shifts()) {
                double distance = distance(map, in, p / w, p % w, shift);
                int other = (p / w + h - shift.dy()) % h * w + (p % w + w - shift.dx()) % w;
                for (int c = 0; c < map.channels(); c++) {
                    double lead = (double) in[c * h * w + other] - in[c * h * w + p];
                    int m = (map.channels() + c) * h * w + p;
                    if (distance < limit - doubt) {
                        result.value[m] = Math.max(result.value[m], lead);
                        result.bound[m] = Math.max(result.bound[m], UNIT * lead);
                    } else if (distance < limit + doubt) {
                        result.bound[m] = Math.max(result.bound[m], lead - result.value[m]);
                    }
                }
            }
        }
        return result;
    }

    private static Reference pool(GlobalAveragePool s, float[] in) {
        int pixels = s.in().pixels();
        Reference result = of(s.out());
        for (int c = 0; c < s.in().channels(); c++) {
            double size = 0;
            for (int p = 0; p < pixels; p++) {
                result.value[c] += (double) in[c * pixels + p] / pixels;
                size += Math.abs((double) in[c * pixels + p]) / pixels;
            }
            result.bound[c] = UNIT * (s.in().height() + s.in().width() + 4) * size;
        }
        return result;
    }

    private static Reference binary(Binary s, float[] in, float[] in2) {
        Reference result = of(s.out());
        int pixels = s.in().pixels();
        for (int i = 0; i < result.value.length; i++) {
            double x = in[i];
            double y = in2[s.in2Layout().equals(s.in())
                    ? i
                    : s.in2Layout().pixels() == pixels ? i % pixels : i / pixels];
            result.value[i] = switch (s.operator()) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case MAXIMUM -> Math.max(x, y);
            };
            result.bound[i] = UNIT * Math.abs(result.value[i]);
        }
        return result;
    }

    private static Reference normalize(LayerNorm s, float[] in, float[] weight, float[] bias) {
        int pixels = s.in().pixels();
        int channels = s.in().channels();
        Reference result = of(s.out());
        for (int p = 0; p < pixels; p++) {
            double sum = 0;
            double squares = 0;
            double largest = 0;
            for (int c = 0; c < channels; c++) {
                double x = in[c * pixels + p];
                sum += x;
                squares += x * x;
                largest = Math.max(largest, Math.abs(x));
            }
            double mean = sum / channels;
            double deviation = Math.sqrt(Math.max(0, squares / channels - mean * mean) + s.epsilon());
            for (int c = 0; c < channels; c++) {
                double x = (in[c * pixels + p] - mean) / deviation;
                double shift = bias == null ? 0 : bias[c];
                result.value[c * pixels + p] = x * weight[c] + shift;
                // Of the mean, and of the variance, whose relative error is twice the root's.
                double meanOff = UNIT * (channels + 2) * largest / deviation;
                result.bound[c * pixels + p] = Math.abs(weight[c]) * (2 * meanOff + Math.abs(x) * UNIT * (channels + 6))
                        + 2 * UNIT * (Math.abs(x * weight[c]) + Math.abs(shift));
            }
        }
        return result;
    }

    private static Reference mix(AvgPoolBlend s, float[] in, float[] weight) {
        int h = s.in().height();
        int w = s.in().width();
        int channels = s.in().channels();
        Reference result = of(s.out());
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < h * w; p++) {
                double sum = 0;
                double size = 0;
                int counted = 0;
                for (int dy = -(s.kernel() / 2); dy <= s.kernel() / 2; dy++) {
                    for (int dx = -(s.kernel() / 2); dx <= s.kernel() / 2; dx++) {
                        int y = p / w + dy;
                        int x = p % w + dx;
                        if (y >= 0 && y < h && x >= 0 && x < w) {
                            sum += in[(c * h + y) * w + x];
                            size += Math.abs(in[(c * h + y) * w + x]);
                            counted++;
                        }
                    }
                }
                double own = (double) weight[channels + c] * in[c * h * w + p];
                result.value[c * h * w + p] = weight[c] * sum / counted + own;
                result.bound[c * h * w + p] = UNIT
                        * ((counted + 4) * Math.abs(weight[c]) * size / counted + 2 * Math.abs(own));
            }
        }
        return result;
    }

    Reference finish(Epilogue epilogue, float[] residual) {
        if (epilogue.residualFirst()) {
            add(residual);
        }
        Activation activation = epilogue.activation();
        for (int i = 0; i < value.length; i++) {
            double slope = slope(activation);
            value[i] = activated(activation, value[i]);
            bound[i] = slope * bound[i] + (isExact(activation) ? 0 : ACTIVATION * (1 + Math.abs(value[i])));
        }
        if (epilogue.residual() && !epilogue.residualFirst()) {
            add(residual);
        }
        return this;
    }

    private void add(float[] residual) {
        for (int i = 0; i < value.length; i++) {
            value[i] += residual[i];
            bound[i] += UNIT * Math.abs(value[i]) + UNIT * bound[i];
        }
    }

    private static boolean isExact(Activation activation) {
        return switch (activation) {
            case NONE, RELU, RELU6 -> true;
            default -> false;
        };
    }

    /** What an error may grow by at most. */
    private static double slope(Activation activation) {
        return switch (activation) {
            case GELU, GELU_TANH -> 1.13;
            case SILU -> 1.1;
            case HARD_SWISH -> 1.5;
            default -> 1;
        };
    }

    /** From the formula. */
    public static double activated(Activation activation, double x) {
        return switch (activation) {
            case NONE -> x;
            case RELU -> Math.max(0, x);
            case RELU6 -> Math.min(6, Math.max(0, x));
            case LEAKY_RELU -> x > 0 ? x : 0.01f * x;
            case GELU -> gelu(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
            case SIGMOID -> 0.5 * (1 + Math.tanh(x / 2));
            case HARD_SIGMOID -> Math.min(6, Math.max(0, x + 3)) / 6;
            case SILU -> 0.5 * x * (1 + Math.tanh(x / 2));
            case HARD_SWISH -> x * Math.min(6, Math.max(0, x + 3)) / 6;
            case ELU -> x > 0 ? x : Math.exp(x) - 1;
        };
    }

    /** {@code x * Phi(x)}. */
    public static double gelu(double x) {
        return 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
    }

    /** {@code 2/sqrt(pi)} times the integral of {@code exp(-t^2)} from 0 to x, by Gauss-Legendre of five points on steps of at most 1/8. */
    public static double erf(double x) {
        double end = Math.min(6.5, Math.abs(x));
        int steps = (int) Math.ceil(end * 8);
        double half = steps == 0 ? 0 : end / steps / 2;
        double near = Math.sqrt(5 - 2 * Math.sqrt(10.0 / 7)) / 3;
        double far = Math.sqrt(5 + 2 * Math.sqrt(10.0 / 7)) / 3;
        double nearWeight = (322 + 13 * Math.sqrt(70)) / 900;
        double farWeight = (322 - 13 * Math.sqrt(70)) / 900;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            double middle = (2 * i + 1) * half;
            sum += 128.0 / 225 * bell(middle) + nearWeight * (bell(middle - near * half) + bell(middle + near * half))
                    + farWeight * (bell(middle - far * half) + bell(middle + far * half));
        }
        return Math.copySign(2 / Math.sqrt(Math.PI) * half * sum, x);
    }

    private static double bell(double t) {
        return Math.exp(-t * t);
    }
}
