package io.github.jvig.model.weights;

import static io.github.jvig.model.weights.PickleBytes.pickle;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that would run code, or eat memory or time, in a reader that trusted them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostilePickleTest {
    private static final String REFUSED = ", which is not on the list of what a checkpoint may hold; it was not run";

    @TempDir
    Path dir;

    static Stream<Arguments> waysToCall() {
        return Stream.of(
                arguments("REDUCE", pickle().global("os", "system").op("(").text("id").op("tR").stop(),
                        "calls os.system" + REFUSED),
                arguments("REDUCE by STACK_GLOBAL",
                        pickle().text("posix").text("system").op(0x93).op("(").text("id").op("tR").stop(),
                        "calls posix.system" + REFUSED),
                arguments("REDUCE from the memo",
                        pickle().global("builtins", "eval").op("q\0000(").op("h\000").text("1").op(0x85).op("Rt")
                                .stop(),
                        "calls builtins.eval" + REFUSED),
                arguments("REDUCE deep inside a dict",
                        pickle().op("}").text("state_dict").op("}").text("w").global("__builtin__", "getattr")
                                .op(")RsS's'\n").stop(),
                        "calls __builtin__.getattr" + REFUSED),
                arguments("INST", pickle().op("(").text("id").op("ios\nsystem\n").stop(), "calls os.system" + REFUSED),
                arguments("OBJ", pickle().op("(").global("os", "system").text("id").op("o").stop(),
                        "calls os.system" + REFUSED),
                arguments("NEWOBJ", pickle().global("subprocess", "Popen").op("(").text("id").op("t").op(0x81).stop(),
                        "calls subprocess.Popen" + REFUSED),
                arguments("NEWOBJ_EX", pickle().global("subprocess", "Popen").op(")}").op(0x92).stop(),
                        "calls subprocess.Popen" + REFUSED),
                arguments("REDUCE of an opaque object's result",
                        pickle().global("argparse", "Namespace").op(")R)R").stop(),
                        "calls an object of argparse.Namespace; that is refused"),
                arguments("REDUCE of text", pickle().text("os.system").op(")R").stop(), "calls text; that is refused"),
                arguments("BUILD of a function", pickle().global("os", "system").op("}b").stop(),
                        "sets the state of os.system; that is refused"),
                arguments("EXT1", pickle().op(0x82, 1).op(")R").stop(),
                        "names a class by an extension code, which only its writer can know"),
                arguments("EXT2", pickle().op(0x83, 1, 0).op(")R").stop(),
                        "names a class by an extension code, which only its writer can know"),
                arguments("EXT4", pickle().op(0x84, 1, 0, 0, 0).op(")R").stop(),
                        "names a class by an extension code, which only its writer can know"),
                arguments("a storage of any class",
                        pickle().op("(").text("storage").global("os", "system").text("0").text("cpu").op("K\001tQ")
                                .stop(),
                        "has a storage of the unknown type os.system"),
                arguments("PERSID", pickle().op("Pos.system\n").stop(), "has a storage that is named by text alone"),
                arguments("a name with a line break", pickle().text("os").text("sys\ntem").op(0x93).op(")R").stop(),
                        "calls os.sys?tem" + REFUSED),
                // What the pickle library would make by itself.
                arguments("an exception", pickle().global("builtins", "ValueError").op(")R").stop(),
                        "calls builtins.ValueError" + REFUSED),
                arguments("an exception of Python 2", pickle().global("exceptions", "Any").op(")R").stop(),
                        "calls exceptions.Any" + REFUSED),
                arguments("an attribute getter",
                        pickle().global("operator", "attrgetter").text("localize").op(0x85).op("R").stop(),
                        "calls operator.attrgetter" + REFUSED),
                arguments("a tensor from bytes", pickle().global("torch.storage", "_load_from_bytes").op(")R").stop(),
                        "calls torch.storage._load_from_bytes" + REFUSED),
                arguments("a module of the library's own", pickle().global("_io", "open").op(")R").stop(),
                        "calls _io.open" + REFUSED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToCall")
    void nothingIsCalled(String way, byte[] pickle, String refusal) throws Exception {
        assertEquals("bad.pth: the entry 'top/data.pkl' " + refusal, zipMessage(pickle), way);
        assertEquals("old.pth: the pickle of its object " + refusal, legacyMessage(pickle), way);
    }

    @Test
    void objectsOfTrainingScriptsAreReadPast() throws Exception {
        byte[] pickle = pickle().op("}").op("(").text("args").global("argparse", "Namespace").op(")").op(0x81).op("}")
                .text("lr").op("K\001sb")
                .text("when").global("datetime", "datetime").text("never").op(0x85).op("R") //
                .text("loss").global("decimal", "Decimal").text("1e999999999").op(0x85).op("R") //
                .text("best").global("numpy.core.multiarray", "scalar").op(")R") //
                .text("counts").global("collections", "Counter").op(")R").text("a").op("K\001s") //
                .text("queue").global("collections", "deque").op(")RK\001a(K\002K\003e") //
                .text("config").global("__main__", "Config").op(")}").op(0x92) //
                .text("set").op(0x8F).op("(K\001").op(0x90).text("frozen").op("(K\001").op(0x91) //
                .text("raw").global("_codecs", "encode").text("x").text("latin1").op(0x86).op("R") //
                .text("state_dict").op("}").text("w").tensor("0", 2, 0, new long[]{2}, new long[]{1}).op("su").stop();
        Weights weights = Weights.load(TestFiles.zip(dir.resolve("args.pth"), pickle, 8));
        assertEquals(List.of("w"), List.copyOf(weights.names()));
        assertArrayEquals(new float[2], weights.floats("w", 2));
    }

    @Test
    void dictsOfPython2AreRead() throws Exception {
        byte[] pickle = pickle().global("collections", "OrderedDict").op("(]").op("(").op("]").op("(").text("w")
                .tensor("0", 2, 0, new long[]{1, 2}, new long[]{2, 1}).op("e").op("e").op("t").op("R").stop();
        assertArrayEquals(new int[]{1, 2}, Weights.load(TestFiles.zip(dir.resolve("py2.pth"), pickle, 8)).shape("w"));
    }

    static Stream<Arguments> bombs() {
        return Stream.of(
                arguments("BINUNICODE8", pickle().op(0x8D).little(1L << 62, 8).stop(),
                        "says that 4611686018427387904 bytes follow"),
                arguments("BINBYTES8", pickle().op(0x8E).little(-1, 8).stop(),
                        "says that 18446744073709551615 bytes follow"),
                arguments("BYTEARRAY8", pickle().op(0x96).little(1L << 31, 8).stop(),
                        "says that 2147483648 bytes follow"),
                arguments("BINUNICODE", pickle().op("X").little(-1, 4).stop(), "says that 4294967295 bytes follow"),
                arguments("BINBYTES", pickle().op("B").little(0x7FFFFFFF, 4).stop(),
                        "says that 2147483647 bytes follow"),
                arguments("BINSTRING", pickle().op("T").little(1000, 4).stop(), "says that 1000 bytes follow"),
                arguments("SHORT_BINUNICODE", pickle().op(0x8C, 200).stop(), "says that 200 bytes follow"),
                arguments("FRAME", pickle().op(0x95).little(1L << 60, 8).stop(),
                        "says that 1152921504606846976 bytes follow"),
                arguments("LONG4", pickle().op(0x8B).little(0x7FFFFFFF, 4).stop(),
                        "has an integer of 2147483647 bytes"),
                arguments("LONG", pickle().op("L" + "9".repeat(5000) + "L\n").stop(),
                        "has a line of more than 1024 characters"),
                arguments("LONG_BINPUT", pickle().op("Nr").little(1L << 31, 4).stop(), "has the memo index 2147483648"),
                arguments("LONG_BINGET", pickle().op("j").little(-1, 4).stop(), "has the memo index 4294967295"),
                arguments("NEXT_BUFFER", pickle().op(0x97).stop(), "has the unknown opcode 0x97"),
                arguments("a list as a key, to be hashed 2^60 times",
                        pickle().op("}").op("]").repeat(60, "q\0010]h\001ah\001a").op("Ns").stop(),
                        "has a list as a key"),
                arguments("a dict as a key", pickle().op("}}Ns").stop(), "has a dict as a key"),
                arguments("a long class name", pickle().text("m".repeat(5000)).text("c").op(0x93).op(")R").stop(),
                        "has a long text as a module"),
                arguments("a long key", pickle().op("}").text("k".repeat(5000)).op("Ns").stop(),
                        "has a key of more than 1024 characters"),
                arguments("copies without end",
                        pickle().op("]q\001(").repeat(10_000, "N\205N\206").op("e0")
                                .global("collections", "OrderedDict").op("q\002")
                                .repeat(10_000, "h\002h\001\205R0").op("N").stop(),
                        "has more entries in its dicts than bytes"),
                arguments("100 dimensions", pickle().tensor("0", 1, 0, new long[100], new long[100]).stop(),
                        "has a tensor of 100 dimensions"),
                arguments("fewer strides than sizes", pickle().tensor("0", 1, 0, new long[2], new long[1]).stop(),
                        "has a tensor of 2 dimensions with 1 strides"),
                arguments("a storage below zero", pickle().storage("0", -1).stop(),
                        "has the storage '0' of -1 elements"),
                arguments("a storage of 2^62", pickle().storage("0", 1L << 62).stop(),
                        "has the storage '0' of 4611686018427387904 elements"),
                arguments("a storage of two lengths", pickle().storage("0", 1).storage("0", 2).stop(),
                        "has the storage '0' with two types or lengths"),
                arguments("an empty stack", pickle().op("t").stop(), "is not a well-formed pickle"),
                arguments("no pickle at all", "hello".getBytes(StandardCharsets.US_ASCII),
                        "has the memo index 101 at byte 2"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void noBombGoesOff(String what, byte[] pickle, String message) throws Exception {
        Path file = TestFiles.zip(dir.resolve("bad.pth"), pickle, 4);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file), what);
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(e.getMessage().startsWith("bad.pth: the entry 'top/data.pkl' ") && e.getMessage().contains(message),
                e.getMessage());
        assertTrue(allocated < Allocation.bound(file), what + ": allocated " + allocated);
    }

    /** Things that are fine to read, if reading takes neither recursion nor copies. */
    static Stream<Arguments> harmless() {
        return Stream.of(
                arguments("400,000 lists in each other", pickle().repeat(400_000, "]").repeat(399_999, "a").stop()),
                arguments("400,000 tuples in each other", pickle().op(")").repeat(400_000, "\205").stop()),
                arguments("a list that holds itself", pickle().op("]q\001h\001a").stop()),
                arguments("a list of 2^60 items, by reference",
                        pickle().op("]").repeat(60, "q\001]h\001ah\001a").stop()),
                arguments("sets of a long list",
                        pickle().op("]q\001(").repeat(200_000, "N").op("e0").global("builtins", "set").op("q\002")
                                .repeat(100_000, "h\002h\001\205R0").op("N").stop()),
                arguments("marks over a deep stack",
                        pickle().repeat(500_000, "N").repeat(400_000, "(1").op("]").stop()),
                arguments("single items to a long list",
                        pickle().op("](").repeat(500_000, "N").op("e").repeat(300_000, "(Ne").stop()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void referencesAreNotCopies(String what, byte[] pickle) throws Exception {
        Path file = TestFiles.zip(dir.resolve("bad.pth"), pickle, 4);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file), what);
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(
                e.getMessage().matches(
                        "bad.pth: holds (None|a list|a tuple), not a state dict; save model.state_dict\\(\\) instead"),
                e.getMessage());
        assertTrue(allocated < Allocation.bound(file), what + ": allocated " + allocated);
    }

    /** Of every kind of opcode the one that makes most of the fewest bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"}", "]\u0094", "(d", "(l", "}NNs", "V\n", "I1\n", "L1\n", "F1\n", "c\n\n", "(\u0091",
            "N\u0085", "K\u00ff", "U\0", "\u008a\0",
            "h\1)R", "h\2)R", "h\3h\4R", "h\5Q"})
    void noOpcodeTakesMoreThanItsShare(String opcodes) throws Exception {
        byte[] pickle = pickle().global("argparse", "Namespace").op("q\1").global("collections", "OrderedDict")
                .op("q\2")
                .global("torch._utils", "_rebuild_tensor_v2").op("q\3").op("(").storage("0", 1).integer(0)
                .tuple(new long[TensorRef.MAX_RANK]).tuple(new long[TensorRef.MAX_RANK]).op("tq\4").op("(")
                .text("storage")
                .global("torch", "FloatStorage").text("0").text("cpu").integer(1).op("tq\5").repeat(400_000, opcodes)
                .op("]").stop();
        Path file = TestFiles.zip(dir.resolve("bad.pth"), pickle, 4);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file));
        long allocated = Allocation.ofThisThread() - before;
        assertEquals("bad.pth: holds a list, not a state dict; save model.state_dict() instead", e.getMessage());
        assertTrue(allocated < Allocation.bound(file),
                "allocated " + allocated / Files.size(file) + " times the file's size");
    }

    /** Opcodes in any order, with small arguments: a value or a refusal, never another failure. */
    @Test
    void anyMixOfOpcodesEndsInAValueOrARefusal() throws Exception {
        Random random = new Random(7);
        String opcodes = "().012NQRabdelostu]}\u0081\u0085\u0086\u0087\u0088\u0089\u008f\u0090\u0091\u0092\u0093\u0094";
        int values = 0;
        for (int i = 0; i < 10_000; i++) {
            PickleBytes pickle = pickle().text("storage").op("q\0").global("torch", "FloatStorage").op("q\1")
                    .global("collections", "OrderedDict")
                    .op("q\2").global("torch._utils", "_rebuild_tensor_v2").op("q\3").op("]q\4}q\5)q\6");
            for (int n = random.nextInt(40); n > 0; n--) {
                switch (random.nextInt(3)) {
                    case 0 -> pickle.op("h").op(random.nextInt(8));
                    case 1 -> pickle.op("K").op(random.nextInt(3));
                    default -> pickle.op(opcodes.substring(random.nextInt(opcodes.length())).substring(0, 1));
                }
            }
            Path file = TestFiles.legacy(dir.resolve("mix.pth"), pickle.stop());
            try {
                SteadyFile bytes = new SteadyFile(file);
                Checkpoint.open("mix.pth", new ByteRange(bytes, 0, bytes.size())).close();
                values++;
            } catch (WeightsException e) {
                assertTrue(e.getMessage().startsWith("mix.pth: ") && e.getMessage().lines().count() == 1,
                        e.getMessage());
            }
        }
        assertTrue(values > 200, "values " + values);
    }

    @Test
    void theOptimizerStateIsNotRead() throws Exception {
        int large = 16 << 20;
        byte[] pickle = pickle().op("}(").text("optimizer")
                .tensor("1", large / 4, 0, new long[]{large / 4}, new long[]{1}).text("state_dict")
                .op("}").text("w").tensor("0", 2, 0, new long[]{2}, new long[]{1}).op("su").stop();
        Map<String, byte[]> entries = Map.of("top/data.pkl", pickle, "top/data/0", new byte[8], "top/data/1",
                new byte[large]);
        Path file = TestFiles.zip(dir.resolve("train.pth"), entries);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        assertEquals(Set.of("w"), Weights.load(file).names());
        long allocated = Allocation.ofThisThread() - before;
        assertTrue(allocated < 512 << 10, "allocated " + allocated);
    }

    static Stream<Arguments> badTensors() {
        long max = Integer.MAX_VALUE;
        return Stream.of(arguments(new long[]{3}, new long[]{1}, 0, "reaches to element 2 from 0 of a storage of 2"),
                arguments(new long[]{1}, new long[]{1}, 2, "reaches to element 2 from 2 of a storage of 2"),
                arguments(new long[]{2}, new long[]{Long.MAX_VALUE}, 1, "has a shape or strides beyond any file: [2]"),
                arguments(new long[]{2}, new long[]{-1}, 1, "has the impossible strides [-1]"),
                arguments(new long[]{1}, new long[]{1}, -1, "reaches to element -1 from -1 of a storage of 2"),
                arguments(new long[]{-1}, new long[]{1}, 0, "has the impossible shape [-1]"),
                arguments(new long[]{1L << 31}, new long[]{0}, 0, "has the impossible shape [2147483648]"),
                arguments(new long[]{max, max, max}, new long[]{0, 0, 0}, 0,
                        "has a shape or strides beyond any file: [2147483647, 2147483647, 2147483647]"),
                arguments(new long[]{max, 2}, new long[]{0, 1}, 0,
                        "has more elements than an array can hold: [2147483647, 2]"),
                arguments(new long[]{10_000, 10_000}, new long[]{0, 0}, 0,
                        "brings the elements of all tensors to 100000000, more than the file has bytes (418)"));
    }

    @ParameterizedTest
    @MethodSource("badTensors")
    void aTensorThatDoesNotFitIsNamed(long[] shape, long[] strides, long offset, String message) throws Exception {
        byte[] pickle = pickle().op("}").text("net.w").tensor("0", 2, offset, shape, strides).op("s").stop();
        Path file = TestFiles.zip(dir.resolve("bad.pth"), pickle, 8);
        Allocation.warmUp();
        long before = Allocation.ofThisThread();
        WeightsException e = assertThrows(WeightsException.class, () -> Weights.load(file));
        long allocated = Allocation.ofThisThread() - before;
        assertEquals("bad.pth: tensor 'net.w' " + message, e.getMessage());
        assertTrue(allocated < Allocation.bound(file), "allocated " + allocated);
    }

    @Test
    void aNameWithAndWithoutModuleIsAClash() throws Exception {
        byte[] pickle = pickle().op("}(").text("a.w").tensor("0", 2, 0, new long[]{2}, new long[]{1}).text("module.a.w")
                .tensor("0", 2, 0, new long[]{2}, new long[]{1}).op("u").stop();
        assertEquals("bad.pth: tensor 'a.w' is there with and without 'module.' or another wrapper's name before it",
                zipMessage(pickle, 8));
    }

    @Test
    void modulePrefixesAreDropped() throws Exception {
        byte[] pickle = pickle().op("}").text("module.a.w").tensor("0", 2, 0, new long[]{2}, new long[]{1}).op("s")
                .stop();
        assertTrue(Weights.load(TestFiles.zip(dir.resolve("ddp.pth"), pickle, 8)).has("a.w"));
    }

    @Test
    void aTensorWithoutANameIsRefused() throws Exception {
        byte[] pickle = pickle().op("}").op("K\001").tensor("0", 2, 0, new long[]{2}, new long[]{1}).op("s").stop();
        assertEquals("bad.pth: has a tensor under a number where its name should be", zipMessage(pickle, 8));
    }

    @Test
    void aTensorOfSizeZeroNeedsNoStorage() throws Exception {
        byte[] pickle = pickle().op("}").text("none").tensor("0", 0, 0, new long[]{0, 4}, new long[]{4, 1}).op("s")
                .stop();
        Weights weights = Weights.load(TestFiles.zip(dir.resolve("zero.pth"), pickle, 0));
        assertArrayEquals(new float[0], weights.floats("none", 0, 4));
        assertFalse(weights.has("other"));
    }

    private String zipMessage(byte[] pickle) throws Exception {
        return zipMessage(pickle, 4);
    }

    private String zipMessage(byte[] pickle, int storageBytes) throws Exception {
        Path file = TestFiles.zip(dir.resolve("bad.pth"), pickle, storageBytes);
        return assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage();
    }

    private String legacyMessage(byte[] pickle) throws Exception {
        Path file = TestFiles.legacy(dir.resolve("old.pth"), pickle);
        return assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage();
    }
}
