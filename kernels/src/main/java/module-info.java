/**
 * Kernels of mobile vision nets on plain {@code float[]}: what each computes, a scalar definition, and the Vector API's speed.
 *
 * <p>The incubator module is wanted, not needed: without it the scalar kernels run.
 */
@SuppressWarnings("module") // The model's module is compiled later.
module io.github.jvig.kernels {
    requires static jdk.incubator.vector;
    // For the flags of the JVM; without them a measurement tells.
    requires static java.management;
    requires static jdk.management;

    exports io.github.jvig.kernels;
    exports io.github.jvig.kernels.services to io.github.jvig.model;

    uses io.github.jvig.kernels.KernelExtension;
}
