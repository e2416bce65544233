/**
 * What an application imports: {@link io.github.jvig.model.Models} loads a net, {@link io.github.jvig.model.Model#compile} makes a
 * {@link io.github.jvig.model.Session}, and a session turns images into logits.
 * {@link io.github.jvig.model.Session#classifier} names what is on an image file. {@link io.github.jvig.model.ModelProvider} brings nets of
 * an application into {@code Models}.
 */
package io.github.jvig.model;
