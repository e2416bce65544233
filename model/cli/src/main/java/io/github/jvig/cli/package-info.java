/**
 * The {@code jvig} command, which {@code scripts/jvig} starts. Start reading at {@link io.github.jvig.cli.Main}; each subcommand is
 * one class. Only this package needs picocli and progressbar; a program that uses the library loads no class from here.
 */
package io.github.jvig.cli;
