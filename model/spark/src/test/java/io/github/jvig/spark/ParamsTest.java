package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Params and columns, which need no Spark session. */
class ParamsTest {
    private static final StructType FILES = new StructType().add("path", DataTypes.StringType).add("content",
            DataTypes.BinaryType);

    private static void refused(String words, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Python and ParamMaps pass the setters by. A batch of 0 rows would never end. */
    @Test
    void valuesAreCheckedHoweverTheyAreSet() {
        ImageClassifier classifier = new ImageClassifier();
        refused("batchSize", () -> classifier.set(classifier.batchSize(), 0));
        refused("batchSize", () -> classifier.set(classifier.batchSize(), 4097));
        refused("threads", () -> classifier.set(classifier.threads(), 0));
        refused("topK", () -> classifier.set(classifier.topK(), 0));
        FeatureExtractor extractor = new FeatureExtractor();
        refused("stride", () -> extractor.set(extractor.stride(), 0));
        refused("batchSize must be 1 to 4096, got 5000", () -> classifier.setBatchSize(5000));
    }

    @Test
    void sizesAreRowsAndColumns() {
        assertEquals(new InputSize(224, 224), InputSize.parse("224"));
        assertEquals(new InputSize(256, 192), InputSize.parse("256x192"));
        for (String wrong : new String[]{"", "0", "0x5", "-1", "224x", "1e3", "224,224", "12345678"}) {
            refused("size must be", () -> new ImageClassifier().setSize(wrong));
        }
    }

    @Test
    void whatIsChosenOfACheckpointNeedsOne() {
        Configuration none = new Configuration();
        refused("exclude each other", () -> new ImageClassifier().setEma(true).setStateDict("x").source());
        refused("ema needs a checkpoint", () -> new ImageClassifier().setEma(true).source().read(none, _ -> {}));
        refused("stateDict needs a checkpoint",
                () -> new ImageClassifier().setStateDict("x").source().read(none, _ -> {}));
        refused("ema goes with a net by its name",
                () -> new ImageClassifier().setModel("x.onnx").setEma(true).source().read(none, _ -> {}));
        refused("set the param model to it",
                () -> new ImageClassifier().setWeights("x.onnx").source().read(none, _ -> {}));
        refused("is a URL", () -> new ImageClassifier().setWeights("https://host/x.pth").source().read(none, _ -> {}));
        refused("s3a", () -> new ImageClassifier().setWeights("s3://host/x.pth").source().read(none, _ -> {}));
        refused("stateDict needs a key", () -> new ImageClassifier().setStateDict(""));
    }

    @Test
    void aMasterThatIsNotThereIsNamedAsTheReason() {
        String stopped = "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:";
        assertTrue(Main.line(new IllegalStateException(stopped)).contains("look at --master"));
    }

    @Test
    void columnsAreFoundAsSparkFindsThem() {
        assertEquals(4, new ImageClassifier().setInputCol("CONTENT").transformSchema(FILES).size());
        refused("there is a column 'Path' already",
                () -> new ImageClassifier().setOutputCol("Path").transformSchema(FILES));
        refused("both 'error'", () -> new ImageClassifier().setOutputCol("error").transformSchema(FILES));
        refused("several columns 'content'",
                () -> new ImageClassifier().transformSchema(FILES.add("Content", DataTypes.StringType)));
        refused("set inputCol", () -> new ImageClassifier().setInputCol("image").transformSchema(FILES));
    }
}
