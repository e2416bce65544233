/**
 * What an application imports: {@link io.github.jvig.model.Models} loads a net, {@link io.github.jvig.model.Model#compile} makes a
 * {@link io.github.jvig.model.Session}, and a session turns images into logits. Pictures and class names are next door, in
 * {@code vision}.
 */
package io.github.jvig.model;
