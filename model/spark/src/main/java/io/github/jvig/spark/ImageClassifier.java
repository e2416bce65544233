package io.github.jvig.spark;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.vision.Classification;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Classifies images. The output column, {@code "prediction"} by default, is a struct of the most probable class's {@code label},
 * {@code index} and {@code probability}, and {@code top}: an array of structs of the same fields for the most probable classes, best first.
 * The values are those of {@code jvig classify}, bit for bit.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("binaryFile").load("hdfs:///photos/*.jpg");
 * Dataset<Row> named = new ImageClassifier().setModel("mobilevig_ti").setWeights("MobileViG_Ti_75_7.pth.tar").transform(images);
 * named.select("path", "prediction.label", "error").show();
 * }</pre>
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public final class ImageClassifier extends ImageTransformer<ImageClassifier> {
    private static final int DEFAULT_TOP = 5;
    private static final StructType CLASS = new StructType().add("label", DataTypes.StringType, false)
            .add("index", DataTypes.IntegerType, false).add("probability", DataTypes.DoubleType, false);
    private static final StructType PREDICTION = CLASS.add("top", DataTypes.createArrayType(CLASS, false), false);

    private final IntParam topK = new IntParam(this, "topK", "how many classes are given",
            ParamValidators.gtEq(1));
    private final StringArrayParam labels = new StringArrayParam(this, "labels",
            "names of the classes (default: the model's)");

    /** With the defaults. */
    public ImageClassifier() {
        this(Identifiable$.MODULE$.randomUID("jvigImageClassifier"));
    }

    /**
     * With the defaults and a name.
     *
     * @param uid of the transformer
     */
    public ImageClassifier(String uid) {
        super(uid, "prediction");
        setDefault(topK, DEFAULT_TOP);
    }

    /** {@return the param for how many classes are given; 5 by default, all where there are fewer} */
    public IntParam topK() {
        return topK;
    }

    /** {@return the param for the names of the classes; by default the model's own, or numbers where it has none} */
    public StringArrayParam labels() {
        return labels;
    }

    /** {@return how many classes are given} */
    public int getTopK() {
        return (Integer) getOrDefault(topK);
    }

    /** {@return the names of the classes; it is an error when none are set} */
    public String[] getLabels() {
        return getOrDefault(labels);
    }

    /**
     * Sets how many classes are given.
     *
     * @param value at least 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public ImageClassifier setTopK(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("topK must be at least 1, got " + value);
        }
        return put(topK, value);
    }

    /**
     * Sets the names of the classes.
     *
     * @param value one for each class of the model
     * @return this
     */
    public ImageClassifier setLabels(String[] value) {
        return put(labels, value);
    }

    /**
     * Reads what {@link #write()} has saved.
     *
     * @return the reader
     */
    public static MLReader<ImageClassifier> read() {
        return new TransformerWriter.Reader<>(ImageClassifier.class);
    }

    /**
     * Loads what was saved.
     *
     * @param path of it
     * @return the transformer
     */
    public static ImageClassifier load(String path) {
        return read().load(path);
    }

    @Override
    DataType outputType(DataType input) {
        return PREDICTION;
    }

    @Override
    void check(Model loaded) {
        if (isDefined(labels) && getLabels().length != loaded.classes()) {
            throw new IllegalArgumentException(getLabels().length + " labels do not go with " + loaded.name()
                    + ", which has " + loaded.classes() + " classes");
        }
    }

    @Override
    void check(Session trial) {
        trial.classifier(trial.transform(), head().names(trial));
    }

    private ClassifyHead head() {
        return new ClassifyHead(getTopK(), isDefined(labels) ? getLabels() : null);
    }

    @Override
    RowTask task(RowTask.Columns columns, SharedModel shared, DataType input) {
        return new ImageTask(columns, shared, getExif(), head());
    }

    /**
     * Ranks the classes.
     *
     * @param top    how many are given
     * @param labels of the classes; null for the model's own
     */
    private record ClassifyHead(int top, String[] labels) implements ImageTask.Head {
        @Override
        public List<Answer> answers(ExecutorSessions.Open open, List<float[]> inputs) {
            Session session = open.session();
            Labels names = names(session);
            float[] logits = session.classifier(open.transform(), names).logits(inputs);
            List<Answer> answers = new ArrayList<>(inputs.size());
            for (int i = 0; i < inputs.size(); i++) {
                float[] own = Arrays.copyOfRange(logits, i * names.size(), (i + 1) * names.size());
                try {
                    answers.add(Answer.of(row(Classifications.of(own, names).top(top))));
                } catch (IllegalArgumentException e) {
                    answers.add(Answer.failed(e.getMessage()));
                }
            }
            return answers;
        }

        private Labels names(Session session) {
            Labels names = labels != null
                    ? Labels.of("the param labels", List.of(labels))
                    : session.info().labels().filter(own -> own.size() == session.classes())
                            .orElseGet(() -> Labels.numbered(session.classes()));
            return names.requireSize(session.classes());
        }

        private static Row row(List<Classification> top) {
            Row[] rows = top.stream().map(c -> RowFactory.create(c.label(), c.index(), c.probability()))
                    .toArray(Row[]::new);
            Classification best = top.getFirst();
            return RowFactory.create(best.label(), best.index(), best.probability(), rows);
        }
    }
}
