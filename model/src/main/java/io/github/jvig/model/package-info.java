/**
 * The API for applications. {@link io.github.jvig.model.Models} loads a model, {@link io.github.jvig.model.Model#compile} makes a
 * {@link io.github.jvig.model.Session} with {@link io.github.jvig.model.SessionOptions}, and a session turns images into logits.
 * {@link io.github.jvig.model.Session#classifier} classifies image files. A {@link io.github.jvig.model.ModelProvider} adds nets of an
 * application to {@code Models}. Start reading at {@code Models}.
 */
package io.github.jvig.model;
