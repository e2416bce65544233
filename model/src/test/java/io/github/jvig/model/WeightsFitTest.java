package io.github.jvig.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.weights.CheckpointWriter;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights under the names of wrappers, in dicts, shards and types of all kinds, and the message where they don't fit. */
class WeightsFitTest {
    private static final int SIZE = 32;
    private static Map<String, Weights.Tensor> digits;
    private static float[] logits;

    @TempDir
    Path dir;

    @BeforeAll
    static void readTheDigits() throws Exception {
        try (InputStream in = Models.class.getResourceAsStream("digits/digits_mobilevig.safetensors")) {
            digits = Weights.ofSafetensors("digits", in.readAllBytes()).asMap();
        }
        logits = logits(Models.digits());
    }

    private static float[] logits(Model model) {
        try (Session session = model.compile(o -> o.device("scalar").threads(1).warmUp(false).size(SIZE, SIZE))) {
            return session.run(Seeded.values("input", 1, 3, SIZE, SIZE));
        }
    }

    private static void assertTheDigits(Model model) {
        assertArrayEquals(logits, logits(model));
    }

    private static Map<String, Weights.Tensor> renamed(UnaryOperator<String> name) {
        Map<String, Weights.Tensor> renamed = new LinkedHashMap<>();
        digits.forEach((key, tensor) -> renamed.put(name.apply(key), tensor));
        return renamed;
    }

