package io.github.jvig.model.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Python names that a pickle may use. There are three kinds: those that are understood here (tensors, storages, dicts); classes whose
 * objects training scripts store with the weights, which become an {@link IgnoredObject}; and all others, which are refused by name. Even
 * an allowed name is never resolved to code: names are only compared as text.
 */
final class AllowList {
    /**
     * Storage classes of PyTorch by name; their modules are {@code torch} and, in files of old GPU runs, {@code
     * torch.cuda}.
     */
    private static final Map<String, DType> STORAGES = Map.of("DoubleStorage", DType.F64, "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16, "LongStorage", DType.I64, "IntStorage", DType.I32, "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8, "BoolStorage", DType.BOOL);

    /** Single classes and functions whose results are not part of the weights. */
    private static final Set<PythonName> INERT = names("argparse.Namespace", "types.SimpleNamespace",
            "collections.defaultdict",
            "collections.Counter", "collections.deque", "datetime.date", "datetime.datetime", "datetime.time",
            "datetime.timedelta",
            "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "uuid.UUID", "pathlib.Path",
            "pathlib.PosixPath",
            "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib.PureWindowsPath", "_codecs.encode",
            "copy_reg._reconstructor",
            "copyreg._reconstructor", "builtins.set", "builtins.frozenset", "builtins.complex", "builtins.bytearray",
            "builtins.bytes",
            "builtins.slice", "builtins.range", "__builtin__.set", "__builtin__.frozenset", "__builtin__.complex",
            "__builtin__.bytearray",
            "__builtin__.bytes", "__builtin__.slice", "__builtin__.xrange", "numpy.dtype", "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct", "torch.device",
            "torch.Generator", "torch.serialization._get_layout");

    /** Packages of settings, optimizers and training tools: any of their classes. */
    private static final List<String> INERT_PACKAGES = List.of("__main__", "torch.nn", "torch.optim", "torch.amp",
            "torch.cuda.amp",
            "timm", "omegaconf", "yacs", "easydict", "addict", "ml_collections", "mmengine", "mmcv");

    private AllowList() {
    }

    /** The element type of a storage class, or null when the name is not that of one. */
    static DType storage(PythonName name) {
        return name.module().equals("torch") || name.module().equals("torch.cuda")
                ? STORAGES.get(name.name())
                : null;
    }

    /** Whether an object made by this name is ignored. */
    static boolean isInert(PythonName name) {
        return INERT.contains(name) || INERT_PACKAGES.stream().anyMatch(pkg -> isIn(pkg, name.module()));
    }

    private static boolean isIn(String name, String module) {
        return module.startsWith(name) && (module.length() == name.length() || module.charAt(name.length()) == '.');
    }

    private static Set<PythonName> names(String... names) {
        return Arrays.stream(names).map(
                name -> new PythonName(name.substring(0, name.lastIndexOf('.')),
                        name.substring(name.lastIndexOf('.') + 1)))
                .collect(Collectors.toUnmodifiableSet());
    }

    static boolean isOrderedDict(PythonName name) {
        return name.module().equals("collections") && name.name().equals("OrderedDict");
    }

    static boolean isSize(PythonName name) {
        return name.module().equals("torch") && name.name().equals("Size");
    }

    /** Functions of {@code torch._utils} that rebuild a tensor from a storage. */
    static boolean isTensor(PythonName name) {
        return name.module().equals("torch._utils")
                && (name.name().equals("_rebuild_tensor_v2") || name.name().equals("_rebuild_tensor"));
    }

    /** Functions of {@code torch._utils} that wrap a tensor, their first argument. */
    static boolean isParameter(PythonName name) {
        return name.module().equals("torch._utils")
                && (name.name().equals("_rebuild_parameter")
                        || name.name().equals("_rebuild_parameter_with_state"));
    }
}
