package io.github.jvig.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone cluster on loopback of one master and two workers with a core each, all processes of their own, made of Maven's jars. */
final class Cluster implements AutoCloseable {
    static final int WORKERS = 2;
    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final int PAUSE_MILLIS = 100;

    private final List<Process> processes = new ArrayList<>();
    private final Thread hook = new Thread(this::kill);
    private final String master;

    Cluster(Path folder) throws IOException {
        Runtime.getRuntime().addShutdownHook(hook);
        boolean started = false;
        try {
            // Workers look for Spark's jars here. There are none: executors get the class path of this JVM.
            Files.createDirectories(folder.resolve("home/jars"));
            Path log = folder.resolve("master.log");
            Process first = start(folder, log, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port",
                    "0",
                    "--webui-port", "0");
            master = address(first, log);
            for (int i = 0; i < WORKERS; i++) {
                start(folder, folder.resolve("worker" + i + ".log"), "org.apache.spark.deploy.worker.Worker", "--host",
                        "127.0.0.1", "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", "1g", "--work-dir",
                        folder.resolve("work" + i).toString(), master);
            }
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    String master() {
        return master;
    }

    private Process start(Path folder, Path log, String... main) throws IOException {
        List<String> command = new ArrayList<>(List.of(Processes.java(), "-Xmx256m", "-XX:+UseSerialGC",
                // They live for a minute, in which nothing that they do is worth more.
                "-XX:TieredStopAtLevel=1"));
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-Dlog4j2.configurationFile=cluster-log4j2.properties", "-cp",
                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(main));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().putAll(Map.of("SPARK_HOME", folder.resolve("home").toString(), "SPARK_LOCAL_IP",
                "127.0.0.1", "SPARK_SCALA_VERSION", "2.13", "JAVA_HOME", System.getProperty("java.home"),
                "SPARK_LOCAL_DIRS",
                folder.resolve("local").toString()));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static String address(Process process, Path log) throws IOException {
        Instant end = Instant.now().plus(Duration.ofMinutes(Processes.MINUTES));
        while (process.isAlive() && Instant.now().isBefore(end)) {
            Matcher matcher = MASTER.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher.group(1);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        throw new IOException("the master does not start: " + Files.readString(log));
    }

    /** Executors are children of their workers. */
    private void kill() {
        processes.forEach(process -> Processes.kill(process.toHandle()));
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
