package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Models;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, in this JVM, and its script. */
class JobTest {
    private static final int IMAGES = 60;

    @TempDir
    static Path folder;
    private static Path images;
    private static Map<String, String> expected;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        images = folder.resolve("images");
        TestImages.write(images, IMAGES);
        Files.writeString(images.resolve("notes.txt"), "no image");
        CompletableFuture<Map<String, String>> single = SingleProcess.classifying(images);
        spark = TestSpark.local(folder);
        expected = single.join();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private record Result(int status, String err) {}

    /** Runs the job in the session of this test, which the command would stop. */
    private static Result run(Object... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream lines = new PrintStream(err, true, StandardCharsets.UTF_8);
        int status = Main.run(Stream.concat(Stream.of("classify"), Stream.of(args)).map(Object::toString)
                .toArray(String[]::new), lines, lines, spark);
        return new Result(status, err.toString(StandardCharsets.UTF_8));
    }

    private static void refused(int status, String words, Object... args) {
        Result result = run(args);
        assertEquals(status, result.status, result.err);
        assertTrue(result.err.contains(words), result.err);
        assertEquals(1, result.err.lines().count(), result.err);
    }

    private static void assertTable(Dataset<Row> table, String name) {
        Map<String, String> answers = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (Row row : table.select("path", "label", "index", "probability", "top", "error").collectAsList()) {
            String path = row.getString(0).replaceFirst("^file:", "");
            Row prediction = row.isNullAt(1)
                    ? null
                    : new org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema(
                            new Object[]{row.get(1), row.get(2), row.get(3), row.get(4)},
                            (org.apache.spark.sql.types.StructType) new ImageClassifier().outputType(null));
            if (answers.put(path, SingleProcess.text(prediction, row.getString(5), path)) != null) {
                twice.add(path);
            }
        }
        assertEquals(List.of(), twice);
        SingleProcess.assertSame(expected, answers, name);
    }

    @Test
    void aTableHasARowForEachImage() {
        Path out = folder.resolve("table");
        Result result = run("--input", images, "--output", out);
        assertEquals(Main.PARTIAL, result.status, result.err);
        long failed = expected.entrySet().stream().filter(answer -> answer.getValue().startsWith(answer.getKey()))
                .count();
        assertTrue(result.err.contains("60 rows in " + out + ", " + failed + " of them without a result"), result.err);
        assertTable(spark.read().parquet(out.toString()), "parquet");
        refused(Main.FAILED, "is there already; --resume", "--input", images, "--output", out);
        refused(Main.FAILED, "made with another top-k", "--input", images, "--output", out, "--resume", "--top-k", 3);
        refused(Main.FAILED, "made with another format", "--input", images, "--output", out, "--resume", "--format",
                "csv");
    }

    @Test
    void resumeDoesWhatHasNoRow() throws IOException {
        Path out = folder.resolve("interrupted");
        run("--input", images.resolve("part 0/image0000*.*"), "--output", out);
        assertEquals(10, spark.read().parquet(out.toString()).count());
        // A driver that is killed leaves the rows of tasks that had ended, and what tasks were writing.
        Files.createDirectories(out.resolve("_temporary/0"));
        Files.delete(out.resolve("_SUCCESS"));
        Result result = run("--input", images, "--output", out, "--resume");
        assertTrue(result.err.contains("60 images, 50 of them without a row"), result.err);
        assertTable(spark.read().parquet(out.toString()), "resumed");
        assertTrue(
                run("--input", images, "--output", out, "--resume").err.contains("60 images, 0 of them without a row"));
        assertTable(spark.read().parquet(out.toString()), "done");
    }

