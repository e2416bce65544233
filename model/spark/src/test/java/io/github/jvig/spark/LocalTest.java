package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.Features;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.image.Images;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transformers in local mode, against the command and against sessions without Spark. */
class LocalTest {
    private static final int IMAGES = 150;

    @TempDir
    static Path folder;
    private static Path images;
    private static Map<String, String> expected;
    /** Without empty files: Spark's data source passes over them without a word. */
    private static Map<String, String> withContent;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        images = folder.resolve("images");
        TestImages.write(images, IMAGES);
        CompletableFuture<Map<String, String>> single = SingleProcess.classifying(images);
        spark = TestSpark.local(folder);
        expected = single.join();
        withContent = new HashMap<>(expected);
        withContent.keySet().removeIf(path -> new File(path).length() == 0);
    }

    @AfterAll
    static void stop() {
        spark.stop();
        assertEquals(0, ExecutorSessions.count(), "sessions that outlive their application");
    }

    private static Dataset<Row> files() {
        return spark.read().format("binaryFile").option("recursiveFileLookup", true).load(images.toString());
    }

    /** The answer for each path, as the single process has it. */
    private static Map<String, String> answers(Dataset<Row> rows) {
        Map<String, String> answers = new HashMap<>();
        for (Row row : rows.select("path", "prediction", "error").collectAsList()) {
            String path = row.getString(0).replaceFirst("^file:", "");
            assertNull(answers.put(path, SingleProcess.text(row.getStruct(1), row.getString(2), path)), path);
        }
        return answers;
    }

    @Test
    void contentGivesWhatTheCommandGives() {
        assertEquals(IMAGES, expected.size());
        SingleProcess.assertSame(withContent, answers(new ImageClassifier().transform(files())), "content");
        int sessions = ExecutorSessions.count();
        SingleProcess.assertSame(withContent, answers(new ImageClassifier().transform(files().repartition(8))),
                "again");
        assertEquals(sessions, ExecutorSessions.count(), "another transformer of the same model has the same session");
    }

    @Test
    void partitionsBatchesAndThreadsChangeNothing() {
        for (int[] run : new int[][]{{1, 1, 1}, {2, 3, 2}, {7, 64, 1}}) {
            Dataset<Row> rows = new ImageClassifier().setBatchSize(run[1]).setThreads(run[2])
                    .transform(files().repartition(run[0]));
            assertEquals(run[0], rows.rdd().getNumPartitions());
            SingleProcess.assertSame(withContent, answers(rows), Arrays.toString(run));
        }
    }

    @Test
    void namesOfFilesAreReadByExecutors() {
        List<Row> paths = new ArrayList<>();
        expected.keySet().forEach(path -> paths.add(RowFactory.create("file:" + path)));
        paths.add(RowFactory.create("file:" + folder + "/missing.png"));
        paths.add(RowFactory.create("nosuchscheme://host/x.png"));
        Dataset<Row> named = spark.createDataFrame(paths, new StructType().add("path", DataTypes.StringType));
        Map<String, String> answers = answers(new ImageClassifier().setInputCol("path").transform(named));
        assertTrue(answers.remove(folder + "/missing.png").contains("no such file"));
        assertTrue(answers.remove("nosuchscheme://host/x.png").contains("nosuchscheme"));
        SingleProcess.assertSame(expected, answers, "names");
    }

    @Test
    void sparksImagesGiveTheSameWhereTheyAreLossless() {
        Dataset<Row> decoded = spark.read().format("image").option("recursiveFileLookup", true)
                .option("pathGlobFilter", "*.{png,bmp,gif}").load(images.toString());
        Map<String, String> answers = new HashMap<>();
        for (Row row : new ImageClassifier().setInputCol("image").transform(decoded).collectAsList()) {
            String origin = row.getStruct(0).getString(0);
            String path = Path.of(java.net.URI.create(origin)).toString();
            answers.put(path, SingleProcess.text(row.getStruct(1), row.getString(2), path));
        }
        int compared = 0;
        for (Map.Entry<String, String> answer : expected.entrySet()) {
            if (!answer.getKey().endsWith(".jpg") && !answer.getValue().startsWith(answer.getKey())) {
                assertEquals(answer.getValue(), answers.get(answer.getKey()), answer.getKey());
                compared++;
            }
        }
        assertTrue(compared > IMAGES / 2, "only " + compared + " were compared");
        assertTrue(answers.values().stream().anyMatch(answer -> answer.endsWith("Spark could not read the image")));
    }

    @Test
    void whatIsNoImageHasAReason() throws IOException {
        byte[] good = TestImages.content(1, "png");
        Dataset<Row> rows = spark.createDataFrame(
                List.of(RowFactory.create((Object) null), RowFactory.create("text".getBytes(StandardCharsets.UTF_8)),
                        RowFactory.create(good)),
                new StructType().add("content", DataTypes.BinaryType));
        List<Row> answers = new ImageClassifier().setTopK(2).transform(rows).collectAsList();
        assertEquals("image: there is no image: the cell is null", answers.get(0).getString(2));
        assertTrue(answers.get(1).getString(2).startsWith("image: "), answers.get(1).getString(2));
        assertNull(answers.get(1).getStruct(1));
        assertNull(answers.get(2).getString(2));
        assertEquals(2, answers.get(2).getStruct(1).getList(3).size());
        // In one task, so that it is the first row that fails.
        Exception e = assertThrows(Exception.class,
                () -> new ImageClassifier().setFailOnError(true).transform(rows.coalesce(1)).collectAsList());
        assertTrue(
                String.valueOf(e.getMessage()).contains("the cell is null")
                        || String.valueOf(e.getCause()).contains("the cell is null"),
                e.toString());
    }

    private static void refused(String words, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void whatCantBeDoneIsRefusedBeforeAnyTaskRuns() {
        Dataset<Row> files = files();
        refused("no column 'x'", () -> new ImageClassifier().setInputCol("x").transform(files));
        refused("bigint", () -> new ImageClassifier().setInputCol("length").transform(files));
        refused("column 'path' already; set outputCol",
                () -> new ImageClassifier().setOutputCol("path").transform(files));
        refused("column 'path' already; set errorCol",
                () -> new ImageClassifier().setErrorCol("path").transform(files));
        refused("there is no model 'digitz'", () -> new ImageClassifier().setModel("digitz").transform(files));
        refused("mobilevig_ti needs weights", () -> new ImageClassifier().setModel("mobilevig_ti").transform(files));
        refused("no such file", () -> new ImageClassifier().setWeights("missing.pth").transform(files));
        refused("no such file", () -> new ImageClassifier().setModel("missing.onnx").transform(files));
        refused("holds its own weights",
                () -> new ImageClassifier().setModel("x.onnx").setWeights("y").transform(files));
        refused("2 labels", () -> new ImageClassifier().setLabels(new String[]{"a", "b"}).transform(files));
        refused("stride 3", () -> new FeatureExtractor().setStride(3).transform(files));
        refused("array of floats", () -> new TensorModel().setInputCol("path").transform(files));
        refused("batchSize", () -> new ImageClassifier().setBatchSize(0));
        refused("threads", () -> new ImageClassifier().setThreads(0));
        refused("topK", () -> new ImageClassifier().setTopK(0));
        refused("weights must not be null; clear(weights())", () -> new ImageClassifier().setWeights(null));
        refused("size must not be null", () -> new ImageClassifier().setSize(null));
    }

    @Test
    void aJvmWithoutTheModuleIsToldTheLineOfConfiguration() {
        String message = assertThrows(IllegalStateException.class, () -> FastKernels.require(false)).getMessage();
        assertTrue(message.contains("spark.executor.extraJavaOptions=--add-modules=jdk.incubator.vector"), message);
        FastKernels.require();
    }

    @Test
    void featuresAreThoseOfASession() throws IOException {
        Path image = images.resolve("part 0/image00000.png");
        Dataset<Row> one = spark.read().format("binaryFile").load(image.toString());
        try (Session session = Models.digits()
                .compile(options -> options.device("cpu").threads(1).features(true).warmUp(false))) {
            Features features = session.features(session.transform().apply(Images.read(image)));
            Features.Level last = features.maps().getLast();
            double[] means = IntStream.range(0, last.channels()).mapToDouble(channel -> {
                int area = last.height() * last.width();
                double sum = 0;
                for (int i = 0; i < area; i++) {
                    sum += last.values()[channel * area + i];
                }
                return sum / area;
            }).toArray();
            Row pooled = new FeatureExtractor().transform(one).select("features", "error").head();
            assertNull(pooled.getString(1));
            assertArrayEquals(means, pooled.<Vector>getAs(0).toArray());

            Features.Level first = features.maps().getFirst();
            Row whole = new FeatureExtractor().setStride(first.stride()).setPool(false).transform(one)
                    .select("features").head();
            double[] map = IntStream.range(0, first.values().length).mapToDouble(i -> first.values()[i]).toArray();
            assertArrayEquals(map, whole.<Vector>getAs(0).toArray());
        }
    }

    @Test
    void featuresFeedSparksOwnClassifiers() {
        Dataset<Row> some = files().where("path like '%part 1%'")
                .selectExpr("*", "cast(length > 2000 as double) as label");
        PipelineModel model = new Pipeline().setStages(new PipelineStage[]{new FeatureExtractor(),
                new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE error IS NULL"),
                new LogisticRegression().setMaxIter(2)}).fit(some);
        long good = withContent.entrySet().stream()
                .filter(answer -> answer.getKey().contains("part 1") && !answer.getValue().startsWith(answer.getKey()))
                .count();
        assertEquals(good, model.transform(some).where("prediction is not null").count());
    }

    @Test
    void tensorsGiveWhatASessionGives() {
        try (Session session = Models.digits().compile(options -> options.device("cpu").threads(1).warmUp(false))) {
            float[] values = new float[session.inputs().getFirst().elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i);
            }
            float[] logits = session.run(values);
            List<Float> boxed = new ArrayList<>();
            double[] doubles = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                boxed.add(values[i]);
                doubles[i] = values[i];
            }
            Dataset<Row> arrays = spark.createDataFrame(
                    List.of(RowFactory.create(boxed), RowFactory.create(boxed.subList(1, 5)), RowFactory.create(boxed)),
                    new StructType().add("features", DataTypes.createArrayType(DataTypes.FloatType)));
            List<Row> rows = new TensorModel().transform(arrays).collectAsList();
            List<Float> wanted = new ArrayList<>();
            for (float logit : logits) {
                wanted.add(logit);
            }
            assertEquals(wanted, rows.get(0).getList(1));
            assertTrue(rows.get(1).getString(2).endsWith("the row has 4"), rows.get(1).getString(2));
            assertEquals(wanted, rows.get(2).getList(1));
            Dataset<Row> vectors = spark.createDataFrame(List.of(RowFactory.create(Vectors.dense(doubles))),
                    new StructType().add("features", SQLDataTypes.VectorType()));
            double[] output = new TensorModel().transform(vectors).head().<Vector>getAs(1).toArray();
            assertArrayEquals(IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray(), output);
        }
    }

    @Test
    void columnsPassAsTheyAre() {
        Dataset<Row> rows = files().limit(3).selectExpr("content", "cast(1 as tinyint) b", "1.5BD d",
                "date'2020-01-02' dt",
                "timestamp_ntz'2020-01-02 03:04:05' tn", "interval '1 02:03:04' day to second as iv",
                "map('a', array(1, 2)) m",
                "array(named_struct('x', 1, 'y', cast(null as string))) ar", "null as nothing",
                "parse_json('{\"a\": 1}') v", "1 as twice", "2 as twice", "'x' as `a.b`");
        Dataset<Row> extended = new ImageClassifier().transform(rows);
        assertEquals(rows.schema(), new StructType(Arrays.copyOf(extended.schema().fields(), rows.columns().length)));
        List<Row> before = rows.collectAsList();
        List<Row> after = extended.collectAsList();
        for (int i = 0; i < before.size(); i++) {
            for (int column = 1; column < rows.columns().length; column++) {
                assertEquals(before.get(i).get(column), after.get(i).get(column), rows.columns()[column]);
            }
        }
    }

    /** Where names of classes are metadata of a column, Spark's own transformers need them. */
    @Test
    void metadataOfColumnsPass() {
        Dataset<Row> kinds = files().limit(10).withColumn("kind", functions.expr("right(path, 3)")).selectExpr("*",
                "1 as twice", "2 as twice");
        Dataset<Row> indexed = new StringIndexer().setInputCol("kind").setOutputCol("number").fit(kinds)
                .transform(kinds);
        Dataset<Row> extended = new ImageClassifier().transform(indexed);
        assertEquals(indexed.schema(), new StructType(Arrays.copyOf(extended.schema().fields(), 8)));
        Dataset<Row> named = new IndexToString().setInputCol("number").setOutputCol("again").transform(extended);
        assertEquals(10, named.where("kind = again and prediction is not null or error is not null").count());
    }

    @Test
    void streamsAreClassifiedToo() throws Exception {
        Dataset<Row> stream = spark.readStream().schema(files().schema()).format("binaryFile")
                .option("recursiveFileLookup", true).option("maxFilesPerTrigger", 100).load(images.toString());
        new ImageClassifier().transform(stream).select("path", "prediction", "error").writeStream().format("memory")
                .queryName("stream").trigger(Trigger.AvailableNow()).start().awaitTermination();
        SingleProcess.assertSame(withContent, answers(spark.table("stream")), "stream");
    }

    @Test
    void aSessionHasTheThreadsOfATask() {
        SparkConf conf = spark.sparkContext().conf();
        assertEquals(1, new ImageClassifier().share(spark).key().threads());
        conf.set("spark.task.cpus", "2");
        try {
            assertEquals(2, new ImageClassifier().share(spark).key().threads());
            assertEquals(3, new ImageClassifier().setThreads(3).share(spark).key().threads());
        } finally {
            conf.remove("spark.task.cpus");
        }
    }

    @Test
    void weightsDoNotTravelWithTheTasks() throws IOException, URISyntaxException {
        Path weights = Path.of(LocalTest.class.getResource("/checkpoints/tiny_mobilevig.safetensors").toURI());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new ImageClassifier().setWeights(weights.toString()).function(spark));
        }
        assertTrue(bytes.size() < Files.size(weights) / 100, "a task has " + bytes.size() + " bytes");
    }

    @Test
    void emptyPartitionsAndLargeBatches() {
        Dataset<Row> rows = new ImageClassifier().setBatchSize(4096).transform(files().limit(3).repartition(7));
        assertEquals(7, rows.rdd().getNumPartitions());
        assertEquals(3, rows.where("prediction is not null or error is not null").count());
        assertEquals(0, new TensorModel().transform(spark.sql("SELECT array(1.0f) AS features WHERE false")).count());
    }

    @Test
    void functionsOfSql() throws IOException {
        JvigFunctions.register(spark, "classify", new ImageClassifier());
        JvigFunctions.register(spark, "features", new FeatureExtractor());
        JvigFunctions.register(spark, "logits", new TensorModel());
        files().createOrReplaceTempView("images");
        Map<String, String> labels = new HashMap<>();
        for (Row row : spark.sql("SELECT path, c.label, c.error FROM (SELECT path, classify(content) AS c FROM images)")
                .collectAsList()) {
            labels.put(row.getString(0).substring("file:".length()), row.isNullAt(1) ? "" : row.getString(1));
            assertEquals(row.isNullAt(1), !row.isNullAt(2));
        }
        Map<String, String> wanted = new HashMap<>();
        withContent.forEach((path, answer) -> wanted.put(path, answer.startsWith(path) ? "" : answer.substring(0, 1)));
        assertEquals(wanted, labels);
        Row row = spark.sql("SELECT features(content), logits(array(1.0f)) FROM images WHERE path LIKE '%00000.png'")
                .head();
        assertTrue(row.getStruct(0).getList(0).size() > 1);
        assertTrue(row.getStruct(1).getString(1).contains("the row has 1"));
    }
}
