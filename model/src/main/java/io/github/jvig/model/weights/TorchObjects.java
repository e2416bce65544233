package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the calls in a pickle stand for: tensors, storages, dicts, or something that is ignored. Nothing is ever called. */
final class TorchObjects {
    private static final String STORAGE = "storage";
    private static final String REFUSED = ", which is not on the list of what a checkpoint may hold; it was not run";
    private static final int TENSOR_BYTES = 512;

    private final Map<String, StorageRef> storages = new HashMap<>();
    private final PickleReader.Charge charge;
    private final PickleInput in;
    /** Entries copied from lists into dicts; a pickle that names one list often would else grow without end. */
    private long copies;

    TorchObjects(PickleInput in, PickleReader.Charge charge) {
        this.in = in;
        this.charge = charge;
    }

    Map<String, StorageRef> storages() {
        return storages;
    }

    PythonName name(Object module, Object name) throws PickleRefused {
        return new PythonName(text(module, "a module"), text(name, "a class"));
    }

    /** What a call of a Python name gives, without a call. The one place where a pickle can ask for one. */
    Object call(Object callee, Object packed) throws PickleRefused {
        Object[] arguments = tuple(packed, "the arguments of a call");
        if (!(callee instanceof PythonName global)) {
            throw new PickleRefused("calls " + PickleKind.of(callee) + "; that is refused");
        }
        charge.add(TENSOR_BYTES / 8);
        Object known = known(global, arguments);
        if (known != null) {
            return known;
        }
        if (AllowList.isInert(global)) {
            return new IgnoredObject(madeOf(global, arguments));
        }
        Object attribute = AllowList.isGetattr(global) ? attribute(arguments) : null;
        if (attribute != null) {
            return attribute;
        }
        throw new PickleRefused("calls " + global + REFUSED);
    }

    /** Tensors, their storages and dicts; null for all else. */
    private Object known(PythonName global, Object[] arguments) throws PickleRefused {
        if (AllowList.isTensor(global)) {
            return tensor(arguments, null);
        }
        if (AllowList.isTypedTensor(global)) {
            return typedTensor(arguments);
        }
        if (AllowList.isParameter(global) && arguments.length > 0
                && (arguments[0] instanceof TensorRef || arguments[0] instanceof OddTensor)) {
            return arguments[0];
        }
        if (AllowList.isTensorWithClass(global)) {
            return withClass(arguments);
        }
        OddTensor odd = AllowList.oddTensor(global);
        if (odd != null) {
            return odd;
        }
        if (AllowList.isArray(global)) {
            return OddTensor.ARRAY;
        }
        if (AllowList.isOrderedDict(global)) {
            return orderedDict(arguments);
        }
        if (AllowList.isSize(global)) {
            return arguments.length == 0 ? arguments : tuple(arguments[0], "a torch.Size");
        }
        return null;
    }

    /**
     * What pickles name by {@code getattr}: a class in a class, a function such as {@code torch.relu}, the method of an object. It stands for no
     * more than a name of the owner's module, or than the object; null where the owner is none of these.
     */
    private static Object attribute(Object[] arguments) {
        if (arguments.length != 2 || !(arguments[1] instanceof String name) || name.startsWith("__")) {
            return null;
        }
        if (arguments[0] instanceof PythonName owner && AllowList.isInert(owner)
                && owner.name().length() + name.length() < PickleInput.MAX_TEXT) {
            return new PythonName(owner.module(), owner.name() + "." + name);
        }
        return arguments[0] instanceof IgnoredObject ? arguments[0] : null;
    }

    /** The class of an object whose maker is a function for objects of any class. */
    private static PythonName madeOf(PythonName maker, Object[] arguments) throws PickleRefused {
        boolean any = maker.name().equals("_reconstructor") || maker.name().equals("__newobj__");
        if (any && arguments.length > 0 && arguments[0] instanceof PythonName type) {
            if (!AllowList.isInert(type) && !AllowList.isOrderedDict(type)) {
                throw new PickleRefused("calls " + type + REFUSED);
            }
            return type;
        }
        return maker;
    }

    /**
     * State set on an object: nothing of it concerns weights, so it is dropped, if the object is one that Python could
     * set state on.
     */
    void setState(Object target, Object state) throws PickleRefused {
        switch (target) {
            case IgnoredObject object -> object.setState(state);
            case PickleDict _,TensorRef _,OddTensor _ -> {
            }
            case null, default ->
                throw new PickleRefused("sets the state of " + PickleKind.of(target) + "; that is refused");
        }
    }

    void checkKey(Object key) throws PickleRefused {
        if (key instanceof PickleDict || key instanceof List) {
            throw new PickleRefused("has " + PickleKind.of(key) + " as a key");
        }
        if (key == PickleKind.Plain.TEXT) {
            throw new PickleRefused("has a key of more than " + PickleInput.MAX_TEXT + " characters");
        }
    }

