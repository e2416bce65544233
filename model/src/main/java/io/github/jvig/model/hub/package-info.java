/** Checkpoints from Hugging Face repositories, downloaded once into a cache folder. */
package io.github.jvig.model.hub;
