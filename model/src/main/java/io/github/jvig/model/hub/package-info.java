/**
 * Checkpoints in Hugging Face repositories. {@link io.github.jvig.model.hub.HubFile} names a file of the newest or of a pinned revision,
 * downloads it once into a cache folder, and checks its SHA-256 on every use.
 */
package io.github.jvig.model.hub;
