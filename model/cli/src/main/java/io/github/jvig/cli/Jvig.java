package io.github.jvig.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top-level command. */
@CommandLine.Command(name = "jvig", description = "Runs vision models in pure Java: named nets and ONNX files.", versionProvider = Version.class, mixinStandardHelpOptions = true, footer = {
        "", "Exit status: 0 success, 1 failure, 2 wrong usage, 3 some of the inputs failed."})
final class Jvig implements Runnable {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print stack traces on failure, and how the device was chosen.")
    boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
