package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickle of a checkpoint into maps, lists, arrays (tuples), plain values, {@link TensorRef}, {@link
 * StorageRef}, {@link PythonName} and {@link IgnoredObject}. Makes nothing else: every opcode by which a pickle could make or call
 * something ends here, in {@link #call}, and the library's registry of constructors, which belongs to the whole
 * process, is neither asked nor changed.
 *
 * <p>Time and memory are linear in the length of the pickle. The opcodes that copy what a reference could name again
 * and again (sets, byte strings, the library's own way to clear up to a mark) are replaced by ones that don't; dicts
 * take only keys that are hashed in one step, so that no hash walks into containers.
 */
final class CheckpointUnpickler extends Unpickler {
    /**
     * The longest key, module or class in characters. References to a longer text could make the reader compare or join it again and
     * again.
     */
    private static final int MAX_NAME = 1024;
    private static final IgnoredObject SET = new IgnoredObject(new PythonName("builtins", "set"));
    private static final String STORAGE = "storage";

    /**
     * How many more entries may be copied from lists into dicts; a pickle that names one list often would else grow
     * without end.
     */
    private long copies;
    private final Map<String, StorageRef> storages = new HashMap<>();

    private CheckpointUnpickler(long copies) {
        this.copies = copies;
    }

    /**
     * What a pickle holds.
     *
     * @param storages every storage that it names, by key
     */
    record Content(Object value, Map<String, StorageRef> storages) {}

    /**
     * Reads the pickle that starts at byte {@code start}.
     *
     * @param length its length, as {@link PickleScan#scan} found it
     * @throws PickleRefused that says what is wrong with the pickle
     */
    static Content read(ByteSource bytes, long start, int length) throws IOException {
        byte[] pickle;
        try (InputStream in = bytes.open(start)) {
            pickle = in.readNBytes(length);
        }
        try {
            CheckpointUnpickler unpickler = new CheckpointUnpickler(length);
            return new Content(unpickler.loads(pickle), unpickler.storages);
        } catch (PickleRefused e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Opcodes that don't fit each other make the library stumble: an empty stack, a wrong cast, bad digits.
            PickleRefused refused = new PickleRefused(
                    "is not a well-formed pickle"
                            + (e.getMessage() == null ? "" : ": " + MessageText.plain(e.getMessage())));
            refused.initCause(e);
            throw refused;
        }
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        switch (opcode) {
            case Opcodes.GLOBAL -> stack.add(global());
            case Opcodes.STACK_GLOBAL -> {
                Object name = stack.pop();
                Object module = stack.pop();
                stack.add(new PythonName(text(module, "a module"), text(name, "a class")));
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
                Object[] arguments = tuple(stack.pop(), "the arguments of a call");
                stack.add(call(stack.pop(), arguments));
            }
            case Opcodes.NEWOBJ_EX -> {
                stack.pop(); // keyword arguments; no class that is understood here takes any
                Object[] arguments = tuple(stack.pop(), "the arguments of a call");
                stack.add(call(stack.pop(), arguments));
            }
            case Opcodes.INST -> {
                PythonName global = global();
                stack.add(call(global, stack.pop_all_since_marker().toArray()));
            }
            case Opcodes.OBJ -> {
                List<Object> items = stack.pop_all_since_marker();
                stack.add(call(items.getFirst(), items.subList(1, items.size()).toArray()));
            }
            case Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4 ->
                throw new PickleRefused("names a class by an extension code, which only its writer can know");
            case Opcodes.BUILD -> build();
            case Opcodes.BINPERSID -> stack.add(storage(stack.pop()));
            case Opcodes.PERSID -> throw new PickleRefused("has a storage that is named by text alone");
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.DICT -> {
                List<Object> items = stack.pop_all_since_marker();
                Map<Object, Object> map = new LinkedHashMap<>();
                putAll(map, items);
                stack.add(map);
            }
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                putAll(stack.peek(), Arrays.asList(key, value));
            }
            case Opcodes.SETITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                putAll(stack.peek(), items);
            }
            case Opcodes.APPEND -> {
                Object item = stack.pop();
                addAll(stack.peek(), Collections.singletonList(item));
            }
            case Opcodes.APPENDS, Opcodes.ADDITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                addAll(stack.peek(), items);
            }
            case Opcodes.EMPTY_SET -> stack.add(SET);
            case Opcodes.FROZENSET -> {
                stack.pop_all_since_marker();
                stack.add(SET);
            }
            case Opcodes.POP_MARK -> stack.pop_all_since_marker();
            default -> {
                return super.dispatch(opcode);
            }
        }
        return NO_RETURN_VALUE;
    }

    /** What a call of a Python name gives, without a call. The one place where a pickle can ask for one. */
    private Object call(Object callee, Object[] arguments) throws PickleRefused {
        if (!(callee instanceof PythonName global)) {
            throw new PickleRefused("calls " + PickleKind.of(callee) + "; that is refused");
        }
        if (AllowList.isTensor(global)) {
            return tensor(arguments);
        }
        if (AllowList.isParameter(global) && arguments.length > 0 && arguments[0] instanceof TensorRef tensor) {
            return tensor;
        }
        if (AllowList.isOrderedDict(global)) {
            return orderedDict(arguments);
        }
        if (AllowList.isSize(global)) {
            return arguments.length == 0 ? arguments : tuple(arguments[0], "a torch.Size");
        }
        if (AllowList.isInert(global)) {
            return new IgnoredObject(global);
        }
        throw new PickleRefused(
                "calls " + global + ", which is not on the list of what a checkpoint may hold; it was not run");
    }

    /**
     * State set on an object: nothing of it concerns weights, so it is dropped, if the object is one that Python could
     * set state on.
     */
    private void build() throws PickleRefused {
        stack.pop();
        Object target = stack.peek();
        if (!(target instanceof IgnoredObject || target instanceof Map || target instanceof TensorRef)) {
            throw new PickleRefused("sets the state of " + PickleKind.of(target) + "; that is refused");
        }
    }

    private Map<Object, Object> orderedDict(Object[] arguments) throws PickleRefused {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.length > 0) {
            // Python 2 gives the entries as a list of pairs.
            for (Object pair : list(arguments[0])) {
                List<Object> entry = pair instanceof List<?>
                        ? list(pair)
                        : Arrays.asList(tuple(pair, "an entry of an OrderedDict"));
                if (entry.size() != 2) {
                    throw new PickleRefused("has an OrderedDict with an entry of " + entry.size() + " items");
                }
                if (--copies < 0) {
                    throw new PickleRefused("has more entries in its dicts than bytes");
                }
                putAll(map, entry);
            }
        }
        return map;
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, stride, ...)}. */
    private static TensorRef tensor(Object[] arguments) throws PickleRefused {
        if (arguments.length < 4 || !(arguments[0] instanceof StorageRef storage)) {
            throw new PickleRefused("has a tensor without a storage");
        }
        long[] shape = sizes(arguments[2]);
        long[] strides = sizes(arguments[3]);
        if (shape.length != strides.length) {
            throw new PickleRefused(
                    "has a tensor of " + shape.length + " dimensions with " + strides.length + " strides");
        }
        return new TensorRef(storage, integer(arguments[1], "a tensor's offset"), shape, strides);
    }

    /**
     * {@code ("storage", class, key, location, elements)}; the legacy container adds a sixth item, the view, which is
     * None.
     */
    private StorageRef storage(Object id) throws PickleRefused {
        Object[] items = tuple(id, "a storage's id");
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
        if (count < 0 || count > Long.MAX_VALUE / dtype.bytes()) {
            throw new PickleRefused("has the storage " + MessageText.quote(key) + " of " + count + " elements");
        }
        StorageRef storage = new StorageRef(key, dtype, count);
        StorageRef known = storages.putIfAbsent(key, storage);
        if (known != null && !known.equals(storage)) {
            throw new PickleRefused("has the storage " + MessageText.quote(key) + " with two types or lengths");
        }
        return known == null ? storage : known;
    }

    private static void putAll(Object target, List<Object> keysAndValues) throws PickleRefused {
        if (target instanceof IgnoredObject) {
            return;
        }
        if (!(target instanceof Map<?, ?>)) {
            throw new PickleRefused("puts entries into " + PickleKind.of(target));
        }
        if (keysAndValues.size() % 2 != 0) {
            throw new PickleRefused("has a key without a value");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) target;
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            if (key instanceof Map || key instanceof List) {
                throw new PickleRefused("has " + PickleKind.of(key) + " as a key");
            }
            if (key instanceof String name && name.length() > MAX_NAME) {
                throw new PickleRefused("has a key of " + name.length() + " characters");
            }
            map.put(key, keysAndValues.get(i + 1));
        }
    }

    private static void addAll(Object target, List<Object> items) throws PickleRefused {
        if (!(target instanceof IgnoredObject)) {
            list(target).addAll(items);
        }
    }

    private PythonName global() throws IOException {
        String module = PickleUtils.readline(input);
        return new PythonName(module, PickleUtils.readline(input));
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
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new PickleRefused("has " + PickleKind.of(value) + " as " + what);
    }

    private static String text(Object value, String what) throws PickleRefused {
        if (value instanceof String text) {
            if (text.length() > MAX_NAME) {
                throw new PickleRefused("has a text of " + text.length() + " characters as " + what);
            }
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

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) throws PickleRefused {
        if (value instanceof List<?>) {
            return (List<Object>) value;
        }
        throw new PickleRefused("adds items to " + PickleKind.of(value));
    }
}
