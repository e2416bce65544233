package io.github.jvig.spark;

import io.github.jvig.model.Models;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jvig-spark classify}: classifies files and folders of images into a table. */
@CommandLine.Command(name = "classify", description = "Classify images on a Spark cluster, into a table with a row for each.", mixinStandardHelpOptions = true)
final class ClassifyJob implements Callable<Integer> {
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

    @Option(names = "--ema", description = "Use the checkpoint's moving average of the weights.")
    private boolean ema;

    @Option(names = "--state-dict", paramLabel = "KEY", description = "Use the tensors under this key of the checkpoint. Keys of dicts in each other are joined by dots; a prefix of the tensors' names may follow.")
    private String stateDict;

    @Option(names = "--size", paramLabel = "S|HxW", description = "Input size in pixels (default: the model's own).")
    private String size;

    @Option(names = "--labels", paramLabel = "FILE", description = "File with class names, one per line (default: the model's class names).")
    private String labels;

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

    @Spec
    private CommandSpec spec;

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
        ImageClassifier classifier = classifier(hadoop);
        try (JobOutput out = new JobOutput(output, hadoop)) {
            boolean there = out.exists();
            if (there && !resume) {
                throw new IOException(output + " is there already; --resume classifies what has no row in it yet");
            }
            InputFiles files = InputFiles.find(inputs, hadoop);
            TreeSet<String> paths = files.paths();
            int all = paths.size();
            // Read first, so that an error of the model comes before anything is written.
            Dataset<Row> none = spark.createDataset(List.<String>of(), Encoders.STRING()).toDF("path");
            StructType schema = table(classifier.transform(none)).schema();
            String note = note(classifier, spark);
            if (there) {
                out.goOn(note, err);
            } else {
                out.begin(note);
            }
            long rows = there ? removeDone(spark, schema, paths) : 0;
            err.println("jvig-spark: " + count(all)
                    + (paths.size() < all ? ", " + paths.size() + " of them without a row" : ""));
            if (!files.passedOver().isEmpty()) {
                err.println("jvig-spark: " + files.passedOver());
            }
            rows += paths.size();
            if (!paths.isEmpty()) {
                write(spark, classifier, new ArrayList<>(paths));
            }
            return report(spark, schema, rows, start);
        }
    }

    /** Takes the paths away that have a row; gives how many rows there are. Rows come a file or so at a time. */
    private long removeDone(SparkSession spark, StructType schema, Set<String> paths) {
        long rows = 0;
        for (Iterator<Row> done = read(spark, schema).select("path").toLocalIterator(); done.hasNext();) {
            paths.remove(done.next().getString(0));
            rows++;
        }
        return rows;
    }

    private Dataset<Row> read(SparkSession spark, StructType schema) {
        return spark.read().format(format.name()).options(options()).schema(schema).load(output);
    }

    private int report(SparkSession spark, StructType schema, long expected, long start) throws IOException {
        Row counts = read(spark, schema).agg(functions.count("path"), functions.count("error")).head();
        long rows = counts.getLong(0);
        long failed = counts.getLong(1);
        if (rows != expected) {
            throw new IOException(output + " has " + rows + " rows where there should be " + expected
                    + "; something else writes or deletes there");
        }
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        err.println("jvig-spark: " + rows + " rows in " + output + ", " + failed
                + " of them without a result (column error); " + String.format(Locale.ROOT, "%.1f s", seconds));
        return failed == 0 ? Main.OK : Main.PARTIAL;
    }

    private static String count(int images) {
        return images == 1 ? "1 image" : images + " images";
    }

    private ImageClassifier classifier(Configuration hadoop) throws IOException {
        ImageClassifier classifier = new ImageClassifier().setInputCol("path").setModel(model).setExif(exif)
                .setEma(ema);
        set("--top-k", topK, classifier::setTopK);
        set("--batch", batch, classifier::setBatchSize);
        set("--threads", threads, classifier::setThreads);
        set("--weights", weights, classifier::setWeights);
        set("--state-dict", stateDict, classifier::setStateDict);
        set("--size", size, classifier::setSize);
        if (ema && stateDict != null) {
            throw wrong("--ema and --state-dict exclude each other");
        }
        if (weights == null && (ema || stateDict != null)) {
            throw wrong((ema ? "--ema" : "--state-dict") + " needs --weights FILE");
        }
        if (labels != null) {
            try (LocalCopy file = LocalCopy.of(labels, hadoop)) {
                Labels names = file.named(Labels::read);
                classifier.setLabels(IntStream.range(0, names.size()).mapToObj(names::name).toArray(String[]::new));
            }
        }
        return classifier;
    }

    /** Sets what an option says, if it is given; what is wrong with it is told of the option. */
    private <V> void set(String option, V value, Consumer<V> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            throw wrong(option + ": " + e.getMessage());
        }
    }

    private CommandLine.ParameterException wrong(String reason) {
        return new CommandLine.ParameterException(spec.commandLine(), reason);
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

    /** For writing and reading: names of files may have line breaks, quotes and blanks at their end. */
    private Map<String, String> options() {
        return format == Format.csv
                ? Map.of("header", "true", "escape", "\"", "multiLine", "true", "ignoreLeadingWhiteSpace", "false",
                        "ignoreTrailingWhiteSpace", "false")
                : Map.of();
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
        ModelBytes bytes = classifier.read(spark);
        if (!bytes.remark().isEmpty()) {
            err.println("jvig-spark: " + weights + ": " + bytes.remark());
        }
        return "model " + model + "\nhash " + bytes.hash() + "\nformat " + format + "\ntop-k " + topK + "\nexif " + exif
                + "\nlabels " + (labels == null ? "" : String.join(",", classifier.getLabels())) + "\nsize "
                + (size == null ? "" : size) + "\n";
    }
}
