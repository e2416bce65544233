package io.github.jvig.kernels;

import io.github.jvig.kernels.services.AddedServices;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;

/**
 * Decides which provider this JVM gets. No type of the Vector API is touched here or loaded from here before the guards have passed.
 */
final class KernelLookup {
    private static final Logger LOG = System.getLogger("io.github.jvig.kernels");
    private static final String EXTENSION = "kernel extension";
    private static final String INCUBATOR = "jdk.incubator.vector";
    /** By name, so that this class links without the Vector API, and so that this package depends on none of those that depend on it. */
    private static final String SCALAR_PROVIDER = "io.github.jvig.kernels.scalar.ScalarKernels";
    private static final String VECTOR_PROVIDER = "io.github.jvig.kernels.vector.VectorKernels";
    private static final String VECTOR_PROBE = "io.github.jvig.kernels.vector.VectorProbe";
    private static final String SCALAR_MATH = "io.github.jvig.kernels.scalar.ScalarMath";
    private static final String VECTOR_MATH = "io.github.jvig.kernels.vector.VectorMath";
    private static final String WIDTH_CHECK = "io.github.jvig.kernels.vector.WidthCheck";

    /** The provider of this JVM once it is known, so that the warning comes once. */
    private static KernelProvider chosen;
    private static String reason = "";
    /** Kept, so that extensions are looked up once. */
    private static KernelProvider scalar;

    private KernelLookup() {
    }

    static synchronized KernelProvider chosen() {
        if (chosen == null) {
            String wish = System.getProperty(KernelProvider.PROVIDER_PROPERTY, "auto");
            reason = "-D" + KernelProvider.PROVIDER_PROPERTY + "=" + wish;
            chosen = choose(wish);
        }
        return chosen;
    }

    /** Why that provider was chosen, in one line. */
    static synchronized String reason() {
        chosen();
        return reason;
    }

    static synchronized KernelProvider scalar() {
        if (scalar == null) {
            scalar = load(SCALAR_PROVIDER, "scalar");
        }
        return scalar;
    }

    static KernelProvider vector() {
        Optional<String> missing = missingForVector();
        if (missing.isPresent()) {
            throw new UnsupportedOperationException("no vector kernels: " + missing.get());
        }
        return load(VECTOR_PROVIDER, "vector");
    }

    static ArrayMath scalarMath() {
        return math(SCALAR_MATH);
    }

    /** A machine whose instruction set is vectors is one whose guards have passed. */
    static ArrayMath math(Machine machine) {
        return machine.isa().startsWith("vector") ? math(VECTOR_MATH) : scalarMath();
    }

    private static ArrayMath math(String type) {
        try {
            return (ArrayMath) create(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " can't be made", reason(e));
        }
    }

    static KernelProvider choose(String wish) {
        return switch (wish.toLowerCase(Locale.ROOT)) {
            case "scalar" -> scalar();
            case "vector" -> vector();
            case "auto" -> auto();
            default -> throw new UnsupportedOperationException(
                    "-D" + KernelProvider.PROVIDER_PROPERTY + "=" + wish + " is none of auto, scalar, vector");
        };
    }

    /** Vectors where they are fast, else scalars and a warning. A width that is asked for is a wish of its own, which is met or refused. */
    private static KernelProvider auto() {
        Optional<String> missing = missingModule();
        requireWidth(missing.isEmpty());
        if (missing.isEmpty()) {
            missing = missingMachine(true);
        }
        if (missing.isEmpty()) {
            try {
                KernelProvider kernels = load(VECTOR_PROVIDER, "vector");
                LOG.log(Level.DEBUG, "kernels: " + kernels.name());
                String width = System.getProperty(KernelProvider.BITS_PROPERTY);
                reason = width == null
                        ? "the widest vectors of the machine; nothing is known that makes them slow"
                        : "-D" + KernelProvider.BITS_PROPERTY + "=" + width;
                return kernels;
            } catch (UnsupportedOperationException e) {
                missing = Optional.of(e.getMessage().replaceFirst("^no vector kernels: ", ""));
            }
        }
        reason = "no vector kernels: " + missing.get();
        LOG.log(Level.WARNING, reason + "; the scalar ones run instead, many times slower");
        return scalar();
    }

