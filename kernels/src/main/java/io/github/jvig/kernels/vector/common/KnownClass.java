package io.github.jvig.kernels.vector.common;

import static io.github.jvig.kernels.vector.common.VectorConfig.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Tells the compiler the class of a vector that a loop carries from one round to the next. Methods of vectors are virtual. C2 takes the class of
 * their receiver from what made it, and of a loop's variable from the profile of all calls in the JVM: where there is no profile, because the
 * machine was busy when the method was compiled, it makes the vectors objects, for good, and the loop runs a hundred times slower. So the
 * receiver is what was just loaded or computed, as in {@code x.add(sum)}, and where that can't be, {@code known(sum)}. The cast costs nothing
 * once compiled.
 */
public final class KnownClass {
    private static final Class<?> SHUFFLE = FLOATS.iotaShuffle(0, 1, true).getClass();
    private static final Class<? extends IntVector> INT = IntVector.zero(VectorConfig.INTS).getClass();

    private KnownClass() {
    }

    /** {@return the same vector} */
    public static FloatVector known(FloatVector v) {
        return (FloatVector) FLOATS.vectorType().cast(v);
    }

    /** {@return the same vector} */
    public static IntVector known(IntVector v) {
        return INT.cast(v);
    }

    /** {@return the same shuffle} */
    @SuppressWarnings("unchecked")
    public static VectorShuffle<Float> known(VectorShuffle<Float> s) {
        return (VectorShuffle<Float>) SHUFFLE.cast(s);
    }
}
