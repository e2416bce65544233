package io.github.jvig.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The progress of a long task. Closing it removes it from the screen. */
interface Progress extends AutoCloseable {
    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void update(long done, long total) {
            // Nothing is shown.
        }

        @Override
        public <E extends Exception> void printAbove(Output<E> output) throws E {
            output.print();
        }

        @Override
        public void close() {
            // Nothing is shown.
        }
    };

    /**
     * Shows the progress.
     *
     * @param total -1 if it is not known
     */
    void update(long done, long total);

    /** Removes the bar, prints something, and shows the bar again. */
    <E extends Exception> void printAbove(Output<E> output) throws E;

    @Override
    void close();

    /** Something to print. */
    interface Output<E extends Exception> {
        void print() throws E;
    }

    /** Shows a bar in the last line of a terminal. */
    static Progress bar(PrintStream terminal, String task, long total) {
        int columns = 79;
        String erase = "\r" + " ".repeat(columns) + "\r";
        Object screen = new Object();
        ProgressBar bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200).setConsumer(new DelegatingProgressBarConsumer(line -> {
                    synchronized (screen) {
                        terminal.print("\r" + line);
                        terminal.flush();
                    }
                }, columns)).build();
        return new Progress() {
            @Override
            public void update(long done, long newTotal) {
                bar.maxHint(newTotal);
                bar.stepTo(done);
            }

            @Override
            public <E extends Exception> void printAbove(Output<E> output) throws E {
                synchronized (screen) {
                    terminal.print(erase);
                    terminal.flush();
                    output.print();
                }
                bar.refresh();
            }

            @Override
            public void close() {
                bar.close();
                terminal.print(erase);
                terminal.flush();
            }
        };
    }
}
