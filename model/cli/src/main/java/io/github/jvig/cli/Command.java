package io.github.jvig.cli;

import io.github.jvig.model.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have: where they write, and how they refuse arguments. */
@CommandLine.Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
abstract class Command implements Callable<Integer> {
    final Console console;

    @Spec
    private CommandSpec spec;

    Command(Console console) {
        this.console = console;
    }

    /** The complaint that the arguments make no sense, to be thrown. */
    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** With --verbose, says how the device was chosen, if it was. */
    final void sayDevice(Session session) {
        if (spec.root().userObject() instanceof Jvig jvig && jvig.verbose && !session.deviceChoice().isEmpty()) {
            console.note(session.deviceChoice());
        }
    }

    /** Refuses a number below its minimum. */
    final void atLeast(double minimum, String option, double value) {
        if (!(value >= minimum)) {
            throw usage(option + " must be at least " + NumberFormats.number(minimum) + ", not "
                    + NumberFormats.number(value));
        }
    }
}
