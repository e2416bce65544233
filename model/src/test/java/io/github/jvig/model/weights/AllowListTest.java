package io.github.jvig.model.weights;

import static io.github.jvig.model.weights.PickleBytes.pickle;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a pickle may call, and that a name is never more than text. */
class AllowListTest {
    @TempDir
    Path dir;

    private static PythonName name(String name) {
        int dot = name.lastIndexOf('.');
        return new PythonName(name.substring(0, dot), name.substring(dot + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"os.system", "posix.system", "nt.system", "os.path.join", "subprocess.Popen", "sys.exit",
            "builtins.eval", "builtins.exec", "builtins.open", "builtins.getattr", "builtins.__import__",
            "builtins.compile", "builtins.map", "__builtin__.apply", "__builtin__.file", "importlib.import_module",
            "ctypes.CDLL", "pickle.loads", "_pickle.loads", "cPickle.loads", "marshal.loads", "runpy.run_path",
            "shutil.rmtree", "socket.socket", "webbrowser.open", "_io.FileIO", "_posixsubprocess.fork_exec",
            "urllib.request.urlopen", "code.interact", "pty.spawn", "timeit.timeit", "types.FunctionType",
            "types.CodeType", "functools.reduce", "operator.methodcaller", "multiprocessing.util.spawnv_passfds",
            "asyncio.subprocess.create_subprocess_shell", "commands.getoutput", "popen2.popen3",
            "torch.load", "torch.hub.load", "torch.jit.load", "torch.serialization.load",
            "torch.storage._load_from_bytes", "torch.utils.cpp_extension.load", "numpy.load", "numpy.memmap",
            "joblib.load", "dill.loads", "cloudpickle.loads", "setuptools.setup", "pip._internal.main"})
    void whatLoadsOrRunsSomethingIsRefused(String name) throws Exception {
        assertFalse(AllowList.isInert(name(name)));
        PythonName called = name(name);
        byte[] pickle = pickle().op("}(").text("x").global(called.module(), called.name()).op(")R").text("w")
                .tensor("0", 1, 0, new long[]{1}, new long[]{1}).op("u").stop();
        Path file = TestFiles.zip(dir.resolve("x.pth"), pickle, 4);
        assertEquals("x.pth: the entry 'top/data.pkl' calls " + name
                + ", which is not on the list of what a checkpoint may hold; it was not run",
                assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"argparse.Namespace", "collections.Counter", "pathlib.PosixPath", "functools.partial",
            "torch.torch_version.TorchVersion", "pytorch_lightning.utilities.parsing.AttributeDict",
            "torchvision.transforms.functional.InterpolationMode", "utils.meters.AverageMeter", "__main__.Config",
            "numpy._core.multiarray.scalar", "omegaconf.dictconfig.DictConfig", "builtins.set"})
    void whatLiesBesideWeightsIsPassedOver(String name) throws Exception {
        assertTrue(AllowList.isInert(name(name)));
        PythonName called = name(name);
        byte[] pickle = pickle().op("}(").text("x").global(called.module(), called.name()).op(")R").text("w")
                .tensor("0", 1, 0, new long[]{1}, new long[]{1}).op("u").stop();
        assertEquals(Set.of("w"), Weights.load(TestFiles.zip(dir.resolve("x.pth"), pickle, 4)).names());
    }

    /** An object of a class of nobody. */
    private static PickleBytes object(PickleBytes pickle) {
        return pickle.global("torch", "Tensor").op(")R");
    }

    private static PickleBytes rebuild() {
        return pickle().op("}").text("w").global("torch._utils", "_rebuild_tensor_v2").op("(");
    }

    static Stream<Arguments> placeholders() {
        String object = "an object of torch.Tensor";
        return Stream.of(arguments("storage", object(rebuild()).op("K\0").tuple(1).tuple(1).op("\u0089)tRs").stop(),
                "has a tensor without a storage"),
                arguments("offset", object(rebuild().storage("0", 1)).tuple(1).tuple(1).op("\u0089)tRs").stop(),
                        "has " + object + " as a tensor's offset"),
                arguments("shape", object(rebuild().storage("0", 1).op("K\0")).tuple(1).op("\u0089)tRs").stop(),
                        "has " + object + " as a tensor's shape"),
                arguments("size", object(rebuild().storage("0", 1).op("K\0(")).op("t").tuple(1).op("\u0089)tRs").stop(),
                        "has " + object + " as a tensor's size"),
                arguments("key", object(pickle().op("(").text("storage").global("torch", "FloatStorage")).text("cpu")
                        .op("K\1tQ").stop(), "has " + object + " as a storage's key"),
                arguments("length", object(pickle().op("(").text("storage").global("torch", "FloatStorage").text("0")
                        .text("cpu")).op("tQ").stop(), "has " + object + " as a storage's length"),
                arguments("type", object(pickle().op("(").text("storage")).text("0").text("cpu").op("K\1tQ").stop(),
                        "has a storage id that is not one of PyTorch's"),
                arguments("callee", object(pickle()).op(")R").stop(), "calls " + object + "; that is refused"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("placeholders")
    void aPlaceholderIsNoPartOfATensor(String what, byte[] pickle, String message) throws Exception {
        Path file = TestFiles.zip(dir.resolve("x.pth"), pickle, 4);
        assertEquals("x.pth: the entry 'top/data.pkl' " + message,
                assertThrows(WeightsException.class, () -> Weights.load(file), what).getMessage());
    }

    static Stream<Arguments> tensorsOfPlaceholders() {
        return Stream.of(arguments("the object itself", object(pickle().op("}(").text("w"))),
                arguments("as a parameter",
                        object(pickle().op("}(").text("w").global("torch._utils", "_rebuild_parameter").op("("))
                                .op("\u0089)tR")),
                arguments("of a class, from an object's maker",
                        pickle().op("}(").text("w").global("torch._tensor", "_rebuild_from_type_v2").op("(")
                                .global("a", "maker").global("torch", "Tensor").op(")}tR")),
                arguments("a number of NumPy",
                        pickle().op("}(").text("w").global("numpy.core.multiarray", "scalar").op(")R")),
                arguments("with a storage in its state", object(pickle().op("}(").text("w")).op("}").text("data")
                        .storage("0", 1).op("sb")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tensorsOfPlaceholders")
    void aPlaceholderIsNoTensor(String what, PickleBytes begun) throws Exception {
        byte[] pickle = begun.text("v").tensor("0", 1, 0, new long[]{1}, new long[]{1}).op("u").stop();
        Weights weights = Weights.load(TestFiles.zip(dir.resolve("x.pth"), pickle, 4));
        assertEquals(Set.of("v"), weights.names());
        assertArrayEquals(new float[1], weights.floats("v", 1));
        assertThrows(WeightsException.class, () -> weights.floats("w", 1), what);
    }

    /** Neither by name nor by data can any class of the package load a class, find a method or start something. */
    @Test
    void nothingInThePackageTurnsANameIntoCode() throws Exception {
        Set<String> found = new TreeSet<>();
        Path classes = Path.of(Objects.requireNonNull(Weights.class.getResource("Weights.class")).toURI()).getParent();
        List<Path> files;
        try (Stream<Path> list = Files.list(classes)) {
            files = list.filter(file -> file.toString().endsWith(".class")).toList();
        }
        assertTrue(files.size() > 30, "classes " + files.size());
        for (Path file : files) {
            found.addAll(forbidden(file));
        }
        assertEquals(Set.of(), found);
        Path test = Path.of(URI.create(AllowListTest.class.getResource("AllowListTest.class").toString()));
        assertTrue(forbidden(test).contains("AllowListTest.class: java/lang/Class.forName"), "the check sees a call");
    }

    private static Set<String> forbidden(Path file) throws IOException {
        Set<String> found = new TreeSet<>();
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                String owner = member.owner().asInternalName();
                String name = member.name().stringValue();
                boolean reflects = owner.startsWith("java/lang/reflect/") || owner.endsWith("ClassLoader")
                        || owner.equals("java/lang/invoke/MethodHandles$Lookup")
                        || owner.equals("java/util/ServiceLoader") || owner.startsWith("javax/script/")
                        || owner.equals("java/io/ObjectInputStream");
                boolean starts = owner.equals("java/lang/ProcessBuilder") || name.equals("exec")
                        || name.equals("forName") || name.equals("load") && owner.equals("java/lang/System");
                if (reflects || starts) {
                    found.add(file.getFileName() + ": " + owner + "." + name);
                }
            }
        }
        return found;
    }

    /** What {@link #forbidden} must see. */
    static Class<?> byName(String name) throws ClassNotFoundException {
        return Class.forName(name);
    }
}
