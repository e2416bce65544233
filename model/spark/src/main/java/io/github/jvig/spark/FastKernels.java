package io.github.jvig.spark;

import io.github.jvig.kernels.KernelProvider;

/** Refuses to run on kernels that would make a cluster many times slower without a word. */
final class FastKernels {
    static final String MODULE = "jdk.incubator.vector";

    private FastKernels() {
    }

    /**
     * Passes where this JVM has the vector kernels, or was told by {@code -Djvig.kernels=scalar} that it is to have the scalar ones.
     *
     * @throws IllegalStateException with the line of configuration that is missing
     */
    static void require() {
        require(ModuleLayer.boot().findModule(MODULE).isPresent());
    }

    static void require(boolean hasModule) {
        if ("scalar".equalsIgnoreCase(System.getProperty(KernelProvider.PROVIDER_PROPERTY))) {
            return;
        }
        if (!hasModule) {
            throw new IllegalStateException("this JVM was started without --add-modules=" + MODULE
                    + ", so JViG would be many times slower. Spark 4 gives that option to the executors that it starts; where they"
                    + " are started otherwise, set spark.executor.extraJavaOptions=--add-modules=" + MODULE
                    + ", and in local mode start java with --add-modules=" + MODULE);
        }
        if (KernelProvider.get().name().startsWith("scalar")) {
            throw new IllegalStateException(KernelProvider.reason()
                    + ". To run the scalar kernels all the same, many times"
                    + " slower, set spark.executor.extraJavaOptions=-D" + KernelProvider.PROVIDER_PROPERTY + "=scalar");
        }
    }
}
