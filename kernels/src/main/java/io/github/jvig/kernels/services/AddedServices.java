package io.github.jvig.kernels.services;

import java.io.IOException;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * The services that applications add. They are other people's code, which may throw anything or be made for another version: each failure
 * becomes a {@link ServiceConfigurationError} that names the class, the jar and the reason.
 */
public final class AddedServices {
    private AddedServices() {
    }

    /**
     * All of one kind.
     *
     * @param loader  of the service, made by the module that uses it
     * @param service their type
     * @param kind    what they are, for messages, such as {@code "kernel extension"}
     * @param <S>     the service
     * @return an instance each, in the order in which they are found
     * @throws ServiceConfigurationError when one can't be loaded or made
     */
    public static <S> List<S> all(ServiceLoader<S> loader, Class<S> service, String kind) {
        List<S> all = new ArrayList<>();
        Iterator<ServiceLoader.Provider<S>> found = loader.stream().iterator();
        for (ServiceLoader.Provider<S> next = next(found, service, kind); next != null; next = next(found, service,
                kind)) {
            all.add(call(kind, next.type(), next::get));
        }
        return all;
    }

    /** Null after the last one. */
    private static <S> ServiceLoader.Provider<S> next(Iterator<ServiceLoader.Provider<S>> found, Class<S> service,
            String kind) {
        try {
            return found.hasNext() ? found.next() : null;
        } catch (ServiceConfigurationError | LinkageError e) {
            String reason = String.valueOf(e.getMessage()).replace(service.getName() + ": ", "");
            throw new ServiceConfigurationError("a " + kind + " can't be loaded: " + reason + "; those"
                    + " that are looked for are named in " + named(service), e);
        }
    }

    /** The files of the class path that name services; there may be several, of which one is at fault. */
    private static String named(Class<?> service) {
        String file = "META-INF/services/" + service.getName();
        try {
            ClassLoader loader = service.getClassLoader();
            List<URL> files = Collections.list(
                    loader == null ? ClassLoader.getSystemResources(file) : loader.getResources(file));
            return files.isEmpty() ? "modules" : String.join(" and ", files.stream().map(URL::toString).toList());
        } catch (IOException e) {
            return "the files " + file;
        }
    }

    /**
     * What a service gives.
     *
     * @param kind what the service is, for messages
     * @param type its class
     * @param call calls it
     * @param <T>  the result
     * @return the result
     * @throws ServiceConfigurationError when the call fails or gives null
     */
    public static <T> T call(String kind, Class<?> type, Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw failed(kind, type, reason(e), e);
        }
        if (result == null) {
            throw failed(kind, type, "it gave null", null);
        }
        return result;
    }

    private static ServiceConfigurationError failed(String kind, Class<?> type, String reason, Throwable cause) {
        return new ServiceConfigurationError("the " + kind + " " + type.getName() + place(type) + " failed: " + reason,
                cause);
    }

    /** What a constructor threw is wrapped, and what a static initializer threw twice. */
    private static String reason(Throwable e) {
        Throwable reason = e;
        while ((reason instanceof ServiceConfigurationError || reason instanceof ExceptionInInitializerError)
                && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof LinkageError
                ? reason + "; it was made for another version of JViG, or lacks a part"
                : reason.toString();
    }

    /** The jar or folder of a class; empty where it is not known. */
    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? ""
                : " of " + source.getLocation().toString().replaceFirst("^file:", "");
    }
}
