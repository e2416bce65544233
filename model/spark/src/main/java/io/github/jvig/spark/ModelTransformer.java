package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/**
 * What all transformers of this package have in common: a model, the column that it reads, and the two columns that it adds. Each row of the
 * input becomes one row of the output. Where there is no result, the output column is null, and the error column has the reason in one line;
 * else the error column is null.
 *
 * <p>The driver reads the model when {@link #transform} is called, and broadcasts it. Results do not depend on the number of partitions, tasks
 * and executors, nor on the batch size, as long as all executors have the same kind of processor.
 *
 * @param <T> the transformer itself
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public abstract class ModelTransformer<T extends ModelTransformer<T>> extends ModelParams<T> implements MLWritable {
    /** The model as it was read last, with what it was read from. */
    private transient SharedModel.Sent sent;
    private transient String sentFrom;
    /** What this transformer was loaded with; its weights are those that ema and stateDict had chosen. */
    private transient Saved saved;

    /**
     * A model as a saved transformer has it. It is kept, since a transformer may be saved over the one that it was loaded from, and Spark
     * deletes that first.
     *
     * @param file  its name, which the param {@code weights} or {@code model} has
     * @param model its content
     */
    private record Saved(String file, ModelBytes model) {
        /** Whether the params still mean it. */
        boolean is(ModelSource source) {
            return model.isOnnx()
                    ? source.model().equals(file)
                    : source.model().equals(model.name()) && source.weights().equals(Optional.of(file));
        }
    }

    ModelTransformer(String uid, String inputCol, String outputCol) {
        super(uid, inputCol, outputCol);
    }

    /** Refuses a column that can't be read. */
    abstract void checkInput(DataType type);

    /** The type of the output column. */
    abstract DataType outputType(DataType input);

    /** Refuses params that the model does not have. */
    void check(Model loaded) {
        // Most go with any model.
    }

    /** Refuses a session that does not take what the column holds, or does not give what is asked for. */
    void check(Session trial) {
        // Any session takes numbers.
    }

    /** Whether the session gives feature maps. */
    boolean needsFeatures() {
        return false;
    }

    /** What executors do with the rows. */
    abstract RowTask task(RowTask.Columns columns, SharedModel shared, DataType input);

    /** The column that names a row in errors; -1 when there is none. */
    int nameColumn(StructType schema) {
        return -1;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        DataType input = schema.fields()[inputIndex(schema)].dataType();
        checkInput(input);
        if (isSame(getOutputCol(), getErrorCol())) {
            throw new IllegalArgumentException("outputCol and errorCol are both '" + getErrorCol()
                    + "'; set one of them to another name");
        }
        for (String added : new String[]{getOutputCol(), getErrorCol()}) {
            if (index(schema, added) >= 0) {
                throw new IllegalArgumentException("there is a column '" + added + "' already; "
                        + (added.equals(getErrorCol()) ? "set errorCol" : "set outputCol") + " to another name");
            }
        }
        return schema.add(getOutputCol(), outputType(input), true).add(getErrorCol(), DataTypes.StringType, true);
    }

    private int inputIndex(StructType schema) {
        int index = index(schema, getInputCol());
        if (index < 0) {
            throw new IllegalArgumentException("there is no column '" + getInputCol() + "' to read; the dataset has "
                    + String.join(", ", schema.fieldNames()) + "; set inputCol");
        }
        return index;
    }

    /** Whether Spark takes two names for the same column. */
    private static boolean isSame(String name, String other) {
        return SQLConf.get().caseSensitiveAnalysis() ? name.equals(other) : name.equalsIgnoreCase(other);
    }

    /**
     * The column of this name as Spark finds it; -1 when there is none.
     *
     * @throws IllegalArgumentException when there are several
     */
    static int index(StructType schema, String name) {
        int found = -1;
        for (int i = 0; i < schema.size(); i++) {
            if (isSame(schema.fieldNames()[i], name)) {
                if (found >= 0) {
                    throw new IllegalArgumentException("the dataset has several columns '" + name
                            + "'; give them different names");
                }
                found = i;
            }
        }
        return found;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = dataset.schema();
        StructType extended = transformSchema(schema);
        int input = inputIndex(schema);
        RowTask.Columns columns = new RowTask.Columns(input, nameColumn(schema), getBatchSize(), getFailOnError());
        RowTask task = task(columns, share(dataset.sparkSession()), schema.fields()[input].dataType());
        return withMetadata(dataset.toDF().mapPartitions(task, Encoders.row(extended)), extended);
    }

    /**
     * The rows with the metadata of their columns, such as the names of classes, which do not come through a typed operation. Columns are taken
     * by their place: several may have the same name.
     */
    private static Dataset<Row> withMetadata(Dataset<Row> rows, StructType schema) {
        if (Arrays.stream(schema.fields()).allMatch(field -> field.metadata().equals(Metadata.empty()))) {
            return rows;
        }
        String[] places = IntStream.range(0, schema.size()).mapToObj(i -> "c" + i).toArray(String[]::new);
        Dataset<Row> numbered = rows.toDF(places);
        return numbered.select(IntStream.range(0, schema.size())
                .mapToObj(i -> numbered.col(places[i]).as(schema.fieldNames()[i], schema.fields()[i].metadata()))
                .toArray(Column[]::new));
    }

    /** The same for a function of Spark SQL, whose input may be of any type. */
    final RowTask function(SparkSession spark) {
        return task(new RowTask.Columns(0, -1, 1, getFailOnError()), share(spark), DataTypes.NullType);
    }

    /** Reads the model, unless this was done, and sends it out. */
    final synchronized SharedModel share(SparkSession spark) {
        SparkContext context = spark.sparkContext();
        if (context.isLocal()) {
            // The executor is this JVM, so the error may come at once, without a failed job around it.
            FastKernels.require();
        }
        // With all params, since some of them are checked against the model; and a file may have been written anew.
        String from = context.applicationId() + "\n" + source().state(context.hadoopConfiguration()) + "\n"
                + extractParamMap();
        if (!from.equals(sentFrom)) {
            sent = SharedModel.send(read(spark), context);
            sentFrom = from;
        }
        return sent.with(new SessionKey(context.applicationId(), sent.model().hash(),
                isDefined(threads()) ? getThreads() : context.conf().getInt("spark.task.cpus", 1),
                inputSize().orElse(null),
                needsFeatures()));
    }

    private Optional<InputSize> inputSize() {
        return isDefined(size()) ? Optional.of(InputSize.parse(getSize())) : Optional.empty();
    }

    final ModelSource source() {
        if (isDefined(stateDict()) && getEma()) {
            throw new IllegalArgumentException("ema and stateDict exclude each other; set one of them");
        }
        return new ModelSource(getModel(), isDefined(weights()) ? Optional.of(getWeights()) : Optional.empty(),
                getEma(),
                isDefined(stateDict()) ? Optional.of(getStateDict()) : Optional.empty());
    }

    /** Reads what the params name, and checks them against it. */
    final ModelBytes read(SparkSession spark) {
        Consumer<Model> check = loaded -> {
            check(loaded);
            if (loaded.isOnnx() || isDefined(size())) {
                try (Session trial = SessionKey.trial(loaded, inputSize(), needsFeatures())) {
                    check(trial);
                }
            }
        };
        ModelSource source = source();
        if (saved == null || !saved.is(source)) {
            return source.read(spark.sparkContext().hadoopConfiguration(), check);
        }
        check.accept(saved.model().checked());
        return saved.model();
    }

    /** Takes a file that was saved with the transformer as its model, or as the weights that its params had chosen. */
    final T setSaved(String file, Configuration hadoop) {
        ModelSource source = source().isFile()
                ? new ModelSource(file, Optional.empty(), false, Optional.empty())
                : new ModelSource(getModel(), Optional.of(file), false, Optional.empty());
        saved = new Saved(file, source.read(hadoop, _ -> {}));
        return source.isFile() ? setModel(file) : setWeights(file);
    }

    @Override
    public MLWriter write() {
        return new TransformerWriter(this);
    }

    @Override
    public T copy(ParamMap extra) {
        T copy = defaultCopy(extra);
        ((ModelTransformer<?>) copy).saved = saved;
        return copy;
    }
}
