package io.github.jvig.model.cli;

import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code jvig} command. Results go to standard output; what is said about them goes to standard error.
 *
 * <p>Exit status: {@value #OK}; {@value #FAILED} after a failure, named in one line; {@value #USAGE} when the arguments make no sense;
 * {@value #PARTIAL} when some of several inputs failed.
 */
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int PARTIAL = 3;

    private Main() {
    }

    public static void main(String[] args) {
        // Images are decoded without a screen; a library's log line looks like one of ours.
        System.setProperty("java.awt.headless", "true");
        System.setProperty("java.util.logging.SimpleFormatter.format", "jvig: %5$s%n");
        boolean terminal = Boolean.getBoolean("jvig.terminal");
        System.exit(run(args, new FileOutputStream(FileDescriptor.out), terminal ? terminal() : standardError(),
                terminal));
    }

    private static OutputStream standardError() {
        return new FileOutputStream(FileDescriptor.err);
    }

    /**
     * The terminal itself. The launcher filters what the JVM says on standard error, and on that way a line could arrive later than one of
     * standard output that was written after it.
     */
    private static OutputStream terminal() {
        try {
            return new FileOutputStream("/dev/tty");
        } catch (FileNotFoundException e) {
            return standardError();
        }
    }

    /**
     * Runs one command.
     *
     * @param terminal whether {@code err} is a terminal, which gets progress bars
     * @return the exit status
     */
    static int run(String[] args, OutputStream out, OutputStream err, boolean terminal) {
        Console console = new Console(out, err, terminal);
        Jvig jvig = new Jvig();
        CommandLine commands = new CommandLine(jvig);
        for (Command command : new Command[]{new ClassifyCommand(console), new RunCommand(console),
                new BenchCommand(console), new ExplainCommand(console), new ModelsCommand(console),
                new DevicesCommand(console), new ConvertCommand(console)}) {
            commands.addSubcommand(command);
        }
        commands.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setParameterExceptionHandler((e, _) -> usage(e, console));
        commands.setExecutionExceptionHandler((e, _, _) -> failure(e, jvig.verbose, console));
        try {
            int status = commands.execute(args);
            if (status != FAILED) {
                console.flush();
            }
            return status;
        } catch (Exception | Error e) {
            return failure(e, jvig.verbose, console);
        }
    }

    private static int usage(ParameterException e, Console console) {
        String message = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
            message += "; did you mean '" + unmatched.getSuggestions().getFirst() + "'?";
        }
        console.error(message + " (see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
        return USAGE;
    }

    private static int failure(Throwable e, boolean verbose, Console console) {
        if (e instanceof Console.OutputException output && output.isClosedPipe()) {
            // Whoever reads has seen enough, as head has.
            return OK;
        }
        if (!(e instanceof Console.OutputException)) {
            console.flushIfPossible();
        }
        console.error(Failures.line(e) + (verbose || Failures.isExpected(e) ? "" : " (--verbose shows where)"));
        if (verbose) {
            console.trace(e);
        }
        return FAILED;
    }
}
