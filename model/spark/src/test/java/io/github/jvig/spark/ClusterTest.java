package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Some 2,000 images on a cluster of processes: a row for each path, with the bits of a single process, whatever happens to executors. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
    private static final int IMAGES = 2000;
    private static final int PARTITIONS = 40;

    /** Of an executor. */
    private static final Set<Path> WATCHED = ConcurrentHashMap.newKeySet();

    @TempDir
    static Path folder;
    private static List<String> paths;
    private static Map<String, String> expected;
    private static Cluster cluster;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        Path images = folder.resolve("images");
        paths = TestImages.write(images, IMAGES).stream().map(path -> "file:" + path).toList();
        CompletableFuture<Map<String, String>> single = SingleProcess.classifying(images);
        cluster = new Cluster(folder);
        spark = TestSpark.onCluster(cluster, folder, Cluster.WORKERS);
        expected = single.join();
    }

    @AfterAll
    static void stop() {
        try {
            if (spark != null) {
                spark.stop();
            }
        } finally {
            if (cluster != null) {
                cluster.close();
            }
        }
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    private static void check(int partitions) {
        // The context stays open.
        @SuppressWarnings("resource")
        Dataset<Row> named = spark.createDataset(context().parallelize(paths, partitions).rdd(), Encoders.STRING())
                .toDF("path");
        Map<String, String> answers = new HashMap<>();
        for (Row row : new ImageClassifier().setInputCol("path").transform(named).collectAsList()) {
            String path = row.getString(0).substring("file:".length());
            assertNull(answers.put(path, SingleProcess.text(row.getStruct(1), row.getString(2), path)), path);
        }
        SingleProcess.assertSame(expected, answers, partitions + " partitions");
    }

    /** Which executor is which process. */
    private static Map<String, Long> processes() {
        Map<String, Long> processes = new HashMap<>();
        @SuppressWarnings("resource")
        List<Map<String, Long>> found = context()
                .parallelize(IntStream.range(0, PARTITIONS).boxed().toList(), PARTITIONS)
                .map(_ -> Map.of(SparkEnv.get().executorId(), ProcessHandle.current().pid())).collect();
        found.forEach(processes::putAll);
        return processes;
    }

    @Test
    @Order(1)
    void partitionsChangeNothing() {
        assertEquals(IMAGES, expected.size());
        assertTrue(expected.entrySet().stream().anyMatch(answer -> answer.getValue().startsWith(answer.getKey())));
        Set<String> executors = ConcurrentHashMap.newKeySet();
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                executors.add(end.taskInfo().executorId());
            }
        });
        for (int partitions : new int[]{1, 2, 7}) {
            check(partitions);
        }
        assertEquals(Cluster.WORKERS, executors.size(), executors.toString());
        assertEquals(0, ExecutorSessions.count(), "sessions of the driver");
    }

    @Test
    @Order(2)
    void sessionsAreSharedByTheTasksOfAnExecutor() {
        @SuppressWarnings("resource")
        Set<Integer> counts = new HashSet<>(context().parallelize(Arrays.asList(1, 2, 3, 4, 5, 6, 7, 8), 8)
                .map(_ -> ExecutorSessions.count()).collect());
        assertEquals(Set.of(1), counts);
    }

    @Test
    @Order(3)
    void anExecutorThatIsKilledTakesNoRowAway() {
        Map<String, Long> processes = processes();
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger endedBeforeKill = new AtomicInteger();
        Set<String> removed = ConcurrentHashMap.newKeySet();
        Set<String> killed = ConcurrentHashMap.newKeySet();
        SparkListener killer = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                Long pid = processes.get(end.taskInfo().executorId());
                if (ended.incrementAndGet() >= 3 && pid != null && killed.isEmpty()) {
                    killed.add(end.taskInfo().executorId());
                    endedBeforeKill.set(ended.get());
                    // SIGKILL
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            }

            @Override
            public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
                removed.add(event.executorId());
            }
        };
        spark.sparkContext().addSparkListener(killer);
        try {
            check(PARTITIONS);
        } finally {
            spark.sparkContext().removeSparkListener(killer);
        }
        assertNotEquals(Set.of(), killed);
        assertTrue(endedBeforeKill.get() < PARTITIONS, endedBeforeKill + " tasks had ended");
        assertEquals(killed, removed);
    }

    /** Stops the application, so this is the last test. */
    @Test
    @Order(4)
    void sessionsAreClosedWithTheirExecutor() throws Exception {
        String end = Files.createDirectories(folder.resolve("closed")).toString();
        @SuppressWarnings("resource")
        List<String> open = context().parallelize(IntStream.range(0, PARTITIONS).boxed().toList(), PARTITIONS)
                .map(_ -> whenClosed(end)).collect();
        assertTrue(open.contains("1"), open.toString());
        int executors = processes().size();
        spark.stop();
        Instant late = Instant.now().plus(Duration.ofMinutes(1));
        Map<String, String> left = new HashMap<>();
        while (left.size() < executors && Instant.now().isBefore(late)) {
            Thread.sleep(50);
            try (Stream<Path> files = Files.list(Path.of(end))) {
                for (Path file : files.filter(name -> !name.toString().endsWith(".part")).toList()) {
                    left.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        assertEquals(executors, left.size(), left.toString());
        assertEquals(Set.of("0"), Set.copyOf(left.values()));
    }

    /** Has this executor write at its end how many sessions are left; gives how many there are now. */
    private static String whenClosed(String folder) {
        Path file = Path.of(folder, SparkEnv.get().executorId());
        if (WATCHED.add(file)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    // Hooks run at the same time.
                    for (int i = 0; i < 100 && ExecutorSessions.count() > 0; i++) {
                        Thread.sleep(20);
                    }
                    Path part = Files.writeString(Path.of(file + ".part"), String.valueOf(ExecutorSessions.count()));
                    Files.move(part, file);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        return String.valueOf(ExecutorSessions.count());
    }
}