    @Test
    void allFormatsHaveTheSameRows() {
        Path json = folder.resolve("json");
        assertEquals(Main.PARTIAL, run("--input", images, "--output", json, "--format", "json").status);
        Dataset<Row> parquet = spark.read().schema(new org.apache.spark.sql.types.StructType().add("path", "string")
                .add("label", "string").add("index", "int").add("probability", "double")
                .add("top", "array<struct<label:string,index:int,probability:double>>").add("error", "string"))
                .json(json.toString());
        assertTable(parquet, "json");
        Path csv = folder.resolve("csv");
        assertEquals(Main.PARTIAL, run("--input", images, "--output", csv, "--format", "csv").status);
        Dataset<Row> table = spark.read().option("header", true).option("escape", "\"")
                .schema("path string, label string, index int, probability double, top string, error string")
                .csv(csv.toString()).selectExpr("path", "label", "index", "probability",
                        "from_json(top, 'array<struct<label:string,index:int,probability:double>>') as top", "error");
        assertTable(table, "csv");
    }

    @Test
    void errorsAreOneLine() throws IOException {
        Path out = folder.resolve("none");
        Files.createDirectories(folder.resolve("empty"));
        refused(Main.FAILED, "missing: no such file or folder", "--input", folder.resolve("missing"), "--output", out);
        refused(Main.FAILED, "no image in this folder", "--input", folder.resolve("empty"), "--output", out);
        refused(Main.FAILED, "needs weights", "--input", images, "--output", out, "--model", "mobilevig_ti");
        refused(Main.FAILED, "missing.pth: no such file", "--input", images, "--output", out, "--weights",
                "missing.pth");
        refused(Main.USAGE, "--batch: batchSize must be 1 to 4096", "--input", images, "--output", out, "--batch", 0);
        refused(Main.USAGE, "--output", "--input", images);
        refused(Main.USAGE, "--size: size must be", "--input", images, "--output", out, "--size", "big");
        refused(Main.USAGE, "--ema needs --weights", "--input", images, "--output", out, "--ema");
        refused(Main.USAGE, "exclude each other", "--input", images, "--output", out, "--ema", "--state-dict", "x",
                "--weights", "w.pth");
        refused(Main.FAILED, "labels.txt: no such file", "--input", images, "--output", out, "--labels", "labels.txt");
        refused(Main.FAILED, "has no file system for s3a:", "--input", "s3a://bucket/x", "--output", out);
        refused(Main.FAILED, "has no file system for s3:", "--input", images, "--output", "s3://bucket/x");
        refused(Main.FAILED, "a folder in front of it", "--input", "12:30.png", "--output", out);
        refused(Main.FAILED, folder.resolve("empty") + ": there is no image in this folder", "--input", images,
                folder.resolve("empty"), "--output", out);
        refused(Main.USAGE, "xml", "--input", images, "--output", out, "--format", "xml");
        refused(Main.FAILED, "no output of jvig-spark", "--input", images, "--output", folder.resolve("empty"),
                "--resume");
        assertTrue(Files.notExists(out), "something was written");
    }

    /** Names that have a meaning in patterns, URIs or CSV; and a link to a folder above. */
    @Test
    void namesOfEveryKindHaveARowInEveryFormat() throws IOException {
        Path odd = Files.createDirectories(folder.resolve("odd names/sub \u00fc"));
        List<String> names = List.of("a b.png", "100%20.png", "IMG 12:30.png", "#?&,;.png", "[x]{y}*.png",
                "\u4e2d\ud83d\ude00.png", "line\nbreak.png", "\"quoted\", 'too'.png", "back\\slash.png", " lead.png",
                "UP.PNG");
        for (String name : names) {
            Files.write(odd.resolve(name), TestImages.content(1, "png"));
        }
        Path blank = Files.write(folder.resolve("odd names/blank at the end.png "), TestImages.content(2, "png"));
        Files.writeString(odd.resolve("._a b.png"), "resource fork");
        Files.writeString(odd.resolve("b.heic"), "");
        Files.createSymbolicLink(odd.resolve("up"), odd.getParent());
        Set<String> paths = names.stream().map(name -> "file:" + odd.resolve(name)).collect(Collectors.toSet());
        paths.add("file:" + blank);
        for (ClassifyJob.Format format : ClassifyJob.Format.values()) {
            Path out = folder.resolve("odd " + format);
            Result first = run("--input", odd.getParent(), blank, "--output", out, "--format", format);
            assertEquals(Main.OK, first.status, first.err);
            Result result = run("--input", odd.getParent(), blank, "--output", out, "--format", format, "--resume");
            assertTrue(result.err.contains("passed over: 1 .heic, 1 .png"), result.err);
            assertTrue(result.err.contains("12 images, 0 of them without a row"), result.err);
        }
        Dataset<Row> rows = spark.read().parquet(folder.resolve("odd parquet").toString());
        assertEquals(paths, new HashSet<>(rows.where("error is null").select("path").as(Encoders.STRING())
                .collectAsList()));
    }

