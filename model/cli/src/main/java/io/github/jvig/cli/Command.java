package io.github.jvig.cli;

import io.github.jvig.model.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Base of all commands: the console, and the checks of arguments. */
@CommandLine.Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
abstract class Command implements Callable<Integer> {
    final Console console;

    @Spec
    private CommandSpec spec;

    Command(Console console) {
        this.console = console;
    }

    /** Creates the exception for wrong arguments, for the caller to throw. */
    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** With {@code --verbose}, prints how {@code auto} chose the device. */
    final void sayDevice(Session session) {
        if (spec.root().userObject() instanceof Jvig jvig && jvig.verbose && !session.deviceChoice().isEmpty()) {
            console.note(session.deviceChoice());
        }
    }

    /** Checks that the value of an option is not below its minimum. NaN is refused. */
    final void atLeast(double minimum, String option, double value) {
        if (!(value >= minimum)) {
            throw usage(option + " must be at least " + NumberFormats.number(minimum) + ", got "
                    + NumberFormats.number(value));
        }
    }
}
