package io.github.jvig.spark;

import io.github.jvig.model.Models;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code jvig-spark classify}: classifies files and folders of images into a table. */
@CommandLine.Command(name = "classify", description = "Classify images on a Spark cluster, into a table with a row for each.", mixinStandardHelpOptions = true)
final class ClassifyJob implements Callable<Integer> {
    /** In the output, beside the table: what its rows were made with. */
    private static final String NOTE = "_jvig";
    /** Images of a task at most: what is lost when one is killed. */
    private static final int TASK_IMAGES = 1000;
    private static final int TASKS_PER_CORE = 4;

    /** Formats of the table. */
    enum Format {
        /** Columnar, with all types. */
        parquet,
        /** One object per line. */
        json,
        /** With the top classes as JSON in a column. */
        csv
    }

    @Option(names = "--input", paramLabel = "PATH", required = true, arity = "1..*", description = "Image files, folders or patterns, on this machine or any file system of Hadoop.")
    private List<String> inputs;

    @Option(names = "--output", paramLabel = "PATH", required = true, description = "Folder of the table.")
    private String output;

    @Option(names = "--format", paramLabel = "F", defaultValue = "parquet", description = "parquet, json or csv (default: parquet).")
    private Format format;

    @Option(names = "--model", paramLabel = "M", defaultValue = Models.DIGITS, description = "Name of the model (default: digits, whose weights are built in), or an ONNX file.")
    private String model;

    @Option(names = "--weights", paramLabel = "FILE", description = "Checkpoint file (.pth, .pth.tar, .safetensors), or hf:owner/repo[@revision]/file.")
    private String weights;

