package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
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
    /** The file that this transformer was loaded with: it holds nothing but the weights that ema and stateDict had chosen. */
    private transient String chosenWeights;

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
        return dataset.toDF().mapPartitions(task, Encoders.row(extended));
    }

    /** The same for a function of Spark SQL, whose input may be of any type. */
    final RowTask function(SparkSession spark) {
        return task(new RowTask.Columns(0, -1, 1, getFailOnError()), share(spark), DataTypes.NullType);
    }

    /** Reads the model, unless this was done, and sends it out. */
    private synchronized SharedModel share(SparkSession spark) {
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
        Optional<String> file = isDefined(weights()) ? Optional.of(getWeights()) : Optional.empty();
        boolean chosen = file.isPresent() && file.get().equals(chosenWeights);
        return new ModelSource(getModel(), file, getEma() && !chosen,
                isDefined(stateDict()) && !chosen ? Optional.of(getStateDict()) : Optional.empty());
    }

    /** Reads what the params name, and checks them against it. */
    final ModelBytes read(SparkSession spark) {
        return source().read(spark.sparkContext().hadoopConfiguration(), loaded -> {
            check(loaded);
            if (loaded.isOnnx() || isDefined(size())) {
                try (Session trial = SessionKey.trial(loaded, inputSize(), needsFeatures())) {
                    check(trial);
                }
            }
        });
    }

    /** Takes a file that holds nothing but the weights which the params have chosen of another one. */
    final T setChosenWeights(String file) {
        chosenWeights = file;
        return setWeights(file);
    }

    @Override
    public MLWriter write() {
        return new TransformerWriter(this);
    }

    @Override
    public T copy(ParamMap extra) {
        T copy = defaultCopy(extra);
        ((ModelTransformer<?>) copy).chosenWeights = chosenWeights;
        return copy;
    }
}