    /** Whose paths Hadoop opens, and not this machine. */
    @Test
    void otherFileSystemsAreReadAndWritten() throws IOException {
        spark.sparkContext().hadoopConfiguration().setClass("fs.elsewhere.impl", ElsewhereFileSystem.class,
                org.apache.hadoop.fs.FileSystem.class);
        Path weights = folder.resolve("elsewhere.safetensors");
        try (InputStream in = Models.class.getResourceAsStream("digits/digits_mobilevig.safetensors")) {
            Files.copy(in, weights);
        }
        Object[] args = {"--input", "elsewhere:" + images, "--output", "elsewhere:" + folder + "/far", "--weights",
                "elsewhere:" + weights};
        Result result = run(args);
        assertEquals(Main.PARTIAL, result.status, result.err);
        Map<String, String> answers = new HashMap<>();
        for (Row row : spark.read().parquet(folder + "/far").select("path", "label", "error").collectAsList()) {
            String path = row.getString(0).replaceFirst("^elsewhere:(//)?", "");
            answers.put(path, row.isNullAt(1) ? row.getString(2).replace(row.getString(0), path) : row.getString(1));
        }
        Map<String, String> labels = new HashMap<>();
        expected.forEach((path, answer) -> labels.put(path, answer.startsWith(path) ? answer : answer.substring(0, 1)));
        SingleProcess.assertSame(labels, answers, "elsewhere");
        result = run(Stream.concat(Stream.of(args), Stream.of("--resume")).toArray());
        assertTrue(result.err.contains("60 images, 0 of them without a row"), result.err);
    }

    @Test
    void twoJobsDoNotWriteAtTheSameTime() throws IOException {
        Path out = folder.resolve("shared");
        Path one = images.resolve("part 0/image00000.png");
        assertEquals(Main.OK, run("--input", one, "--output", out).status);
        assertTrue(Files.notExists(out.resolve("_jvig_running")), "the mark stays");
        try (JobOutput other = new JobOutput(out.toString(), spark.sparkContext().hadoopConfiguration(), 50)) {
            other.goOn(Files.readString(out.resolve("_jvig")), System.err);
            Result result = run("--input", images, "--output", out, "--resume");
            assertEquals(Main.FAILED, result.status, result.err);
            assertTrue(result.err.lines().toList().getLast().contains("is writing there; wait for its end"),
                    result.err);
            assertEquals(1, spark.read().parquet(out.toString()).count());
        }
        // Of a process that is gone, and one that was killed before it wrote its note.
        Files.writeString(out.resolve("_jvig_running"),
                java.net.InetAddress.getLocalHost().getHostName() + " 99999999 x 1\n");
        Files.writeString(out.resolve("_jvig"), "");
        // Those of the files that Hadoop has written.
        Files.deleteIfExists(out.resolve("._jvig_running.crc"));
        Files.delete(out.resolve("._jvig.crc"));
        assertEquals(Main.OK, run("--input", one, "--output", out, "--resume").status);
    }

    /** What a job leaves that is killed as it writes its mark is no sign that it has ended; that it does not change is. */
    @Test
    void aMarkThatIsBeingWrittenIsLookedAtAgain() throws Exception {
        Path out = Files.createDirectories(folder.resolve("half a mark"));
        Files.writeString(out.resolve("_jvig"), "");
        Files.writeString(out.resolve("_jvig_running"), "ho");
        Thread writer = Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(500);
                Files.writeString(out.resolve("_jvig_running"), "host 1 x 1\n");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (JobOutput second = new JobOutput(out.toString(), spark.sparkContext().hadoopConfiguration(), 50)) {
            IOException e = assertThrows(IOException.class, () -> second.goOn("", System.err));
            assertTrue(e.getMessage().contains("a job on host (process 1) is writing there"), e.getMessage());
        }
        writer.join();
    }

