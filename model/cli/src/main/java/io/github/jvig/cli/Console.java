package io.github.jvig.cli;

import io.github.jvig.model.text.MessageText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Standard output and standard error. Both are UTF-8, independent of the locale. */
final class Console {
    private final OutputStream out;
    private final PrintStream err;
    private final boolean terminal;

    /** Thrown when standard output cannot be written. */
    static final class OutputException extends IOException {
        private static final long serialVersionUID = 1;

        OutputException(IOException cause) {
            super("standard output: " + cause.getMessage(), cause);
        }

        /** Whether the reader has closed its end of the pipe, as {@code head} does. This is not an error. */
        boolean isClosedPipe() {
            return String.valueOf(getCause().getMessage()).contains("Broken pipe");
        }
    }

    Console(OutputStream out, OutputStream err, boolean terminal) {
        this.out = new BufferedOutputStream(out);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    /**
     * Writes to standard output, buffered. Line breaks are those of the program; text from files and names of files must have lost its own
     * by {@link MessageText#line}. Other characters that steer a terminal are replaced here.
     */
    void print(String lines) throws OutputException {
        try {
            for (String line : lines.split("\\R", -1)) {
                out.write((MessageText.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    void print(List<String> lines) throws OutputException {
        for (String line : lines) {
            print(line);
        }
    }

    /** Flushes standard output. */
    void flush() throws OutputException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Flushes standard output before a failure is reported. An error here is ignored: the failure matters more. */
    void flushIfPossible() {
        try {
            out.flush();
        } catch (IOException e) {
            // The caller reports the failure that came first.
        }
    }

    /** Prints an error message to standard error, as one line. */
    void error(String message) {
        note(message);
    }

    /** Prints a message to standard error, as one line. */
    void note(String message) {
        err.println("jvig: " + MessageText.line(message.replaceAll("\\s*\\R\\s*", " ")));
    }

    void trace(Throwable e) {
        e.printStackTrace(err);
    }

    /** Returns a progress bar on a terminal, otherwise {@link Progress#NONE}. */
    Progress progress(String task, long total) {
        return terminal ? Progress.bar(err, task, total) : Progress.NONE;
    }
}
