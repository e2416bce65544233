package io.github.jvig.model.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Python names that a pickle may call. There are four kinds. Those of tensors, storages and dicts are understood here. Names of Python's
 * standard library, where all that runs commands lies, are refused unless they are on the list of plain values. So are the few of other
 * packages by which pickles load or run something. All the rest are classes of training code, which become an {@link IgnoredObject}. No name
 * of any kind is ever resolved to code: names are only compared as text. What is refused is refused since no honest checkpoint asks for it.
 */
final class AllowList {
    /** Names of the standard library whose results are plain values, and not part of the weights. */
    private static final Set<PythonName> INERT = names("argparse.Namespace", "types.SimpleNamespace",
            "collections.defaultdict", "collections.Counter", "collections.deque", "collections.ChainMap",
            "collections.UserDict", "collections.UserList", "datetime.date", "datetime.datetime", "datetime.time",
            "datetime.timedelta", "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
            "uuid.SafeUUID", "zoneinfo.ZoneInfo._unpickle", "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath",
            "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib.PureWindowsPath", "pathlib._local.Path",
            "pathlib._local.PosixPath", "pathlib._local.PurePosixPath", "pathlib._local.WindowsPath",
            "pathlib._local.PureWindowsPath", "_codecs.encode", "copy_reg._reconstructor", "copyreg._reconstructor",
            "copyreg.__newobj__", "copy_reg.__newobj__", "functools.partial", "random.Random", "logging.getLogger",
            "logging.Logger", "ipaddress.IPv4Address", "ipaddress.IPv6Address", "array.array",
            "array._array_reconstructor", "re._compile");

    /** Plain types of Python, in the module of Python 3 and in that of Python 2. */
    private static final Set<String> INERT_BUILTINS = Set.of("set", "frozenset", "complex", "bytearray", "bytes",
            "slice", "range", "xrange", "object", "list", "dict", "tuple", "int", "long", "float", "str", "unicode",
            "bool", "NoneType", "ellipsis");

    /** The modules of the standard library of Python 3.8 to 3.14, and those that only Python 2 had. */
    private static final Set<String> STANDARD_LIBRARY = Set
            .of("""
                    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect
                    builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression
                    concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis
                    distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib
                    functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp
                    importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math
                    mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse
                    os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats
                    pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched
                    secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile
                    sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog
                    tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback
                    tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg
                    winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo __builtin__ exceptions copy_reg commands cPickle
                    StringIO cStringIO popen2 posixfile user thread dummy_thread urllib2 httplib os2 ce java"""
                    .strip()
                    .split("\\s+"));

    /** What loads or runs something in packages that checkpoints name for other reasons. */
    private static final List<String> REFUSED_ELSEWHERE = List.of("torch.hub", "torch.jit", "torch.package",
            "torch.utils.cpp_extension", "torch.utils._config_module", "torch._dynamo", "torch._inductor",
            "torch.distributed.elastic", "numpy.testing", "numpy.f2py", "numpy.distutils", "setuptools", "pip",
            "pkg_resources", "dill", "cloudpickle", "joblib", "pydash", "bdb", "ptyprocess", "pexpect", "sh");
    private static final Set<PythonName> REFUSED = names("torch.load", "torch.storage._load_from_bytes",
            "torch.serialization.load", "numpy.load", "numpy.fromfile", "numpy.memmap", "numpy.loadtxt",
            "numpy.genfromtxt");

    private AllowList() {
    }

    /** The element type of a storage class, or null when the name is not that of one. Files of old GPU runs name torch.cuda. */
    static DType storage(PythonName name) {
        return switch (name.module()) {
            case "torch", "torch.cuda", "torch.storage" -> DType.ofStorage(name.name());
            default -> null;
        };
    }

    /** Whether an object made by this name is ignored; false where it is refused. */
    static boolean isInert(PythonName name) {
        if (name.module().equals("builtins") || name.module().equals("__builtin__")) {
            return INERT_BUILTINS.contains(name.name());
        }
        return INERT.contains(name) || !REFUSED.contains(name)
                && REFUSED_ELSEWHERE.stream().noneMatch(pkg -> isIn(pkg, name.module())) && !isStandard(name.module());
    }

    private static boolean isStandard(String module) {
        int dot = module.indexOf('.');
        String top = dot < 0 ? module : module.substring(0, dot);
        // The implementation of a module of the library often lies in one of the same name with an underscore.
        return STANDARD_LIBRARY.contains(top) || top.startsWith("_") && !top.equals("__main__");
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

    /** How a pickle names what has no name of its own in a module. */
    static boolean isGetattr(PythonName name) {
        return name.name().equals("getattr")
                && (name.module().equals("builtins") || name.module().equals("__builtin__"));
    }

    /** The functions of NumPy that make an array; {@code core} is {@code _core} since NumPy 2. */
    static boolean isArray(PythonName name) {
        return switch (name.module()) {
            case "numpy.core.multiarray", "numpy._core.multiarray" -> name.name().equals("_reconstruct");
            case "numpy.core.numeric", "numpy._core.numeric" -> name.name().equals("_frombuffer");
            default -> false;
        };
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

    /** The function of {@code torch._utils} that rebuilds a tensor of a type that has no storage class of its own. */
    static boolean isTypedTensor(PythonName name) {
        return name.module().equals("torch._utils") && name.name().equals("_rebuild_tensor_v3");
    }

    /** The function that rebuilds a tensor, its first two arguments, and gives it a class and Python attributes. */
    static boolean isTensorWithClass(PythonName name) {
        return name.module().equals("torch._tensor")
                && (name.name().equals("_rebuild_from_type_v2") || name.name().equals("_rebuild_from_type"));
    }

    /** Whether a class of tensors has the values of the plain tensor from which it is made. */
    static boolean isPlainTensorClass(PythonName name) {
        return name.module().equals("torch") && name.name().equals("Tensor")
                || name.module().equals("torch.nn.parameter")
                        && (name.name().equals("Parameter") || name.name().equals("Buffer"));
    }

    /** What a function of PyTorch makes that rebuilds a tensor which is not read here, or null when it is none of these. */
    static OddTensor oddTensor(PythonName name) {
        if (!name.module().equals("torch._utils") && !name.module().equals("torch._tensor")) {
            return null;
        }
        return switch (name.name()) {
            case "_rebuild_qtensor" -> new OddTensor("is quantized; dequantize it before it is saved");
            case "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor" ->
                new OddTensor("is sparse; save it by to_dense()");
            case "_rebuild_nested_tensor" -> new OddTensor("is a nested tensor, which is not read");
            case "_rebuild_meta_tensor_no_storage" -> new OddTensor("is on the device meta and has no values");
            case "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_xla_tensor" ->
                new OddTensor("is stored as that of another device, which is not read; save it by cpu()");
            case "_rebuild_wrapper_subclass" ->
                new OddTensor("is of a subclass of tensors without values of its own, which is not read");
            default -> null;
        };
    }

    /** Functions of {@code torch._utils} that wrap a tensor, their first argument. */
    static boolean isParameter(PythonName name) {
        return name.module().equals("torch._utils")
                && (name.name().equals("_rebuild_parameter")
                        || name.name().equals("_rebuild_parameter_with_state"))
                || name.module().equals("torch.nn.parameter") && name.name().equals("Parameter");
    }
}
