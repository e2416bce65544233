package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import java.io.Serializable;
import java.util.Optional;

/**
 * What makes two sessions of an executor the same one.
 *
 * @param application its sessions are closed when it ends
 * @param hash        of the model's bytes
 * @param threads     of the session
 * @param size        of the input; null for the model's own
 * @param features    whether it gives feature maps
 */
record SessionKey(String application, String hash, int threads, InputSize size,
        boolean features) implements Serializable {

    /** A session of the model with these options. */
    Session compile(Model model) {
        return compile(model, "cpu", threads, Optional.ofNullable(size), features);
    }

    /**
     * A session that tells whether a model can be run so. It takes no vector kernels, which a driver need not have.
     *
     * @throws IllegalArgumentException      when the model can't be run at this size
     * @throws UnsupportedOperationException when the model has operators that can't be run
     */
    static Session trial(Model model, Optional<InputSize> size, boolean features) {
        return compile(model, "scalar", 1, size, features);
    }

    private static Session compile(Model model, String device, int threads, Optional<InputSize> size,
            boolean features) {
        // Images enough warm it up.
        SessionOptions.Builder options = SessionOptions.builder().device(device).threads(threads)
                .features(features && !model.isOnnx()).warmUp(false);
        size.ifPresent(pixels -> options.size(pixels.height(), pixels.width()));
        try {
            return model.compile(options.build());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ModelBytes.withoutFolder(e.getMessage()), e);
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedOperationException(ModelBytes.withoutFolder(e.getMessage()), e);
        }
    }
}
