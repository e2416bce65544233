package io.github.jvig.bench;

import io.github.jvig.kernels.Activation;
import io.github.jvig.kernels.DenseConv;
import io.github.jvig.kernels.DepthwiseConv;
import io.github.jvig.kernels.Epilogue;
import io.github.jvig.kernels.FeatureMap;
import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.kernels.PointwiseConv;
import io.github.jvig.kernels.Spec;
import io.github.jvig.kernels.Window;
import java.util.SplittableRandom;

/** Every distinct layer of MobileViG-Ti at 224, by what it is called in the paper's figure. */
public enum Layer {
    STEM_1(new DenseConv(FeatureMap.of(224, 224, 3), 21, Window.of(3, 2, 1), Epilogue.of(Activation.GELU))),
    STEM_2(new DenseConv(FeatureMap.of(112, 112, 21), 42, Window.of(3, 2, 1), Epilogue.of(Activation.GELU))),
    EXPAND_56(new PointwiseConv(FeatureMap.of(56, 56, 42), 168, Epilogue.of(Activation.GELU))),
    DEPTHWISE_56(new DepthwiseConv(FeatureMap.of(56, 56, 168), Window.same(3), Epilogue.of(Activation.GELU))),
    PROJECT_56(new PointwiseConv(FeatureMap.of(56, 56, 168), 42, Epilogue.NONE.plusResidual())),
    DOWN_28(new DenseConv(FeatureMap.of(56, 56, 42), 84, Window.of(3, 2, 1), Epilogue.NONE)),
    EXPAND_28(new PointwiseConv(FeatureMap.of(28, 28, 84), 336, Epilogue.of(Activation.GELU))),
    DEPTHWISE_28(new DepthwiseConv(FeatureMap.of(28, 28, 336), Window.same(3), Epilogue.of(Activation.GELU))),
    PROJECT_28(new PointwiseConv(FeatureMap.of(28, 28, 336), 84, Epilogue.NONE.plusResidual())),
    DOWN_14(new DenseConv(FeatureMap.of(28, 28, 84), 168, Window.of(3, 2, 1), Epilogue.NONE)),
    EXPAND_14(new PointwiseConv(FeatureMap.of(14, 14, 168), 672, Epilogue.of(Activation.GELU))),
    DEPTHWISE_14(new DepthwiseConv(FeatureMap.of(14, 14, 672), Window.same(3), Epilogue.of(Activation.GELU))),
    PROJECT_14(new PointwiseConv(FeatureMap.of(14, 14, 672), 168, Epilogue.NONE.plusResidual())),
    DOWN_7(new DenseConv(FeatureMap.of(14, 14, 168), 256, Window.of(3, 2, 1), Epilogue.NONE)),
    GRAPHER_IN_7(new PointwiseConv(FeatureMap.of(7, 7, 256), 256, Epilogue.NONE)),
    GRAPHER_GATHER_7(MaxRelative.svga(FeatureMap.of(7, 7, 256), 2)),
    GRAPHER_CONV_7(new PointwiseConv(FeatureMap.of(7, 7, 512), 512, Epilogue.of(Activation.GELU))),
    GRAPHER_OUT_7(new PointwiseConv(FeatureMap.of(7, 7, 512), 256, Epilogue.NONE.plusResidual())),
    FFN_IN_7(new PointwiseConv(FeatureMap.of(7, 7, 256), 1024, Epilogue.of(Activation.GELU))),
    FFN_OUT_7(new PointwiseConv(FeatureMap.of(7, 7, 1024), 256, Epilogue.NONE.plusResidual())),
    EMBEDDING(new PointwiseConv(FeatureMap.of(1, 1, 256), 512, Epilogue.of(Activation.GELU))),
    HEAD(new PointwiseConv(FeatureMap.of(1, 1, 512), 1000, Epilogue.NONE));

    private final Spec spec;

    Layer(Spec spec) {
        this.spec = spec;
    }

    Spec spec() {
        return spec;
    }

    /** The kernel that a provider picks for this layer, on random weights. */
    Kernel kernel(Kernels kernels) {
        return switch (spec) {
            case PointwiseConv s -> kernels.pointwise(s, random(s.in().channels() * s.out().channels()), null);
            case DepthwiseConv s -> kernels.depthwise(s, random(s.in().channels() * area(s.window())), null);
            case DenseConv s ->
                kernels.dense(s, random(s.in().channels() * s.out().channels() * area(s.window())), null);
            case MaxRelative s -> kernels.maxRelative(s);
            default -> throw new IllegalStateException("no layer here is a " + spec);
        };
    }

    private static int area(Window window) {
        return window.kernel() * window.kernel();
    }

    /** Values in [-1, 1), the same for the same length. */
    static float[] random(int length) {
        SplittableRandom random = new SplittableRandom(length);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
