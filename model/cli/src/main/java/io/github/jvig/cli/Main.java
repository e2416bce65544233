package io.github.jvig.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code jvig} command. Results go to standard output, messages to standard error.
 *
 * <p>Exit status: {@value #OK} for success; {@value #FAILED} after a failure, which is reported in one line; {@value #USAGE} for wrong
 * arguments; {@value #PARTIAL} if some of several inputs failed.
 */
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int PARTIAL = 3;

    private static final int STANDARD_ERROR = 2;
    private static final char REPLACEMENT = '\uFFFD';

    private Main() {
    }

    public static void main(String[] args) {
        // Decoding images needs no display. Log lines of libraries are printed in the format of our messages.
        System.setProperty("java.awt.headless", "true");
        System.setProperty("java.util.logging.SimpleFormatter.format", "jvig: %5$s%n");
        OutputStream err = standardError(Integer.getInteger("jvig.stderr", STANDARD_ERROR));
        System.setErr(new PrintStream(err, true));
        System.exit(run(args, new FileOutputStream(FileDescriptor.out), err, Boolean.getBoolean("jvig.terminal")));
    }

    /**
     * Opens standard error by the file descriptor under which the launcher has saved it. File descriptor 2 goes through a filter of the
     * launcher, which removes a warning of the JVM. Messages that took this path could appear late: after lines of standard output that
     * were written after them, or after the end of the command.
     */
    private static OutputStream standardError(int number) {
        if (number != STANDARD_ERROR) {
            try {
                Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
                constructor.setAccessible(true);
                return new FileOutputStream(constructor.newInstance(number));
            } catch (ReflectiveOperationException | InaccessibleObjectException e) {
                // The JVM was not started with --add-opens java.base/java.io=ALL-UNNAMED: use file descriptor 2.
            }
        }
        return new FileOutputStream(FileDescriptor.err);
    }

    /**
     * Runs one command.
     *
     * @param terminal whether {@code err} is a terminal, which shows progress bars
     * @return the exit status
     */
    static int run(String[] args, OutputStream out, OutputStream err, boolean terminal) {
        Console console = new Console(out, err, terminal);
        for (String arg : args) {
            if (isMangled(arg)) {
                console.error("the argument '" + arg + "' has letters that are not in the encoding of names here ("
                        + System.getProperty("sun.jnu.encoding")
                        + "), so no file can be found or made by it; rename the"
                        + " file, give the folder that it is in, or choose another locale (LC_ALL)");
                return USAGE;
            }
        }
        Jvig jvig = new Jvig();
        try {
            CommandLine commands = new CommandLine(jvig);
            for (Command command : new Command[]{new ClassifyCommand(console), new DetectCommand(console),
                    new SegmentCommand(console), new RunCommand(console),
                    new BenchCommand(console), new ExplainCommand(console), new ModelsCommand(console),
                    new DevicesCommand(console), new DoctorCommand(console), new ConvertCommand(console),
                    new ExportOnnxCommand(console)}) {
                commands.addSubcommand(command);
            }
            commands.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
            commands.setParameterExceptionHandler((e, _) -> usage(e, console));
            commands.setExecutionExceptionHandler((e, _, _) -> failure(e, jvig.verbose, console));
            int status = commands.execute(args);
            if (status != FAILED) {
                console.flush();
            }
            return status;
        } catch (Exception | Error e) {
            return failure(e, jvig.verbose, console);
        }
    }

    /** Whether Java put replacement characters for bytes that it could not decode; a file may have them in its name as well. */
    private static boolean isMangled(String arg) {
        return arg.indexOf(REPLACEMENT) >= 0 && !exists(arg) && !exists(arg.substring(arg.indexOf('=') + 1));
    }

    private static boolean exists(String name) {
        try {
            return Files.exists(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
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
            // The reader has closed the pipe because it needs no more output.
            return OK;
        }
        if (!(e instanceof Console.OutputException)) {
            console.flushIfPossible();
        }
        console.error(Failures.line(e)
                + (verbose || Failures.isExpected(e) ? "" : " (run with --verbose for the stack trace)"));
        if (verbose) {
            console.trace(e);
        }
        return FAILED;
    }
}
