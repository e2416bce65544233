package io.github.jvig.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Standard output and standard error, both UTF-8 whatever the locale is. */
final class Console {
    private final OutputStream out;
    private final PrintStream err;
    private final boolean terminal;

    /** That a result can't be written. */
    static final class OutputException extends IOException {
        private static final long serialVersionUID = 1;

        OutputException(IOException cause) {
            super("standard output: " + cause.getMessage(), cause);
        }

        /** Whether the reader is gone, which is its right. */
        boolean isClosedPipe() {
            return String.valueOf(getCause().getMessage()).contains("Broken pipe");
        }
    }

    Console(OutputStream out, OutputStream err, boolean terminal) {
        this.out = new BufferedOutputStream(out);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    /** Writes a line of the result. */
    void print(String line) throws OutputException {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    void print(List<String> lines) throws OutputException {
        for (String line : lines) {
            print(line);
        }
    }

    /** Brings what was printed to the reader. */
    void flush() throws OutputException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Brings what was printed to the reader ahead of a failure, which matters more than one of this. */
    void flushIfPossible() {
        try {
            out.flush();
        } catch (IOException e) {
            // The first failure is the one that is told.
        }
    }

    /** Says in one line what went wrong. */
    void error(String message) {
        note(message);
    }

    /** Says something in one line. */
    void note(String message) {
        err.println("jvig: " + message.replaceAll("\\s*\\R\\s*", " "));
    }

    void trace(Throwable e) {
        e.printStackTrace(err);
    }

    /** A progress bar, seen on terminals only. */
    Progress progress(String task, long total) {
        return terminal ? Progress.bar(err, task, total) : Progress.NONE;
    }
}
