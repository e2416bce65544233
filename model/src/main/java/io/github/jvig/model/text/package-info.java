/** Pieces of messages that several packages share. Not exported. */
package io.github.jvig.model.text;
