/** Kernel choices that were made by timing, kept in a file for the next start. Not exported. */
package io.github.jvig.model.tuning;