    @Option(names = "--labels", paramLabel = "FILE", description = "File with class names, one per line (default: the model's class names).")
    private Path labels;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "5", description = "Number of classes per image (default: 5).")
    private int topK;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "8", description = "Images per run of the model (default: 8).")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of an executor's session (default: spark.task.cpus).")
    private Integer threads;

    @Option(names = "--exif", description = "Rotate and flip images according to their orientation in EXIF or XMP.")
    private boolean exif;

    @Option(names = "--resume", description = "Go on with an output that is there: classify what has no row in it yet.")
    private boolean resume;

    @Option(names = "--master", paramLabel = "URL", description = "Spark's master (default: that of spark-submit, else local[*]).")
    private String master;

    private final PrintStream err;
    private final SparkSession given;

    /** @param given the session to use; null for one of its own */
    ClassifyJob(PrintStream err, SparkSession given) {
        this.err = err;
        this.given = given;
    }

    @Override
    public Integer call() throws IOException {
        if (given != null) {
            return classify(given);
        }
        SparkSession.Builder builder = SparkSession.builder().appName("jvig-spark classify")
                .config("spark.ui.showConsoleProgress", false);
        boolean hasMaster = new org.apache.spark.SparkConf().contains("spark.master");
        if (master != null || !hasMaster) {
            builder.master(master == null ? "local[*]" : master);
        }
        try (SparkSession spark = builder.getOrCreate()) {
            return classify(spark);
        }
    }

    private int classify(SparkSession spark) throws IOException {
        long start = System.nanoTime();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(output);
        FileSystem files = folder.getFileSystem(hadoop);
        boolean there = files.exists(folder);
        if (there && !resume) {
            throw new IOException(output + " is there already; --resume classifies what has no row in it yet");
        }
        List<String> paths = InputFiles.find(inputs, hadoop);
        int all = paths.size();
        ImageClassifier classifier = classifier();
        // Read first, so that an error of the model comes before anything is written.
        Dataset<Row> none = spark.createDataset(List.<String>of(), Encoders.STRING()).toDF("path");
        StructType schema = table(classifier.transform(none)).schema();
        checkNote(files, new org.apache.hadoop.fs.Path(folder, NOTE), note(classifier, spark), there);
        if (there) {
            Set<String> done = new HashSet<>(spark.read().format(format.name()).options(options()).schema(schema)
                    .load(output).select("path").as(Encoders.STRING()).collectAsList());
            paths.removeIf(done::contains);
        }
        err.println("jvig-spark: " + count(all)
                + (paths.size() < all ? ", " + paths.size() + " of them without a row" : ""));
        if (!paths.isEmpty()) {
            write(spark, classifier, paths);
        }
        Dataset<Row> table = spark.read().format(format.name()).options(options()).schema(schema).load(output);
        long rows = table.count();
        long failed = table.where("error is not null").count();
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        err.println("jvig-spark: " + rows + " rows in " + output + ", " + failed
                + " of them without a result (column error); " + String.format(Locale.ROOT, "%.1f s", seconds));
        return failed == 0 ? Main.OK : Main.PARTIAL;
    }

    private static String count(int images) {
        return images == 1 ? "1 image" : images + " images";
    }

    private ImageClassifier classifier() throws IOException {
        ImageClassifier classifier = new ImageClassifier().setInputCol("path").setModel(model).setTopK(topK)
                .setBatchSize(batch).setExif(exif);
        if (weights != null) {
            classifier.setWeights(weights);
        }
        if (threads != null) {
            classifier.setThreads(threads);
        }
        if (labels != null) {
            Labels names = Labels.read(labels);
            String[] all = new String[names.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = names.name(i);
            }
            classifier.setLabels(all);
        }
        return classifier;
    }

    /** The columns of the table, for rows of the classifier. */
    private Dataset<Row> table(Dataset<Row> rows) {
        return rows.select(rows.col("path"), rows.col("prediction.label"), rows.col("prediction.index"),
                rows.col("prediction.probability"),
                format == Format.csv
                        ? functions.to_json(rows.col("prediction.top")).as("top")
                        : rows.col("prediction.top"),
                rows.col("error"));
    }

    private java.util.Map<String, String> options() {
        return format == Format.csv ? java.util.Map.of("header", "true", "escape", "\"") : java.util.Map.of();
    }

    private void write(SparkSession spark, ImageClassifier classifier, List<String> paths) {
        int tasks = Math.max(Math.ceilDiv(paths.size(), TASK_IMAGES),
                Math.min(paths.size(), TASKS_PER_CORE * spark.sparkContext().defaultParallelism()));
        // The JavaSparkContext is only a view of the session's context.
        @SuppressWarnings("resource")
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Dataset<Row> named = spark
                .createDataset(context.parallelize(paths, tasks).rdd(), Encoders.STRING()).toDF("path");
        JobProgress progress = new JobProgress(spark.sparkContext(), paths.size(), err);
        try {
            // Each task's rows are in the table when it ends, so that an interrupted job leaves all but those of running tasks.
            table(classifier.transform(named)).write().mode(SaveMode.Append).format(format.name()).options(options())
                    .option("mapreduce.fileoutputcommitter.algorithm.version", 2).save(output);
        } finally {
            progress.close();
        }
    }

    private String note(ImageClassifier classifier, SparkSession spark) {
        return "model " + model + "\nhash " + classifier.read(spark).hash() + "\nformat " + format + "\ntop-k " + topK
                + "\nexif " + exif + "\nlabels " + (labels == null ? "" : String.join(",", classifier.getLabels()))
                + "\n";
    }

    /** Writes the note into a new output, and refuses to go on with one that was made otherwise. */
    private void checkNote(FileSystem files, org.apache.hadoop.fs.Path file, String note, boolean there)
            throws IOException {
        if (!there) {
            try (OutputStream out = files.create(file, false)) {
                out.write(note.getBytes(StandardCharsets.UTF_8));
            }
            return;
        }
        if (!files.exists(file)) {
            throw new IOException(output + " is no output of jvig-spark; choose another --output");
        }
        List<String> before;
        try (InputStream in = files.open(file)) {
            before = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        List<String> now = note.lines().toList();
        List<String> different = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            if (i >= before.size() || !before.get(i).equals(now.get(i))) {
                different.add(now.get(i).substring(0, now.get(i).indexOf(' ')).replace("hash", "weights"));
            }
        }
        if (!different.isEmpty()) {
            throw new IOException(output + " was made with another " + String.join(" and ", different)
                    + "; its rows and new ones would not go together");
        }
    }
}