    /** Runs the script; it is killed, with all that it has started, when {@code kill} says so. */
    private static Processes.Outcome script(Map<String, String> environment, BooleanSupplier kill, Object... args)
            throws IOException {
        Path scripts = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../../scripts").normalize();
        List<String> command = new ArrayList<>(List.of(scripts.resolve("jvig-spark").toString()));
        Stream.of(args).map(Object::toString).forEach(command::add);
        Map<String, String> all = new HashMap<>(environment);
        all.put("JVIG_CLASSPATH", System.getProperty("java.class.path"));
        all.put("JVIG_JAVA_HOME", System.getProperty("java.home"));
        return Processes.run(command, all, kill);
    }

    private static long files(Path table) {
        try (Stream<Path> files = Files.list(table)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-")).count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The first run is killed when a task has ended, and the second one goes on. */
    @Test
    void theScriptGoesOnAfterItsDriverWasKilled() throws IOException {
        Map<String, String> environment = Map.of("SPARK_HOME", "");
        Path out = folder.resolve("by script");
        Object[] args = {"classify", "--input", images, "--output", out, "--master", "local[1]"};
        Processes.Outcome killed = script(environment, () -> files(out) > 0, args);
        assertEquals(128 + 9, killed.status(), killed.err());
        assertEquals("jvig-spark: 60 images\njvig-spark: 1 file is not named like an image and passed over: 1 .txt",
                killed.err().strip());
        long rows = spark.read().parquet(out.toString()).count();
        assertTrue(rows > 0 && rows < IMAGES, rows + " rows");
        Processes.Outcome outcome = script(environment, () -> false,
                Stream.concat(Stream.of(args), Stream.of("--resume")).toArray());
        assertEquals(Main.PARTIAL, outcome.status(), outcome.err());
        List<String> lines = outcome.err().lines().toList();
        assertEquals("jvig-spark: 60 images, " + (60 - rows) + " of them without a row", lines.getFirst());
        assertTrue(lines.getLast().startsWith("jvig-spark: 60 rows in " + out), outcome.err());
        // Where the machine is slow there are lines of progress between these.
        assertTrue(lines.stream().allMatch(line -> line.startsWith("jvig-spark: ")), outcome.err());
        assertTable(spark.read().parquet(out.toString()), "script");
    }

    @Test
    void theScriptUsesSparkSubmitWhereThereIsOne() throws IOException {
        Path home = folder.resolve("spark home");
        Files.createDirectories(home.resolve("bin"));
        Path submit = Files.writeString(home.resolve("bin/spark-submit"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertTrue(submit.toFile().setExecutable(true));
        List<String> lines = script(Map.of("SPARK_HOME", home.toString(), "JVIG_SPARK_OPTIONS", "--executor-memory 4g"),
                () -> false, "classify", "--master", "spark://host:7077", "--input", "a b").ok().out().lines().toList();
        assertEquals("spark://host:7077", lines.get(lines.indexOf("--master") + 1));
        assertEquals("4g", lines.get(lines.indexOf("--executor-memory") + 1));
        assertEquals("io.github.jvig.spark.Main", lines.get(lines.indexOf("--class") + 1));
        assertEquals(List.of("classify", "--master", "spark://host:7077", "--input", "a b"),
                lines.subList(lines.lastIndexOf("classify"), lines.size()));
    }

    /** But for packages that this JDK does not have: of those Java would warn. */
    @Test
    void theScriptGivesJavaTheOptionsThatSparkGives() throws IOException {
        Path script = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../../scripts/jvig-spark")
                .normalize();
        String text = Files.readString(script);
        Set<String> packages = Object.class.getModule().getPackages();
        List<String> missing = Stream.of(JavaModuleOptions.defaultModuleOptionArray())
                .map(option -> option.replaceFirst("^--add-opens=java.base/(.*)=ALL-UNNAMED$", "$1"))
                .filter(option -> !text.contains(option) && (option.startsWith("-") || packages.contains(option)))
                .toList();
        assertEquals(List.of(), missing);
    }
}
