package io.github.jvig.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.weights.StateDict;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of files: ONNX files and checkpoints, how they are saved with a transformer, and what is refused. */
class ModelsTest {
    private static final int IMAGES = 30;

    @TempDir
    static Path folder;
    private static Path image;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        TestImages.write(folder.resolve("images"), IMAGES);
        image = folder.resolve("images/part 0/image00000.png");
        spark = TestSpark.local(folder);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> files() {
        return spark.read().format("binaryFile").option("recursiveFileLookup", true)
                .load(folder.resolve("images").toString());
    }

    private static Dataset<Row> one() {
        return spark.read().format("binaryFile").load(image.toString());
    }

    private static void refused(String words, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static Path resource(String name) {
        try {
            return Path.of(ModelsTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void onnxFilesAreModels() throws IOException {
        onnxFileIsAModel(resource("/onnx/colors.onnx"));
        // Its file fixes a batch of two images.
        onnxFileIsAModel(resource("/onnx/two_last.onnx"));
    }

    private static void onnxFileIsAModel(Path onnx) throws IOException {
        Model model = Models.load(onnx);
        try (Session session = model.compile(options -> options.device("cpu").threads(1).warmUp(false))) {
            Dataset<Row> one = one();
            Row row = new ImageClassifier().setModel(onnx.toString()).transform(one)
                    .select("prediction.label", "prediction.probability")
                    .head();
            Labels labels = model.info().labels().orElseGet(() -> Labels.numbered(3));
            var best = session.classifier(session.transform(), labels).classify(image).best();
            assertEquals(best.label(), row.getString(0));
            assertEquals(best.probability(), row.getDouble(1));
        }
    }

    @Test
    void savedWithItsWeightsAndLoadedInANewJvm() throws IOException {
        Path weights = folder.resolve("my digits.safetensors");
        try (InputStream in = Models.class.getResourceAsStream("digits/digits_mobilevig.safetensors")) {
            Files.copy(in, weights);
        }
        Path saved = folder.resolve("saved");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[]{
                new ImageClassifier().setWeights(weights.toString()).setTopK(3).setBatchSize(5).setErrorCol("why"),
                new FeatureExtractor().setPool(false)});
        pipeline.fit(files()).write().save(saved.toUri().toString());
        Files.delete(weights);
        List<String> command = new ArrayList<>(List.of(Processes.java(), "--add-modules=jdk.incubator.vector"));
        command.addAll(Arrays.asList(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadSaved.class.getName(),
                saved.toUri().toString(), folder.resolve("images").toString(),
                folder.resolve("second").toString()));
        CompletableFuture<Processes.Outcome> second = Processes.running(command, Map.of("SPARK_LOCAL_IP", "127.0.0.1"));
        List<String> here = LoadSaved.lines(PipelineModel.load(saved.toUri().toString()).transform(files()));
        List<String> rows = second.join().ok().out().lines().toList();
        assertEquals(here, rows);
        assertEquals(files().count(), rows.size());
    }

    /** The checkpoint holds trained weights and their moving average, and no other size fits its feature maps' sums by chance. */
    @Test
    void whatIsChosenOfACheckpointIsSavedWithIt() throws IOException {
        Path checkpoint = Files.copy(resource("/checkpoints/tiny_mobilevig.pth.tar"), folder.resolve("chosen.pth.tar"));
        Dataset<Row> one = one();
        Map<String, ImageClassifier> classifiers = Map.of("trained", new ImageClassifier(), "average",
                new ImageClassifier().setEma(true), "named", new ImageClassifier().setStateDict("state_dict_ema"),
                "small",
                new ImageClassifier().setEma(true).setSize("64x96"));
        Map<String, Double> expected = new HashMap<>();
        for (String kind : classifiers.keySet()) {
            Model model = Models.load("digits", checkpoint, kind.equals("trained") ? StateDict.MODEL : StateDict.EMA);
            try (Session session = model.compile(options -> {
                options.device("cpu").threads(1).warmUp(false);
                if (kind.equals("small")) {
                    options.size(64, 96);
                }
            })) {
                expected.put(kind, session.classifier().classify(image).best().probability());
            }
        }
        assertEquals(3, new HashSet<>(expected.values()).size());
        Map<String, Double> answers = new HashMap<>();
        Map<String, Path> saved = new HashMap<>();
        for (Map.Entry<String, ImageClassifier> next : classifiers.entrySet()) {
            ImageClassifier classifier = next.getValue().setWeights(checkpoint.toString());
            answers.put(next.getKey(), probability(classifier, one));
            saved.put(next.getKey(), folder.resolve("saved " + next.getKey()));
            classifier.write().save(saved.get(next.getKey()).toString());
        }
        assertEquals(expected, answers);
        Files.delete(checkpoint);
        Map<String, Double> again = new HashMap<>();
        for (Map.Entry<String, Path> next : saved.entrySet()) {
            ImageClassifier loaded = ImageClassifier.load(next.getValue().toString());
            assertEquals(classifiers.get(next.getKey()).getEma(), loaded.getEma());
            again.put(next.getKey(), probability(loaded.copy(new ParamMap()), one));
        }
        assertEquals(expected, again);
    }

    private static double probability(ImageClassifier classifier, Dataset<Row> one) {
        return classifier.transform(one).select("prediction.probability").head().getDouble(0);
    }

    @Test
    void aModelIsCheckedAgainWhenParamsOrFilesChange() throws IOException {
        Path weights = folder.resolve("changing.safetensors");
        Files.copy(resource("/checkpoints/tiny_mobilevig.safetensors"), weights);
        Dataset<Row> one = one();
        ImageClassifier classifier = new ImageClassifier().setWeights(weights.toString());
        double first = probability(classifier, one);
        refused("2 labels", () -> classifier.copy(new ParamMap()).setLabels(new String[]{"a", "b"}).transform(one));
        classifier.setLabels(new String[]{"a", "b"});
        refused("2 labels", () -> classifier.transform(one));
        classifier.clear(classifier.labels());
        ImageClassifier onnx = new ImageClassifier().setModel(resource("/onnx/colors_last.onnx").toString());
        onnx.transform(one);
        refused("the input image of colors_last.onnx is [1, 24, 32, 3]; it can't be run at 17x18",
                () -> onnx.setSize("17x18").transform(one));
        Files.copy(resource("/checkpoints/tiny_mobilevig_ema.safetensors"), weights,
                StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(weights, FileTime.fromMillis(1));
        assertNotEquals(first, probability(classifier, one));
        Files.writeString(weights, "{}");
        refused("changing.safetensors: ", () -> classifier.transform(one));
    }

    @Test
    void modelsThatTakeNoImagesAreRefused() {
        Dataset<Row> files = files();
        refused("can't classify images",
                () -> new ImageClassifier().setModel(resource("/onnx/yolov8.onnx").toString()).transform(files));
        refused("TensorModel runs it",
                () -> new FeatureExtractor().setModel(resource("/onnx/two_last.onnx").toString()).transform(files));
        refused("input 'a' of pair.onnx is free",
                () -> new TensorModel().setInputCol("content").setModel(resource("/onnx/pair.onnx").toString())
                        .read(spark));
    }

    /** A copy of an ONNX file whose tensors lie in another file. */
    private static Path withDataInAnotherFile(Path onnx, Path copy) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(onnx)).toBuilder();
        Files.createDirectories(copy.resolveSibling("data"));
        int tensors = 0;
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            Path data = copy.resolveSibling("data/" + tensors++ + ".bin");
            Files.write(data, raw(tensor));
            tensor.clearRawData().clearFloatData().setDataLocation(TensorProto.DataLocation.EXTERNAL).addExternalData(
                    StringStringEntryProto.newBuilder().setKey("location").setValue("data/" + data.getFileName()));
        }
        assertTrue(tensors > 0, "there is no tensor in " + onnx);
        return Files.write(copy, model.build().toByteArray());
    }

    private static byte[] raw(TensorProto.Builder tensor) {
        if (tensor.hasRawData()) {
            return tensor.getRawData().toByteArray();
        }
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(Float.BYTES * tensor.getFloatDataCount())
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        tensor.getFloatDataList().forEach(bytes::putFloat);
        return bytes.array();
    }

    @Test
    void dataInOtherFilesGoesWithAnOnnxFile() throws IOException {
        Path onnx = resource("/onnx/colors.onnx");
        double expected = probability(new ImageClassifier().setModel(onnx.toString()), one());
        Path copy = withDataInAnotherFile(onnx, Files.createDirectories(folder.resolve("split")).resolve("net.onnx"));
        ImageClassifier classifier = new ImageClassifier().setModel(copy.toString());
        assertEquals(expected, probability(classifier, one()));
        spark.sparkContext().hadoopConfiguration().setClass("fs.elsewhere.impl", ElsewhereFileSystem.class,
                org.apache.hadoop.fs.FileSystem.class);
        assertEquals(expected, probability(new ImageClassifier().setModel("elsewhere:" + copy), one()));
        Path saved = folder.resolve("saved split");
        classifier.write().save(saved.toString());
        Files.delete(copy.resolveSibling("data/0.bin"));
        assertEquals(expected, probability(ImageClassifier.load(saved.toString()), one()));
        for (String name : new String[]{copy.toString(), "elsewhere:" + copy}) {
            refused(name + ": the data of the tensor ", () -> new ImageClassifier().setModel(name).transform(one()));
            refused("in 'data/0.bin', which is not there: it must lie beside the model",
                    () -> new ImageClassifier().setModel(name).transform(one()));
        }
    }

    @Test
    void anImageWithoutAnAnswerOfTheModelHasAReason() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(resource("/onnx/colors.onnx"))).toBuilder();
        TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
        byte[] bytes = raw(tensor);
        for (int i = 0; i < bytes.length; i++) {
            // Each float is a NaN.
            bytes[i] = (byte) 0xff;
        }
        tensor.clearFloatData().setRawData(ByteString.copyFrom(bytes));
        Path file = Files.write(folder.resolve("nan.onnx"), model.build().toByteArray());
        Row row = new ImageClassifier().setModel(file.toString()).transform(one()).select("prediction", "error").head();
        assertTrue(row.isNullAt(0));
        assertTrue(
                row.getString(1)
                        .matches(".*image00000.png: the model gives no answer for this image: logit 0 is NaN.*"),
                row.getString(1));
    }

    /** Spark deletes what was saved before it saves. */
    @Test
    void aTransformerMayBeSavedOverTheOneItWasLoadedFrom() throws IOException {
        Path weights = Files.copy(resource("/checkpoints/tiny_mobilevig.safetensors"), folder.resolve("w.safetensors"));
        double expected = probability(new ImageClassifier().setWeights(weights.toString()), one());
        String alone = folder.resolve("over alone").toString();
        new ImageClassifier().setWeights(weights.toString()).write().save(alone);
        String pipeline = folder.resolve("over pipeline").toString();
        new Pipeline().setStages(new PipelineStage[]{new ImageClassifier().setWeights(weights.toString())}).fit(one())
                .write().save(pipeline);
        // What can't be read does not take away what was saved.
        ImageClassifier missing = new ImageClassifier().setWeights("missing.pth");
        refused("no such file", () -> missing.write().overwrite().save(alone));
        Files.delete(weights);
        for (int i = 0; i < 2; i++) {
            ImageClassifier loaded = ImageClassifier.load(alone);
            assertEquals(expected, probability(loaded, one()));
            loaded.setTopK(2 + i).write().overwrite().save(alone);
            PipelineModel model = PipelineModel.load(pipeline);
            assertEquals(expected, model.transform(one()).select("prediction.probability").head().getDouble(0));
            model.write().overwrite().save(pipeline);
        }
        assertEquals(3, ImageClassifier.load(alone).getTopK());
        refused("holds a io.github.jvig.spark.ImageClassifier, not a io.github.jvig.spark.FeatureExtractor",
                () -> FeatureExtractor.load(alone));
    }
}
