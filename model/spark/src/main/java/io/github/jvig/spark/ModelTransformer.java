package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
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
    private static final int MAX_BATCH = 4096;

    private final String uid;
    private final Param<String> inputCol = new Param<>(this, "inputCol", "name of the column that is read");
    private final Param<String> outputCol = new Param<>(this, "outputCol", "name of the column with the results");
    private final Param<String> errorCol = new Param<>(this, "errorCol",
            "name of the column that says why a row has no result");
    private final Param<String> model = new Param<>(this, "model", "name of a net, or an ONNX file");
    private final Param<String> weights = new Param<>(this, "weights",
            "checkpoint of the net: a file, or hf:owner/repo[@revision]/file");
    private final BooleanParam ema = new BooleanParam(this, "ema",
            "whether the checkpoint's moving average of the weights is used");
    private final Param<String> stateDict = new Param<>(this, "stateDict",
            "key of the checkpoint whose tensors are used (default: the trained weights)");
    private final Param<String> size = new Param<>(this, "size",
            "size of the input in pixels, as 224 or HEIGHTxWIDTH (default: the model's own)");
    // Params may be set without the setters, from Python or by a ParamMap; Spark then asks these.
    private final IntParam threads = new IntParam(this, "threads",
            "threads of an executor's session (default: spark.task.cpus)", ParamValidators.inRange(1, MAX_THREADS));
    private final IntParam batchSize = new IntParam(this, "batchSize", "rows per run of the model",
            ParamValidators.inRange(1, MAX_BATCH));
    private final BooleanParam failOnError = new BooleanParam(this, "failOnError",
            "whether a row without a result fails the job");

    /** The model as it was read last, with what it was read from. */
    private transient SharedModel.Sent sent;
    private transient String sentFrom;
    /** The file that this transformer was loaded with: it holds nothing but the weights that ema and stateDict had chosen. */
    private transient String chosenWeights;

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
        setDefault(ema, false);
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

    /** {@return the param for whether the checkpoint's moving average of the weights is used; false by default} */
    public BooleanParam ema() {
        return ema;
    }

    /** {@return the param for the key of the checkpoint whose tensors are used; by default those of the trained weights} */
    public Param<String> stateDict() {
        return stateDict;
    }

    /** {@return the param for the size of the input in pixels; the model's own by default} */
    public Param<String> size() {
        return size;
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

    /** {@return whether the checkpoint's moving average of the weights is used} */
    public boolean getEma() {
        return (Boolean) getOrDefault(ema);
    }

    /** {@return the key of the checkpoint whose tensors are used; it is an error when none is set} */
    public String getStateDict() {
        return getOrDefault(stateDict);
    }

    /** {@return the size of the input in pixels; it is an error when none is set} */
    public String getSize() {
        return getOrDefault(size);
    }

    /** {@return threads of an executor's session; it is an error when none are set} */
    public int getThreads() {
        return (Integer) getOrDefault(threads);
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
     * Sets whether the checkpoint's moving average of the weights is used.
     *
     * @param value whether to do so; that the checkpoint has one is checked when it is read
     * @return this
     */
    public T setEma(boolean value) {
        return put(ema, value);
    }

    /**
     * Sets the key of the checkpoint whose tensors are used. Keys of dicts in each other are joined by dots; a prefix of the tensors' names may
     * follow.
     *
     * @param value the key, such as {@code "state_dict.student"}
     * @return this
     * @throws IllegalArgumentException when it is empty
     */
    public T setStateDict(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("stateDict needs a key; it is empty");
        }
        return put(stateDict, value);
    }

    /**
     * Sets the size of the input. An ONNX model takes it where its file leaves height and width of an image free.
     *
     * @param value in pixels, as {@code "224"} or {@code "256x192"}, height first; that the model can be run at it is checked when it is read
     * @return this
     * @throws IllegalArgumentException when it has another form
     */
    public T setSize(String value) {
        InputSize.parse(value);
        return put(size, value);
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
     * @param value 1 to 4096
     * @return this
     * @throws IllegalArgumentException when it is another number
     */
    public T setBatchSize(int value) {
        if (value < 1 || value > MAX_BATCH) {
            throw new IllegalArgumentException("batchSize must be 1 to " + MAX_BATCH + ", got " + value);
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
                isDefined(threads) ? getThreads() : context.conf().getInt("spark.task.cpus", 1),
                inputSize().orElse(null),
                needsFeatures()));
    }

    private Optional<InputSize> inputSize() {
        return isDefined(size) ? Optional.of(InputSize.parse(getSize())) : Optional.empty();
    }

    final ModelSource source() {
        if (isDefined(stateDict) && getEma()) {
            throw new IllegalArgumentException("ema and stateDict exclude each other; set one of them");
        }
        Optional<String> file = isDefined(weights) ? Optional.of(getWeights()) : Optional.empty();
        boolean chosen = file.isPresent() && file.get().equals(chosenWeights);
        return new ModelSource(getModel(), file, getEma() && !chosen,
                isDefined(stateDict) && !chosen ? Optional.of(getStateDict()) : Optional.empty());
    }

    /** Reads what the params name, and checks them against it. */
    final ModelBytes read(SparkSession spark) {
        return source().read(spark.sparkContext().hadoopConfiguration(), loaded -> {
            check(loaded);
            if (loaded.isOnnx() || isDefined(size)) {
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