    /** The first guard that fails, with its remedy; empty when all pass. Who asks for vectors by name is not held up by a measurement. */
    private static Optional<String> missingForVector() {
        return missingModule().or(() -> missingMachine(false));
    }

    private static Optional<String> missingModule() {
        Optional<Module> incubator = ModuleLayer.boot().findModule(INCUBATOR);
        if (incubator.isEmpty()) {
            return Optional.of("the incubator module is not there; start java with --add-modules " + INCUBATOR);
        }
        if (!KernelLookup.class.getModule().canRead(incubator.get())) {
            return Optional.of("module " + KernelLookup.class.getModule().getName() + " does not read " + INCUBATOR
                    + "; start java with --add-modules " + INCUBATOR);
        }
        return Optional.empty();
    }

    /**
     * What keeps this JVM on this machine from fast vectors. By its flags where HotSpot tells them; where it does not, or where another
     * compiler than C2 is in use, by a measurement.
     *
     * @param measured whether to measure where only that can tell
     */
    private static Optional<String> missingMachine(boolean measured) {
        Optional<CompilerFlags> flags = CompilerFlags.get();
        Optional<String> slow = flags.flatMap(CompilerFlags::slowVectors);
        if (slow.isEmpty() && System.getProperty("java.vm.info", "").contains("interpreted")) {
            return Optional.of(CompilerFlags.onlyInterprets("-Xint"));
        }
        if (slow.isPresent() || !measured || !flags.map(CompilerFlags::inDoubt).orElse(true)) {
            return slow;
        }
        try {
            return ((BooleanSupplier) create(VECTOR_PROBE)).getAsBoolean()
                    ? Optional.empty()
                    : Optional.of("a measurement found vectors slower than scalars, as without the C2 compiler or fused"
                            + " multiply-add, or with options that hold the compiler back (thresholds, inlining); use a"
                            + " HotSpot server VM with C2 and its default options on a processor with these, or"
                            + " -D" + KernelProvider.PROVIDER_PROPERTY + "=vector to have them all the same");
        } catch (ReflectiveOperationException e) {
            return Optional.of(reason(e).getMessage());
        } catch (ExceptionInInitializerError e) {
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        }
    }

    /** Refuses a width that is none, or that the machine does not have. Without the Vector API only the former can be told. */
    private static void requireWidth(boolean vectorApi) {
        String wish = System.getProperty(KernelProvider.BITS_PROPERTY);
        if (wish == null) {
            return;
        }
        if (!List.of("128", "256", "512").contains(wish)) {
            throw new UnsupportedOperationException("-D" + KernelProvider.BITS_PROPERTY + "=" + wish
                    + " is none of 128, 256, 512");
        }
        if (vectorApi) {
            try {
                ((Runnable) create(WIDTH_CHECK)).run();
            } catch (ReflectiveOperationException e) {
                throw new UnsupportedOperationException(reason(e).getMessage(), e);
            }
        }
    }

    private static KernelProvider load(String provider, String kernels) {
        try {
            return extended((KernelProvider) create(provider));
        } catch (ReflectiveOperationException e) {
            Throwable cause = reason(e);
            throw new UnsupportedOperationException("no " + kernels + " kernels: " + cause.getMessage(), cause);
        }
    }

    private static Object create(String type) throws ReflectiveOperationException {
        return Class.forName(type).getDeclaredConstructor().newInstance();
    }

    private static Throwable reason(ReflectiveOperationException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof ExceptionInInitializerError init && init.getCause() != null ? init.getCause() : cause;
    }

    /** The provider with the rows of all {@link KernelExtension}s before its own, those that are found first before all others. */
    private static KernelProvider extended(KernelProvider provider) {
        ServiceLoader<KernelExtension> loader = ServiceLoader.load(KernelExtension.class,
                KernelLookup.class.getClassLoader());
        KernelProvider extended = provider;
        for (KernelExtension extension : AddedServices.all(loader, KernelExtension.class, EXTENSION).reversed()) {
            KernelProvider before = extended;
            extended = AddedServices.call(EXTENSION, extension.getClass(), () -> before.with(extension));
        }
        return extended;
    }
}
