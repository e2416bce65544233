package io.github.jvig.spark;

import io.github.jvig.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Runs rows of numbers through any model. The input column, {@code "features"} by default, holds arrays of floats or doubles, or vectors; each
 * is the model's input in row-major order, such as a normalized image {@code [3][height][width]}; of an ONNX file with several inputs all of
 * them, one behind the other. The output column, {@code "output"} by default, has the first output as an array of floats, or as a vector where
 * the input is one.
 */
@SuppressWarnings("serial") // Spark's own way to save one is write().
public final class TensorModel extends ModelTransformer<TensorModel> {
    /** With the defaults. */
    public TensorModel() {
        this(Identifiable$.MODULE$.randomUID("jvigTensorModel"));
    }

    /**
     * With the defaults and a name.
     *
     * @param uid of the transformer
     */
    public TensorModel(String uid) {
        super(uid, "features", "output");
    }

    /**
     * Reads what {@link #write()} has saved.
     *
     * @return the reader
     */
    public static MLReader<TensorModel> read() {
        return new TransformerWriter.Reader<>(TensorModel.class);
    }

    /**
     * Loads what was saved.
     *
     * @param path of it
     * @return the transformer
     */
    public static TensorModel load(String path) {
        return read().load(path);
    }

    private static boolean isVector(DataType type) {
        return type.equals(SQLDataTypes.VectorType());
    }

    @Override
    void checkInput(DataType type) {
        boolean isArray = type instanceof ArrayType array
                && (array.elementType() instanceof FloatType || array.elementType() instanceof DoubleType);
        if (!isArray && !isVector(type)) {
            throw new IllegalArgumentException("the column '" + getInputCol() + "' is " + type.simpleString()
                    + "; it must be an array of floats or doubles, or a vector");
        }
    }

    @Override
    DataType outputType(DataType input) {
        return isVector(input) ? input : DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    @Override
    RowTask task(RowTask.Columns columns, SharedModel shared, DataType input) {
        return new TensorTask(columns, shared, isVector(input));
    }

    /** Runs a batch of arrays. */
    private static final class TensorTask extends RowTask {
        private final SharedModel model;
        private final boolean vectors;

        TensorTask(Columns columns, SharedModel model, boolean vectors) {
            super(columns);
            this.model = model;
            this.vectors = vectors;
        }

        @Override
        List<Answer> answers(List<Object> cells, List<String> names) {
            return ExecutorSessions.use(model, open -> answers(open.session(), cells));
        }

        private List<Answer> answers(Session session, List<Object> cells) {
            int length = session.inputs().stream().mapToInt(input -> input.elements()).sum();
            float[] batch = new float[Math.multiplyExact(length, cells.size())];
            List<Answer> answers = new ArrayList<>(cells.size());
            int good = 0;
            for (Object cell : cells) {
                float[] values = floats(cell);
                if (values == null || values.length != length) {
                    answers.add(Answer.failed(values == null
                            ? "there is no input: the cell or an element of it is null"
                            : "the model takes " + length + " numbers " + session.inputs() + ", the row has "
                                    + values.length));
                    continue;
                }
                System.arraycopy(values, 0, batch, good++ * length, length);
                answers.add(null);
            }
            if (good == 0) {
                return answers;
            }
            float[] outputs = session.run(Arrays.copyOf(batch, good * length));
            int size = outputs.length / good;
            int next = 0;
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i) == null) {
                    float[] own = Arrays.copyOfRange(outputs, next * size, (next + 1) * size);
                    answers.set(i, Answer.of(vectors ? vector(own) : own));
                    next++;
                }
            }
            return answers;
        }

        private static Vector vector(float[] values) {
            double[] doubles = new double[values.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = values[i];
            }
            return Vectors.dense(doubles);
        }

        /** The numbers of a cell; null where one is missing. */
        private static float[] floats(Object cell) {
            return switch (cell) {
                case null -> null;
                case Vector vector -> narrowed(vector.toArray());
                case Seq<?> sequence -> floats(sequence);
                default -> throw new IllegalArgumentException(
                        "a cell of " + cell.getClass().getName() + " holds no numbers");
            };
        }

        private static float[] narrowed(double[] doubles) {
            float[] values = new float[doubles.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) doubles[i];
            }
            return values;
        }

        private static float[] floats(Seq<?> sequence) {
            float[] values = new float[sequence.size()];
            Iterator<?> elements = sequence.iterator();
            for (int i = 0; i < values.length; i++) {
                if (!(elements.next() instanceof Number number)) {
                    return null;
                }
                values[i] = number.floatValue();
            }
            return values;
        }
    }
}
