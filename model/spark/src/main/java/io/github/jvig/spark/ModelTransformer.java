package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
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
public abstract class ModelTransformer<T extends ModelTransformer<T>> extends Transformer implements MLWritable {
    private static final int DEFAULT_BATCH = 8;
    private static final int MAX_THREADS = 1024;

    private final String uid;
    private final Param<String> inputCol = new Param<>(this, "inputCol", "name of the column that is read");
    private final Param<String> outputCol = new Param<>(this, "outputCol", "name of the column with the results");
    private final Param<String> errorCol = new Param<>(this, "errorCol",
            "name of the column that says why a row has no result");
    private final Param<String> model = new Param<>(this, "model", "name of a net, or an ONNX file");
    private final Param<String> weights = new Param<>(this, "weights",
            "checkpoint of the net: a file, or hf:owner/repo[@revision]/file");
    private final IntParam threads = new IntParam(this, "threads",
            "threads of an executor's session (default: spark.task.cpus)");
    private final IntParam batchSize = new IntParam(this, "batchSize", "rows per run of the model");
    private final BooleanParam failOnError = new BooleanParam(this, "failOnError",
            "whether a row without a result fails the job");

    /** The model as it was read last, with what it was read from. */
    private transient SharedModel.Sent sent;
    private transient String sentFrom;

