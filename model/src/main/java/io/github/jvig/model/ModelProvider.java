package io.github.jvig.model;

import java.util.List;

/**
 * Brings nets of an application or a library into {@link Models} and into the {@code jvig} command. Found by
 * {@link java.util.ServiceLoader}: name the class in {@code META-INF/services/io.github.jvig.model.ModelProvider} on the class path, or
 * with {@code provides} in a module. It needs a public constructor without parameters.
 */
public interface ModelProvider {
    /**
     * The models. It is asked for them often, so they should be made once.
     *
     * @return models with names that no other provider has
     */
    List<ModelInfo> models();
}
