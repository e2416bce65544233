/** Kernel choices that were made by timing, kept in a file. */
package io.github.jvig.model.tuning;