    /**
     * With the defaults.
     *
     * @param uid       of the transformer
     * @param inputCol  default of the param
     * @param outputCol default of the param
     */
    @SuppressWarnings("this-escape") // Params are registered by their owner.
    ModelTransformer(String uid, String inputCol, String outputCol) {
        this.uid = uid;
        super();
        setDefault(this.inputCol, inputCol);
        setDefault(this.outputCol, outputCol);
        setDefault(errorCol, "error");
        setDefault(model, Models.DIGITS);
        setDefault(batchSize, DEFAULT_BATCH);
        setDefault(failOnError, false);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** {@return the param for the name of the column that is read} */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** {@return the param for the name of the column with the results} */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** {@return the param for the name of the column with the reasons; {@code "error"} by default} */
    public Param<String> errorCol() {
        return errorCol;
    }

    /** {@return the param for the name of a net, or an ONNX file; the built-in net of digits by default} */
    public Param<String> model() {
        return model;
    }

    /** {@return the param for the checkpoint} */
    public Param<String> weights() {
        return weights;
    }

    /** {@return the param for the threads of an executor's session; {@code spark.task.cpus} by default} */
    public IntParam threads() {
        return threads;
    }

    /** {@return the param for the number of rows per run of the model; 8 by default} */
    public IntParam batchSize() {
        return batchSize;
    }

    /** {@return the param for whether a row without a result fails the job; false by default} */
    public BooleanParam failOnError() {
        return failOnError;
    }

    /** {@return the name of the column that is read} */
    public String getInputCol() {
        return getOrDefault(inputCol);
    }

    /** {@return the name of the column with the results} */
    public String getOutputCol() {
        return getOrDefault(outputCol);
    }

    /** {@return the name of the column with the reasons} */
    public String getErrorCol() {
        return getOrDefault(errorCol);
    }

    /** {@return the name of the net, or the ONNX file} */
    public String getModel() {
        return getOrDefault(model);
    }

    /** {@return the checkpoint; it is an error when none is set} */
    public String getWeights() {
        return getOrDefault(weights);
    }

    /** {@return rows per run of the model} */
    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize);
    }

    /** {@return whether a row without a result fails the job} */
    public boolean getFailOnError() {
        return (Boolean) getOrDefault(failOnError);
    }

    /**
     * Sets the name of the column that is read.
     *
     * @param value name of the column
     * @return this
     */
    public T setInputCol(String value) {
        return put(inputCol, value);
    }

    /**
     * Sets the name of the column with the results.
     *
     * @param value name of the column, which the dataset must not have
     * @return this
     */
    public T setOutputCol(String value) {
        return put(outputCol, value);
    }

    /**
     * Sets the name of the column with the reasons.
     *
     * @param value name of the column, which the dataset must not have
     * @return this
     */
    public T setErrorCol(String value) {
        return put(errorCol, value);
    }

    /**
     * Sets the model.
     *
     * @param value name of a net, or an ONNX file on the driver's machine, on a file system of Hadoop, or on Hugging Face
     * @return this
     */
    public T setModel(String value) {
        return put(model, value);
    }

    /**
     * Sets the checkpoint.
     *
     * @param value a file on the driver's machine, on a file system of Hadoop, or on Hugging Face
     * @return this
     */
    public T setWeights(String value) {
        return put(weights, value);
    }

    /**
     * Sets the threads of an executor's session, which all its tasks share.
     *
     * @param value 1 to 1024
     * @return this
     * @throws IllegalArgumentException when it is another number
     */
    public T setThreads(int value) {
        if (value < 1 || value > MAX_THREADS) {
            throw new IllegalArgumentException("threads must be 1 to " + MAX_THREADS + ", got " + value);
        }
        return put(threads, value);
    }

    /**
     * Sets the number of rows per run of the model.
     *
     * @param value at least 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public T setBatchSize(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("batchSize must be at least 1, got " + value);
        }
        return put(batchSize, value);
    }

    /**
     * Sets whether a row without a result fails the job.
     *
     * @param value whether to do so
     * @return this
     */
    public T setFailOnError(boolean value) {
        return put(failOnError, value);
    }

    /** Sets a param. */
    @SuppressWarnings("unchecked")
    final <V> T put(Param<V> param, V value) {
        set(param, value);
        return (T) this;
    }

    /** The same for a param of Scala's numbers. */
    @SuppressWarnings("unchecked")
    final T put(IntParam param, int value) {
        set(param, (Object) value);
        return (T) this;
    }

    /** The same for a param of Scala's truth values. */
    @SuppressWarnings("unchecked")
    final T put(BooleanParam param, boolean value) {
        set(param, (Object) value);
        return (T) this;
    }

    /** Refuses a column that can't be read. */
    abstract void checkInput(DataType type);

    /** The type of the output column. */
    abstract DataType outputType(DataType input);

    /** Refuses params that the model does not have. */
    void check(Model loaded) {
        // Most go with any model.
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
        StructField input = input(schema);
        for (String added : new String[]{getOutputCol(), getErrorCol()}) {
            if (Arrays.asList(schema.fieldNames()).contains(added)) {
                throw new IllegalArgumentException("there is a column '" + added + "' already; "
                        + (added.equals(getErrorCol()) ? "set errorCol" : "set outputCol") + " to another name");
            }
        }
        return schema.add(getOutputCol(), outputType(input.dataType()), true)
                .add(getErrorCol(), DataTypes.StringType, true);
    }

    private StructField input(StructType schema) {
        if (!Arrays.asList(schema.fieldNames()).contains(getInputCol())) {
            throw new IllegalArgumentException("there is no column '" + getInputCol() + "' to read; the dataset has "
                    + String.join(", ", schema.fieldNames()));
        }
        StructField field = schema.apply(getInputCol());
        checkInput(field.dataType());
        return field;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = dataset.schema();
        StructType extended = transformSchema(schema);
        RowTask.Columns columns = new RowTask.Columns(schema.fieldIndex(getInputCol()), nameColumn(schema),
                getBatchSize(), getFailOnError());
        RowTask task = task(columns, share(dataset.sparkSession()), input(schema).dataType());
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
        String from = context.applicationId() + "\n" + source();
        if (!from.equals(sentFrom)) {
            sent = SharedModel.send(read(spark), context);
            sentFrom = from;
        }
        return sent.with(new SessionKey(context.applicationId(), sent.model().hash(),
                sessionThreads().orElseGet(() -> context.conf().getInt("spark.task.cpus", 1)), needsFeatures()));
    }

    private OptionalInt sessionThreads() {
        return isDefined(threads) ? OptionalInt.of((Integer) getOrDefault(threads)) : OptionalInt.empty();
    }

    final ModelSource source() {
        return new ModelSource(getModel(), isDefined(weights) ? Optional.of(getWeights()) : Optional.empty());
    }

    final ModelBytes read(SparkSession spark) {
        return source().read(spark.sparkContext().hadoopConfiguration(), this::check);
    }

    @Override
    public MLWriter write() {
        return new TransformerWriter(this);
    }

    @Override
    public T copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
