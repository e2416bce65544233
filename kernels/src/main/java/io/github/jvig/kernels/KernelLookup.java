package io.github.jvig.kernels;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Decides which provider this JVM gets. No type of the Vector API is touched here or loaded from here before the guards have passed.
 */
final class KernelLookup {
    private static final Logger LOG = System.getLogger("io.github.jvig.kernels");
    private static final String INCUBATOR = "jdk.incubator.vector";
    /** By name, so that this class links without the Vector API, and so that this package depends on none of those that depend on it. */
    private static final String SCALAR_PROVIDER = "io.github.jvig.kernels.scalar.ScalarKernels";
    private static final String VECTOR_PROVIDER = "io.github.jvig.kernels.vector.VectorKernels";

    /** The provider of this JVM once it is known, so that the warning comes once. */
    private static KernelProvider chosen;
    /** Kept, so that extensions are looked up once. */
    private static KernelProvider scalar;

    private KernelLookup() {
    }

    static synchronized KernelProvider chosen() {
        if (chosen == null) {
            chosen = choose(System.getProperty(KernelProvider.PROVIDER_PROPERTY, "auto"));
        }
        return chosen;
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

    static KernelProvider choose(String wish) {
        return switch (wish.toLowerCase(Locale.ROOT)) {
            case "scalar" -> scalar();
            case "vector" -> vector();
            case "auto" -> {
                try {
                    KernelProvider kernels = vector();
                    LOG.log(Level.DEBUG, "kernels: " + kernels.name());
                    yield kernels;
                } catch (UnsupportedOperationException e) {
                    LOG.log(Level.WARNING, e.getMessage() + "; the scalar ones run instead, many times slower");
                    yield scalar();
                }
            }
            default -> throw new UnsupportedOperationException(
                    "-D" + KernelProvider.PROVIDER_PROPERTY + "=" + wish + " is none of auto, scalar, vector");
        };
    }

    /** The first guard that fails, with its remedy; empty when all pass. */
    private static Optional<String> missingForVector() {
        Optional<Module> incubator = ModuleLayer.boot().findModule(INCUBATOR);
        if (incubator.isEmpty()) {
            return Optional.of("the incubator module is not there; start java with --add-modules " + INCUBATOR);
        }
        if (!KernelLookup.class.getModule().canRead(incubator.get())) {
            return Optional.of("module " + KernelLookup.class.getModule().getName() + " does not read " + INCUBATOR
                    + "; start java with --add-modules " + INCUBATOR);
        }
        if (!System.getProperty("java.vm.name", "").contains("Server")
                || System.getProperty("java.vm.info", "").contains("emulated-client")) {
            return Optional.of(
                    "this JVM (" + System.getProperty("java.vm.name") + ") has no C2 compiler, without which vectors"
                            + " are slower than scalars; use a HotSpot server VM");
        }
        if (System.getProperty("java.vm.info", "").contains("interpreted")) {
            return Optional.of("this JVM only interprets; start it without -Xint");
        }
        return Optional.empty();
    }

    private static KernelProvider load(String provider, String kernels) {
        try {
            return extended((KernelProvider) Class.forName(provider).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ExceptionInInitializerError init && init.getCause() != null) {
                cause = init.getCause();
            }
            throw new UnsupportedOperationException("no " + kernels + " kernels: " + cause.getMessage(), cause);
        }
    }

    /** The provider with the rows of all {@link KernelExtension}s before its own. */
    private static KernelProvider extended(KernelProvider provider) {
        List<KernelRow<?, Kernel>> further = new ArrayList<>();
        for (KernelExtension extension : ServiceLoader.load(KernelExtension.class,
                KernelLookup.class.getClassLoader())) {
            further.addAll(extension.rows(provider.table().machine()));
        }
        return further.isEmpty() ? provider : new Extended(provider, provider.table().withRowsFirst(further));
    }

    private record Extended(KernelProvider provider, KernelTable<Kernel> table) implements KernelProvider {
        @Override
        public String name() {
            return provider.name();
        }

        @Override
        public double measurePeakGflops() {
            return provider.measurePeakGflops();
        }
    }
}
