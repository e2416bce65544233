package io.github.jvig.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command above all others. */
@CommandLine.Command(name = "jvig", description = "Mobile vision nets in plain Java.", versionProvider = Version.class, mixinStandardHelpOptions = true, footer = {
        "", "Exit status: 0 ok, 1 a failure, 2 bad usage, 3 some of the inputs failed."})
final class Jvig implements Runnable {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "On failure also print the stack trace; say how the device was chosen.")
    boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
