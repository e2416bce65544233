package io.github.jvig.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/**
 * The command {@code jvig-spark}, for spark-submit or a JVM of its own. Exit status as for {@code jvig}: {@value #OK} for success,
 * {@value #FAILED} after a failure, which is reported in one line, {@value #USAGE} for wrong arguments, {@value #PARTIAL} if some images gave
 * no result.
 */
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int PARTIAL = 3;

    /** An exception as Spark's scheduler writes it into its own message. */
    private static final Pattern INNER = Pattern.compile("([\\w.$]+(?:Exception|Error)): (.+)");

    @CommandLine.Command(name = "jvig-spark", description = "Runs models on a Spark cluster.", mixinStandardHelpOptions = true)
    private static final class Root {}

    private Main() {
    }

    /**
     * Runs a command.
     *
     * @param args such as {@code classify --input photos --output table}
     */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err, null);
        if (status != OK) {
            // Where the driver runs in a cluster, an exit without need would look like a failure.
            System.exit(status);
        }
    }

    /**
     * Runs a command.
     *
     * @param given the Spark session that it uses and leaves open; null for one of its own
     */
    static int run(String[] args, PrintStream out, PrintStream err, SparkSession given) {
        CommandLine commands = new CommandLine(new Root());
        commands.addSubcommand(new ClassifyJob(err, given));
        commands.setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8));
        commands.setParameterExceptionHandler((e, _) -> {
            err.println("jvig-spark: " + e.getMessage() + " (see jvig-spark classify --help)");
            return USAGE;
        });
        commands.setExecutionExceptionHandler((e, _, _) -> {
            err.println("jvig-spark: " + line(e));
            return FAILED;
        });
        if (args.length == 0) {
            commands.usage(commands.getOut());
            return USAGE;
        }
        return commands.execute(args);
    }

    /** The reason of a failure in one line: what was thrown first, in whatever Spark has wrapped it. */
    static String line(Throwable e) {
        Throwable first = e;
        while (first.getCause() != null && first.getCause() != first) {
            first = first.getCause();
        }
        // Of a file's exception the wrapping message is better, where it is one of ours.
        if (e instanceof IllegalArgumentException || e instanceof IOException && !(e instanceof FileSystemException)) {
            first = e;
        }
        String message = String.valueOf(first.getMessage() == null ? first : first.getMessage());
        Matcher inner = INNER.matcher(message);
        if (message.contains("stage failure") && inner.find()) {
            return inner.group(2);
        }
        if (message.startsWith("Cannot call methods on a stopped SparkContext")) {
            return "Spark has stopped: its master can't be reached or has ended the application; look at --master";
        }
        return message.lines().findFirst().orElse(first.toString());
    }
}