    private static Map<String, Weights.Tensor> doubled() {
        Map<String, Weights.Tensor> doubled = new LinkedHashMap<>();
        digits.forEach((name, tensor) -> {
            float[] values = tensor.data().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] *= 2;
            }
            doubled.put(name, new Weights.Tensor(tensor.shape(), values));
        });
        return doubled;
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.", "module.module.",
            "_fsdp_wrapped_module.", "model.", "net.", "backbone.", "1.", "model.net.", "a.b.c.", "model._orig_mod.",
            "_orig_mod.model.module."})
    void aPrefixOfAllNamesIsDropped(String prefix) throws Exception {
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"), renamed(name -> prefix + name));
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @Test
    void wrappersInTheMiddleOfNamesAreDropped() throws Exception {
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"),
                renamed(name -> name.replaceFirst("\\.", "._checkpoint_wrapped_module.")));
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model", "model_state_dict", "model_state", "net", "weights", "network",
            "module", "params", "state", "teacher", "student", "backbone", "encoder", "best_model", "model_dict", "ema",
            "model_ema"})
    void theOnlyDictOfTensorsIsTaken(String key) throws Exception {
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"),
                Map.of(key, digits, "args", Map.of(), "optimizer", Map.of("state", doubled())));
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @Test
    void dictsInDictsWithPrefixesAreFound() throws Exception {
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"),
                Map.of("state_dict", Map.of("model", renamed(name -> "_orig_mod.net." + name))));
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict_ema", "model_ema", "ema", "ema_state_dict", "params_ema"})
    void theAverageIsFound(String key) throws Exception {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("model", doubled());
        top.put(key, digits);
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"), top);
        assertTheDigits(Models.load(Models.DIGITS, file, StateDict.EMA));
        assertTheDigits(Models.load(Models.DIGITS, file, StateDict.named(key)));
        top.put(key, doubled());
        top.put("model", digits);
        CheckpointWriter.pth(file, top);
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    /** Losses and metrics are modules beside the net in a Lightning module; they have names of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"criterion.weight", "loss_fn.weight", "train_acc.total", "val_metrics.F1.tp",
            "ce_loss.weight",
            "net_ema.x", "auroc1.n"})
    void whatTrainingPutsBesideTheNetIsLeftOut(String other) throws Exception {
        Map<String, Weights.Tensor> tensors = renamed(name -> "model." + name);
        tensors.put(other, new Weights.Tensor(new int[]{2}, new float[2]));
        Path file = CheckpointWriter.pth(dir.resolve("w.ckpt"), Map.of("state_dict", tensors));
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @Test
    void ofTwoNetsInOneDictOneIsNamed() throws Exception {
        Map<String, Weights.Tensor> tensors = renamed(name -> "student." + name);
        doubled().forEach((name, tensor) -> tensors.put("teacher." + name, tensor));
        Path file = CheckpointWriter.pth(dir.resolve("w.ckpt"), Map.of("state_dict", tensors));
        assertTrue(message(file).endsWith("behind the prefix 'student.' are most of the names; name 'student' as the"
                + " state dict to take these alone"), message(file));
        assertTheDigits(Models.load(Models.DIGITS, file, StateDict.named("student")));
        assertTheDigits(Models.load(Models.DIGITS, file, StateDict.named("state_dict.student")));
    }

    /** They hold as many tensors of the same names and shapes as the net. */
    @ParameterizedTest
    @ValueSource(strings = {"momentum_buffer", "grads", "gradients", "exp_avg", "adam_exp_avg_sq", "history"})
    void whatIsKeptForTrainingIsNotTheNet(String key) throws Exception {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put(key, key.equals("history")
                ? Map.of("loss", new Weights.Tensor(new int[]{2}, new float[2]))
                : doubled());
        top.put("net", digits);
        assertTheDigits(Models.load(Models.DIGITS, CheckpointWriter.pth(dir.resolve("w.pth"), top)));
    }

    @Test
    void bytesBehindTheEndOfAZipAreIgnored() throws Exception {
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"), digits);
        Files.write(file, new byte[512], StandardOpenOption.APPEND);
        assertTheDigits(Models.load(Models.DIGITS, file));
    }

    @Test
    void aFolderWithOneFileIsThatFile() throws Exception {
        CheckpointWriter.pth(dir.resolve("pytorch_model.bin"), digits);
        Files.writeString(dir.resolve("config.json"), "{}");
        assertTheDigits(Models.load(Models.DIGITS, dir));
        CheckpointWriter.safetensors(dir.resolve("model.safetensors"), digits, Map.of(), Map.of());
        CheckpointWriter.pth(dir.resolve("pytorch_model.bin"), doubled());
        assertTheDigits(Models.load(Models.DIGITS, dir));
    }

    @Test
    void aDistributedCheckpointIsNamed() throws Exception {
        Files.write(dir.resolve("__0_0.distcp"), new byte[10]);
        String advice = "a distributed checkpoint; in Python:"
                + " torch.distributed.checkpoint.format_utils.dcp_to_torch_save(folder, g)";
        assertEquals(dir + ": is " + advice, message(dir));
        assertEquals("__0_0.distcp: is a part of " + advice, message(dir.resolve("__0_0.distcp")));
    }

    @Test
    void partsOfDeepSpeedAreNamed() throws Exception {
        String advice = " of a checkpoint of DeepSpeed; its script zero_to_fp32.py, in the folder above, makes one of them that can be read";
        for (String name : List.of("zero_pp_rank_0_mp_rank_00_optim_states.pt",
                "zero_pp_rank_1_mp_rank_00_model_states.pt")) {
            Path part = CheckpointWriter.pth(dir.resolve(name), digits);
            assertEquals(name + ": is a part" + advice, message(part));
            assertEquals(dir + ": has parts" + advice, message(dir));
            Files.delete(part);
        }
        // All of the weights are here, unless DeepSpeed's third stage has divided them.
        assertTheDigits(Models.load(Models.DIGITS,
                CheckpointWriter.pth(dir.resolve("mp_rank_00_model_states.pt"), digits)));
    }

    @Test
    void aFolderOfCheckpointsNamesThem() throws Exception {
        for (String name : List.of("d.pt", "c.bin", "b.ckpt", "a.pth", "notes.txt")) {
            Files.write(dir.resolve(name), new byte[10]);
        }
        String message = message(dir);
        assertTrue(message.matches("(?s).*; give one of its files: '.*', '.*', '.*' and others"), message);
        Files.delete(dir.resolve("c.bin"));
        Files.delete(dir.resolve("d.pt"));
        assertEquals(dir + ": is a folder without shards of a checkpoint (model-00001-of-0000N.safetensors) or an"
                + " index of them; give one of its files: 'a.pth', 'b.ckpt'", message(dir));
    }

    @Test
    void shardsAreReadByTheirIndexAndByTheirFolder() throws Exception {
        List<String> names = new ArrayList<>(digits.keySet());
        List<String> map = new ArrayList<>();
        for (int part = 1; part <= 3; part++) {
            String file = "model-0000" + part + "-of-00003.safetensors";
            Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
            for (int i = part - 1; i < names.size(); i += 3) {
                tensors.put(names.get(i), digits.get(names.get(i)));
                map.add("\"%s\":\"%s\"".formatted(names.get(i), file));
            }
            CheckpointWriter.safetensors(dir.resolve(file), tensors, Map.of(), Map.of());
        }
        assertTheDigits(Models.load(Models.DIGITS, dir));
        Path index = Files.writeString(dir.resolve("model.safetensors.index.json"),
                "{\"metadata\":{},\"weight_map\":{" + String.join(",", map) + "}}");
        assertTheDigits(Models.load(Models.DIGITS, index));
        assertTheDigits(Models.load(Models.DIGITS, dir));

        String one = message(dir.resolve("model-00001-of-00003.safetensors"));
        assertTrue(one.endsWith("; the file is one of the 3 of a sharded checkpoint; give its index (.index.json) or"
                + " its folder"), one);
        Files.delete(dir.resolve("model-00002-of-00003.safetensors"));
        assertEquals("model.safetensors.index.json: the shard 'model-00002-of-00003.safetensors' is missing; there are"
                + " 3 and all are needed", message(index));
    }

    private static String message(Path file) {
        return assertThrows(WeightsException.class, () -> Models.load(Models.DIGITS, file)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"F8_E4M3,1,holds float8_e4m3fn values", "U16,2,holds uint16 values", "C64,8,holds complex64 values",
            "I64,8,holds int64 values", "F4,1,has the unknown dtype 'F4'"})
    void aTensorOfATypeThatIsNotReadMattersOnlyToANetThatNeedsIt(String type, int bytes, String what)
            throws Exception {
        Map<String, Weights.Tensor> more = new LinkedHashMap<>(digits);
        more.put("aux.x", new Weights.Tensor(new int[]{3}, new float[3]));
        assertTheDigits(Models.load(Models.DIGITS, CheckpointWriter.safetensors(dir.resolve("more.safetensors"), more,
                Map.of("aux.x", type), Map.of(type, bytes))));
        Path file = CheckpointWriter.safetensors(dir.resolve("w.safetensors"), digits, Map.of("head.weight", type),
                Map.of(type, bytes));
        assertTrue(message(file).startsWith("w.safetensors: tensor 'head.weight' " + what), message(file));
    }

    @Test
    void aMisfitCountsAndGivesExamples() throws Exception {
        Map<String, Weights.Tensor> changed = new TreeMap<>(digits);
        List<String> names = new ArrayList<>(changed.keySet());
        changed.remove("head.weight");
        changed.put("other.weight", new Weights.Tensor(new int[]{1}, new float[1]));
        changed.put("other.bias", new Weights.Tensor(new int[]{1}, new float[1]));
        Path file = CheckpointWriter.pth(dir.resolve("w.pth"), changed);
        assertEquals("w.pth: doesn't fit digits: of the " + names.size() + " tensors that the net needs 1 is missing"
                + " ('head.weight'); of the file's " + changed.size() + " tensors 2 have no place in the net"
                + " ('other.bias', 'other.weight')", message(file));

        changed = new TreeMap<>(digits);
        String norm = names.stream().filter(name -> name.endsWith("running_var")).findFirst().orElseThrow();
        changed.put(norm, new Weights.Tensor(new int[]{7}, new float[7]));
        changed.put("other", new Weights.Tensor(new int[]{}, new float[1]));
        String message = message(CheckpointWriter.pth(file, changed));
        assertTrue(message.contains("1 has another shape ('" + norm + "' is [7], not "
                + Arrays.toString(digits.get(norm).shape()) + ")"), message);
    }

    @Test
    void theNetThatFitsIsNamed() throws Exception {
        Weights other = weightsOf("mobilenetv3_small_100");
        long before = System.nanoTime();
        String message = assertThrows(WeightsException.class, () -> Models.load("mobilevig_ti", other)).getMessage();
        long millis = (System.nanoTime() - before) / 1_000_000;
        assertTrue(message.startsWith("seeded: doesn't fit mobilevig_ti: of the ")
                && message.contains("; these weights fit ") && message.contains("mobilenetv3_small_100"), message);
        assertTrue(millis < 20_000, millis + " ms");
    }

    private static Weights weightsOf(String model) throws WeightsException {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Models.info(model).net().build(new io.github.jvig.model.nets.Parameters() {
            @Override
            public float[] floats(String name, int... shape) {
                return tensors.computeIfAbsent(name, _ -> new Weights.Tensor(shape, Seeded.values(name, shape))).data();
            }

            @Override
            public String source() {
                return "seeded";
            }
        });
        return new Weights("seeded", tensors);
    }

    /** A convolution and its normalization are finite, and their product is not. */
    @Test
    void aProductBeyondFloat32IsRefusedByName() throws Exception {
        String norm = digits.keySet().stream().filter(name -> name.endsWith("running_var")).findFirst().orElseThrow();
        String layer = norm.substring(0, norm.lastIndexOf('.'));
        Map<String, Weights.Tensor> changed = new LinkedHashMap<>(digits);
        changed.computeIfPresent(layer + ".weight", (_, tensor) -> filled(tensor, 1e20f));
        for (String name : digits.keySet()) {
            if (digits.get(name).shape().length == 4) {
                changed.computeIfPresent(name, (_, tensor) -> filled(tensor, 1e30f));
            }
        }
        String message = message(CheckpointWriter.pth(dir.resolve("w.pth"), changed));
        assertTrue(message.matches("w.pth: tensor '[a-z0-9_.]+weight' holds 1.0E30 in channel 0, too large for float32"
                + " with the factor .* of '" + layer.replace(".", "\\.") + "'"), message);
    }

    private static Weights.Tensor filled(Weights.Tensor tensor, float value) {
        float[] values = new float[tensor.data().length];
        Arrays.fill(values, value);
        return new Weights.Tensor(tensor.shape(), values);
    }
}
