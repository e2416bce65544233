package io.github.jvig.spark;

import io.github.jvig.model.Models;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The params of all transformers of this package, with a getter and a setter for each, as Spark's own transformers have them.
 *
 * @param <T> the transformer itself, which setters return
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public abstract class ModelParams<T extends ModelParams<T>> extends Transformer {
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

    /**
     * With the defaults.
     *
     * @param uid       of the transformer
     * @param inputCol  default of the param
     * @param outputCol default of the param
     */
    @SuppressWarnings("this-escape") // Params are registered by their owner.
    ModelParams(String uid, String inputCol, String outputCol) {
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
        if (value != null && value.isEmpty()) {
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
        if (value != null) {
            InputSize.parse(value);
        }
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

    /** Sets a param, which is left alone or cleared where it is to have no value. */
    @SuppressWarnings("unchecked")
    final <V> T put(Param<V> param, V value) {
        if (value == null) {
            throw new IllegalArgumentException(param.name() + " must not be null; clear(" + param.name()
                    + "()) takes its value away");
        }
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
}
