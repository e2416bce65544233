package io.github.jvig.spark;

import io.github.jvig.model.Features;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataType;

/**
 * Makes vectors of images, for the classifiers and searches of Spark ML. The output column, {@code "features"} by default, is a vector of one
 * of the net's feature maps: the mean of each channel, or the whole map in the order {@code [channels][height][width]}. Of an ONNX file it is
 * the first output as it is.
 *
 * <pre>{@code
 * new Pipeline().setStages(new PipelineStage[]{new FeatureExtractor(), new LogisticRegression()}).fit(images);
 * }</pre>
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public final class FeatureExtractor extends ImageTransformer<FeatureExtractor> {
    private final IntParam stride = new IntParam(this, "stride",
            "stride of the feature map, pixels of the image for a pixel of the map (default: the largest)",
            ParamValidators.gtEq(1));
    private final BooleanParam pool = new BooleanParam(this, "pool",
            "whether each channel of the map becomes its mean");

    /** With the defaults. */
    public FeatureExtractor() {
        this(Identifiable$.MODULE$.randomUID("jvigFeatureExtractor"));
    }

    /**
     * With the defaults and a name.
     *
     * @param uid of the transformer
     */
    public FeatureExtractor(String uid) {
        super(uid, "features");
        setDefault(pool, true);
    }

    /** {@return the param for the stride of the feature map; the largest by default} */
    public IntParam stride() {
        return stride;
    }

    /** {@return the param for whether each channel becomes its mean; true by default} */
    public BooleanParam pool() {
        return pool;
    }

    /** {@return the stride of the feature map; it is an error when none is set} */
    public int getStride() {
        return (Integer) getOrDefault(stride);
    }

    /** {@return whether each channel becomes its mean} */
    public boolean getPool() {
        return (Boolean) getOrDefault(pool);
    }

    /**
     * Sets the stride of the feature map.
     *
     * @param value one of the net's, such as 4, 8, 16 or 32; that it is one is checked when the model is read
     * @return this
     */
    public FeatureExtractor setStride(int value) {
        return put(stride, value);
    }

    /**
     * Sets whether each channel becomes its mean.
     *
     * @param value whether to do so
     * @return this
     */
    public FeatureExtractor setPool(boolean value) {
        return put(pool, value);
    }

    /**
     * Reads what {@link #write()} has saved.
     *
     * @return the reader
     */
    public static MLReader<FeatureExtractor> read() {
        return new TransformerWriter.Reader<>(FeatureExtractor.class);
    }

    /**
     * Loads what was saved.
     *
     * @param path of it
     * @return the transformer
     */
    public static FeatureExtractor load(String path) {
        return read().load(path);
    }

    @Override
    DataType outputType(DataType input) {
        return SQLDataTypes.VectorType();
    }

    @Override
    boolean needsFeatures() {
        return true;
    }

    @Override
    void check(Model loaded) {
        if (!isDefined(stride)) {
            return;
        }
        if (loaded.isOnnx()) {
            throw new IllegalArgumentException(
                    "stride goes with a net by its name; of an ONNX file the first output is taken");
        }
        if (!loaded.strides().contains(getStride())) {
            throw new IllegalArgumentException(loaded.name() + " has no feature map of stride " + getStride()
                    + "; it has " + loaded.strides());
        }
    }

    @Override
    void check(Session trial) {
        int image = trial.channels() * trial.height() * trial.width();
        if (trial.channels() != 3 || trial.inputs().size() != 1 || trial.inputs().getFirst().elements() != image) {
            throw new IllegalArgumentException(trial.modelName() + " takes " + trial.inputs()
                    + ", not an image [1, 3, height, width]; TensorModel runs it on arrays of numbers");
        }
    }

    @Override
    RowTask task(RowTask.Columns columns, SharedModel shared, DataType input) {
        return new ImageTask(columns, shared, getExif(),
                new FeatureHead(isDefined(stride) ? getStride() : 0, getPool()));
    }

    /**
     * Makes a vector of a feature map.
     *
     * @param stride of the map; 0 for the largest
     * @param pool   whether each channel becomes its mean
     */
    private record FeatureHead(int stride, boolean pool) implements ImageTask.Head {
        @Override
        public List<Answer> answers(ExecutorSessions.Open open, List<float[]> inputs) {
            Session session = open.session();
            float[] joined = inputs.getFirst();
            if (inputs.size() > 1) {
                joined = new float[Math.multiplyExact(inputs.getFirst().length, inputs.size())];
                for (int i = 0; i < inputs.size(); i++) {
                    System.arraycopy(inputs.get(i), 0, joined, i * inputs.getFirst().length, inputs.getFirst().length);
                }
            }
            float[] values;
            int area;
            if (session.featureMaps().isEmpty()) {
                values = session.run(session.imageInput(joined));
                area = 1;
            } else {
                Features.Level map = map(session.features(joined));
                values = map.values();
                area = pool ? map.height() * map.width() : 1;
            }
            int length = values.length / inputs.size();
            List<Answer> answers = new ArrayList<>(inputs.size());
            for (int i = 0; i < inputs.size(); i++) {
                answers.add(Answer.of(vector(values, i * length, length, area)));
            }
            return answers;
        }

        private Features.Level map(Features features) {
            return features.maps().stream().filter(map -> map.stride() == stride).findFirst()
                    .orElseGet(() -> features.maps().getLast());
        }

        private static Vector vector(float[] values, int from, int length, int area) {
            double[] means = new double[length / area];
            for (int i = 0; i < means.length; i++) {
                double sum = 0;
                for (int j = 0; j < area; j++) {
                    sum += values[from + i * area + j];
                }
                means[i] = sum / area;
            }
            return Vectors.dense(means);
        }
    }
}
