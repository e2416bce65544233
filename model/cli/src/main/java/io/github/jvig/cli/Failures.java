package io.github.jvig.cli;

import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.jvm.PlatformModules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ServiceConfigurationError;

/** Turns exceptions into one-line messages. */
final class Failures {
    private Failures() {
    }

    /** Whether the cause is the input, the arguments or the environment. All other exceptions are bugs of JViG. */
    static boolean isExpected(Throwable e) {
        if (e instanceof ExceptionInInitializerError && e.getCause() != null) {
            return isExpected(e.getCause());
        }
        return e instanceof IOException || e instanceof UncheckedIOException || e instanceof IllegalArgumentException
                || e instanceof UnsupportedOperationException || e instanceof OutOfMemoryError
                || e instanceof ServiceConfigurationError || isMissingPart(e);
    }

    /** Where a class can't be found, its jar is not there or can't be opened. */
    private static boolean isMissingPart(Throwable e) {
        return e instanceof NoClassDefFoundError && e.getCause() instanceof ClassNotFoundException;
    }

    static String line(Throwable e) {
        return switch (e) {
            case ExceptionInInitializerError first when first.getCause() != null -> line(first.getCause());
            case UncheckedIOException wrapped -> line(wrapped.getCause());
            case FileSystemException file -> file.getFile() + ": " + FileErrors.reason(file);
            case OutOfMemoryError _ -> "out of memory (" + e.getMessage()
                    + "); raise the heap limit, for example with JVIG_JAVA_OPTIONS=-Xmx8g";
            case NoClassDefFoundError part when isMissingPart(part) -> missingPart(part);
            default -> isExpected(e) && e.getMessage() != null ? e.getMessage() : "internal error: " + e;
        };
    }

    /** A class of the platform is in no jar: where one is missing, its module is. */
    private static String missingPart(NoClassDefFoundError part) {
        return PlatformModules.missing(part)
                .orElseGet(() -> "the class " + part.getMessage().replace('/', '.')
                        + " can't be loaded; its jar is missing, or too few files may be open (ulimit -n)");
    }
}
