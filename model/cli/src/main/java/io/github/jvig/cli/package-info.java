/**
 * The {@code jvig} command, which {@code scripts/jvig} starts: one class for each of its commands. It alone needs picocli and progressbar;
 * a program that uses the library never loads a class from here.
 */
package io.github.jvig.cli;