    private PickleDict orderedDict(Object[] arguments) throws PickleRefused {
        PickleDict dict = new PickleDict();
        charge.add(TENSOR_BYTES / 2);
        if (arguments.length > 0) {
            // Python 2 gives the entries as a list of pairs.
            if (!(arguments[0] instanceof List<?> pairs)) {
                throw new PickleRefused("has an OrderedDict of " + PickleKind.of(arguments[0]));
            }
            copies += pairs.size();
            if (copies > in.position()) {
                throw new PickleRefused("has more entries in its dicts than bytes");
            }
            charge.add((long) TENSOR_BYTES / 4 * pairs.size());
            for (Object pair : pairs) {
                List<?> entry = pair instanceof List<?> list
                        ? list
                        : Arrays.asList(tuple(pair, "an entry of an OrderedDict"));
                if (entry.size() != 2) {
                    throw new PickleRefused("has an OrderedDict with an entry of " + entry.size() + " items");
                }
                checkKey(entry.get(0));
                dict.put(entry.get(0), entry.get(1));
            }
        }
        return dict;
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, metadata)}. */
    private Object tensor(Object[] arguments, DType type) throws PickleRefused {
        if (arguments.length < 4 || !(arguments[0] instanceof StorageRef raw)) {
            throw new PickleRefused("has a tensor without a storage");
        }
        StorageRef storage = type == null ? raw : raw.as(type);
        long[] shape = sizes(arguments[2]);
        long[] strides = sizes(arguments[3]);
        if (shape.length != strides.length) {
            throw new PickleRefused(
                    "has a tensor of " + shape.length + " dimensions with " + strides.length + " strides");
        }
        charge.add(TENSOR_BYTES);
        int metadata = type == null ? 6 : 7;
        boolean negated = false;
        if (arguments.length > metadata && arguments[metadata] instanceof PickleDict flags) {
            negated = Boolean.TRUE.equals(flags.get("neg"));
            if (Boolean.TRUE.equals(flags.get("conj"))) {
                return new OddTensor("is a conjugate view, which is not read; save it by resolve_conj()");
            }
        }
        return new TensorRef(storage, integer(arguments[1], "a tensor's offset"), shape, strides, negated);
    }

    /** {@code _rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata)}. */
    private Object typedTensor(Object[] arguments) throws PickleRefused {
        if (arguments.length < 7 || !(arguments[6] instanceof PythonName name) || !name.module().equals("torch")) {
            throw new PickleRefused("has a tensor without a type");
        }
        DType type = DType.ofTorch(name.name());
        return type == null
                ? new OddTensor("holds " + MessageText.plain(name.name()) + " values, which are not read as weights")
                : tensor(arguments, type);
    }

    /** {@code _rebuild_from_type_v2(function, class, arguments, state)}. */
    private Object withClass(Object[] arguments) throws PickleRefused {
        if (arguments.length < 3 || !(arguments[0] instanceof PythonName maker)
                || !(arguments[1] instanceof PythonName type) || !(arguments[2] instanceof Object[] inner)) {
            throw new PickleRefused("has a tensor of a class without the tensor");
        }
        Object tensor = AllowList.isTensorWithClass(maker) ? null : known(maker, inner);
        if (tensor instanceof OddTensor || tensor instanceof TensorRef && AllowList.isPlainTensorClass(type)) {
            return tensor;
        }
        return new OddTensor("is of the class " + type + ", which is not read; save it as a plain tensor");
    }

    /**
     * {@code ("storage", class, key, location, elements)}; the legacy container adds a sixth item, the view, which is None, and has
     * {@code ("module", class, ...)} for classes of whole models.
     */
    Object persistent(Object id) throws PickleRefused {
        Object[] items = tuple(id, "a storage's id");
        if (items.length >= 2 && "module".equals(items[0]) && items[1] instanceof PythonName) {
            return items[1];
        }
        if (items.length < 5 || !STORAGE.equals(items[0]) || !(items[1] instanceof PythonName type)) {
            throw new PickleRefused("has a storage id that is not one of PyTorch's");
        }
        DType dtype = AllowList.storage(type);
        if (dtype == null) {
            throw new PickleRefused("has a storage of the unknown type " + type);
        }
        if (items.length > 5 && items[5] != null) {
            throw new PickleRefused(
                    "has a storage that is a view of another one, as PyTorch before 0.4 wrote them");
        }
        String key = text(items[2], "a storage's key");
        long count = integer(items[4], "a storage's length");
        if (count < 0 || count > Long.MAX_VALUE / 16) {
            throw new PickleRefused("has the storage " + MessageText.quote(key) + " of " + count + " elements");
        }
        charge.add(TENSOR_BYTES / 2);
        StorageRef storage = new StorageRef(key, dtype, count);
        StorageRef known = storages.putIfAbsent(key, storage);
        if (known != null && !known.equals(storage)) {
            throw new PickleRefused("has the storage " + MessageText.quote(key) + " with two types or lengths");
        }
        return known == null ? storage : known;
    }

    private static long[] sizes(Object value) throws PickleRefused {
        Object[] items = tuple(value, "a tensor's shape");
        if (items.length > TensorRef.MAX_RANK) {
            throw new PickleRefused("has a tensor of " + items.length + " dimensions");
        }
        long[] sizes = new long[items.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = integer(items[i], "a tensor's size");
        }
        return sizes;
    }

    private static long integer(Object value, String what) throws PickleRefused {
        if (value instanceof Long number) {
            return number;
        }
        throw new PickleRefused("has " + PickleKind.of(value) + " as " + what);
    }

    private static String text(Object value, String what) throws PickleRefused {
        if (value instanceof String text) {
            return text;
        }
        throw new PickleRefused("has " + PickleKind.of(value) + " as " + what);
    }

    private static Object[] tuple(Object value, String what) throws PickleRefused {
        if (value instanceof Object[] items) {
            return items;
        }
        throw new PickleRefused("has " + PickleKind.of(value) + " as " + what);
    }
}
