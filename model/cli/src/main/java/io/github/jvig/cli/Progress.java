package io.github.jvig.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long task is. Closing it leaves no trace on the screen. */
interface Progress extends AutoCloseable {
    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void at(long done, long total) {
            // Nobody looks.
        }

        @Override
        public <E extends Exception> void aside(Output<E> output) throws E {
            output.print();
        }

        @Override
        public void close() {
            // Nothing to take away.
        }
    };

    /** @param total -1 when it is not known */
    void at(long done, long total);

    /** Prints something while the bar is out of the way. */
    <E extends Exception> void aside(Output<E> output) throws E;

    @Override
    void close();

    /** Something to print. */
    interface Output<E extends Exception> {
        void print() throws E;
    }

    /** A bar in the last line of a terminal. */
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
            public void at(long done, long newTotal) {
                bar.maxHint(newTotal);
                bar.stepTo(done);
            }

            @Override
            public <E extends Exception> void aside(Output<E> output) throws E {
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
