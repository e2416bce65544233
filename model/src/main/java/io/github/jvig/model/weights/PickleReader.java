package io.github.jvig.model.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle of a checkpoint into {@link PickleDict}s, lists, arrays (tuples), plain values, {@link TensorRef}, {@link StorageRef},
 * {@link PythonName} and {@link IgnoredObject}. Makes nothing else: every opcode by which a pickle could make or call something ends in
 * {@link TorchObjects#call}, which calls nothing. Opcodes and their arguments are those of Python's {@code pickletools}, protocols 0 to 5.
 *
 * <p>Time and memory are linear in the length of the pickle: nothing that a reference names is copied or walked through; of long texts, bytes
 * and floats only the kind is kept; and no step recurses. What the values take is counted, and a pickle that takes more than a share of the
 * JVM's memory is refused before it is there.
 */
final class PickleReader {
    /** The share of the JVM's memory that what describes the tensors may take, and the least and the most of it. */
    private static final int SHARE = 4;
    private static final long LEAST_MEMORY = 8 << 20;
    private static final long MOST_MEMORY = 512 << 20;
    /** What an object with its entry in a container takes at most, in bytes. */
    private static final int OBJECT = 64;
    private static final int REFERENCE = 8;

    private final PickleInput in;
    private final TorchObjects objects;
    private final long limit;
    private long memory;

    private Object[] stack = new Object[64];
    private int size;
    private int[] marks = new int[16];
    private int markCount;
    private Object[] memo = new Object[64];
    private int memoNext;

    private PickleReader(PickleInput in, long limit) {
        this.in = in;
        this.limit = limit;
        objects = new TorchObjects(in, this::charge);
    }

    /**
     * What a pickle holds.
     *
     * @param storages every storage that it names, by key
     * @param length   its bytes, the STOP opcode included
     */
    record Content(Object value, Map<String, StorageRef> storages, long length) {}

    /**
     * Reads the pickle that starts at byte {@code start}.
     *
     * @throws PickleRefused that says what is wrong with the pickle
     */
    static Content read(ByteSource bytes, long start) throws IOException {
        long limit = Math.clamp(Runtime.getRuntime().maxMemory() / SHARE, LEAST_MEMORY, MOST_MEMORY);
        try (PickleInput in = new PickleInput(bytes, start)) {
            PickleReader reader = new PickleReader(in, limit);
            Object value = reader.read();
            return new Content(value, reader.objects.storages(), in.position());
        }
    }

    private Object read() throws IOException {
        while (true) {
            int code = (int) in.number(1);
            if (code == '.') {
                if (markCount > 0 || size != 1) {
                    // Python's reader takes the topmost value as well.
                    return pop();
                }
                return stack[0];
            }
            step(code);
        }
    }

    private void step(int code) throws IOException {
        switch (code) {
            case '(' -> mark();
            case '0' -> drop();
            case '1' -> size = popMark();
            case '2' -> push(peek());
            case 'N' -> push(null);
            case 0x88 -> push(Boolean.TRUE);
            case 0x89 -> push(Boolean.FALSE);
            case 'K' -> push(number(in.number(1)));
            case 'M' -> push(number(in.number(2)));
            case 'J' -> push(number((int) in.number(4)));
            case 0x8A -> push(orNumber(in.integer(in.number(1))));
            case 0x8B -> push(orNumber(in.integer(in.number(4))));
            case 'I' -> push(digits(in.line(PickleInput.MAX_NUMBER), true));
            case 'L' -> push(digits(in.line(PickleInput.MAX_NUMBER), false));
            case 'F' -> {
                in.line(PickleInput.MAX_NUMBER);
                push(PickleKind.Plain.NUMBER);
            }
            case 'G' -> {
                in.skip(8);
                push(PickleKind.Plain.NUMBER);
            }
            case 'S' -> push(text(quoted(in.lineOrNull(PickleInput.MAX_TEXT))));
            case 'V' -> push(text(in.lineOrNull(PickleInput.MAX_TEXT)));
            case 'U', 0x8C -> push(text(in.text(in.number(1))));
            case 'T', 'X' -> push(text(in.text(in.number(4))));
            case 0x8D -> push(text(in.text(in.number(8))));
            case 'C' -> bytes(in.number(1));
            case 'B' -> bytes(in.number(4));
            case 0x8E, 0x96 -> bytes(in.number(8));
            case 0x80 -> in.skip(1);
            case 0x95 -> in.within(in.number(8));
            default -> container(code);
        }
    }

    /** Opcodes of containers. */
    private void container(int code) throws IOException {
        switch (code) {
            case ')' -> push(new Object[0]);
            case 't' -> tuple(size - popMark());
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case ']' -> {
                charge(OBJECT);
                push(new ArrayList<>(0));
            }
            case 'l' -> {
                List<Object> list = new ArrayList<>(popToMark());
                charge(OBJECT + (long) REFERENCE * list.size());
                push(list);
            }
            case 'a' -> {
                Object item = pop();
                addAll(peek(), List.of(item == null ? PickleKind.Plain.OBJECT : item));
            }
            case 'e', 0x90 -> {
                List<Object> items = popToMark();
                addAll(peek(), items);
            }
            case '}' -> {
                charge(3 * OBJECT);
                push(new PickleDict());
            }
            case 'd' -> {
                List<Object> items = popToMark();
                charge(3 * OBJECT);
                PickleDict dict = new PickleDict();
                putAll(dict, items);
                push(dict);
            }
            case 's' -> {
                Object value = pop();
                Object key = pop();
                putAll(peek(), Arrays.asList(key, value));
            }
            case 'u' -> {
                List<Object> items = popToMark();
                putAll(peek(), items);
            }
            case 0x8F -> push(PickleKind.Plain.SET);
            case 0x91 -> {
                popToMark();
                push(PickleKind.Plain.SET);
            }
            default -> reference(code);
        }
    }

    /** Opcodes of the memo, of names and of calls. */
    private void reference(int code) throws IOException {
        switch (code) {
            case 'q' -> put(in.number(1));
            case 'r' -> put(in.number(4));
            case 'p' -> put(memoIndex(in.line(PickleInput.MAX_NUMBER)));
            case 0x94 -> put(memoNext);
            case 'h' -> get(in.number(1));
            case 'j' -> get(in.number(4));
            case 'g' -> get(memoIndex(in.line(PickleInput.MAX_NUMBER)));
            case 'c' -> push(global());
            case 0x93 -> {
                Object name = pop();
                push(objects.name(pop(), name));
                charge(OBJECT);
            }
            case 'R', 0x81 -> {
                Object arguments = pop();
                push(objects.call(pop(), arguments));
            }
            case 0x92 -> {
                pop(); // keyword arguments; no class that is understood here takes any
                Object arguments = pop();
                push(objects.call(pop(), arguments));
            }
            case 'i' -> {
                PythonName name = global();
                push(objects.call(name, popToMark().toArray()));
            }
            case 'o' -> {
                List<Object> items = popToMark();
                if (items.isEmpty()) {
                    throw malformed();
                }
                push(objects.call(items.getFirst(), items.subList(1, items.size()).toArray()));
            }
            case 'b' -> {
                Object state = pop();
                objects.setState(peek(), state);
            }
            case 'Q' -> push(objects.persistent(pop()));
            case 'P' -> throw new PickleRefused("has a storage that is named by text alone");
            case 0x82, 0x83, 0x84 ->
                throw new PickleRefused("names a class by an extension code, which only its writer can know");
            default -> throw new PickleRefused(
                    "has the unknown opcode 0x" + Integer.toHexString(code) + " at byte " + (in.position() - 1));
        }
    }

    private PythonName global() throws IOException {
        charge(3 * OBJECT);
        return new PythonName(in.line(PickleInput.MAX_TEXT), in.line(PickleInput.MAX_TEXT));
    }

    private void bytes(long length) throws IOException {
        in.skip(length);
        push(PickleKind.Plain.BYTES);
    }

    private Object text(String text) throws PickleRefused {
        if (text == null) {
            return PickleKind.Plain.TEXT;
        }
        charge(OBJECT + 2L * text.length());
        return text;
    }

    /** The content of a string of protocol 0. Keys of tensors need no escapes; text that has some is kept as it is written. */
    private static String quoted(String line) throws PickleRefused {
        if (line == null) {
            return null;
        }
        if (line.length() < 2 || line.charAt(0) != line.charAt(line.length() - 1)) {
            throw malformed();
        }
        return line.substring(1, line.length() - 1);
    }

    private Object number(long value) throws PickleRefused {
        charge(OBJECT / 2);
        return value;
    }

    private Object orNumber(Long value) throws PickleRefused {
        return value == null ? PickleKind.Plain.NUMBER : number(value);
    }

    /** A number in digits; 00 and 01 are the bools of protocols 0 and 1. */
    private Object digits(String line, boolean bools) throws PickleRefused {
        if (bools && (line.equals("00") || line.equals("01"))) {
            return line.equals("01");
        }
        String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (digits.length() > 18) {
            return PickleKind.Plain.NUMBER;
        }
        try {
            return number(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private static long memoIndex(String line) throws PickleRefused {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private void put(long index) throws PickleRefused {
        // Every memo entry takes an opcode of its own.
        if (index < 0 || index > in.position()) {
            throw new PickleRefused("has the memo index " + index + " at byte " + in.position());
        }
        Object value = peek();
        if (index >= memo.length) {
            int length = (int) Math.max(index + 1, memo.length * 2L);
            charge((long) REFERENCE * length);
            memo = Arrays.copyOf(memo, length);
        }
        memo[(int) index] = value;
        memoNext++;
    }

    private void get(long index) throws PickleRefused {
        if (index < 0 || index >= memo.length) {
            throw new PickleRefused("has the memo index " + index + " at byte " + in.position());
        }
        push(memo[(int) index]);
    }

    private void tuple(int length) throws PickleRefused {
        if (length > size - lowest()) {
            throw malformed();
        }
        charge(OBJECT / 2 + (long) REFERENCE * length);
        Object[] items = Arrays.copyOfRange(stack, size - length, size);
        size -= length;
        push(items);
    }

    private void addAll(Object target, List<Object> items) throws PickleRefused {
        if (target instanceof IgnoredObject || target == PickleKind.Plain.SET) {
            return;
        }
        charge(2L * REFERENCE * items.size());
        list(target).addAll(items);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) throws PickleRefused {
        if (value instanceof List<?>) {
            return (List<Object>) value;
        }
        throw new PickleRefused("adds items to " + PickleKind.of(value));
    }

    private void putAll(Object target, List<Object> keysAndValues) throws PickleRefused {
        PickleDict dict = switch (target) {
            case PickleDict plain -> plain;
            case IgnoredObject object -> {
                charge(4 * OBJECT);
                yield object.makeEntries();
            }
            case null, default -> throw new PickleRefused("puts entries into " + PickleKind.of(target));
        };
        if (keysAndValues.size() % 2 != 0) {
            throw new PickleRefused("has a key without a value");
        }
        charge(OBJECT * (keysAndValues.size() / 2L));
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            objects.checkKey(keysAndValues.get(i));
            dict.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private void push(Object value) throws PickleRefused {
        if (size == stack.length) {
            charge((long) REFERENCE * size);
            stack = Arrays.copyOf(stack, 2 * size);
        }
        stack[size++] = value;
    }

    private int lowest() {
        return markCount == 0 ? 0 : marks[markCount - 1];
    }

    private Object peek() throws PickleRefused {
        if (size <= lowest()) {
            throw malformed();
        }
        return stack[size - 1];
    }

    private Object pop() throws PickleRefused {
        Object value = peek();
        stack[--size] = null;
        return value;
    }

    /** Python takes a mark off where there is no value above it. */
    private void drop() throws PickleRefused {
        if (markCount > 0 && size == lowest()) {
            markCount--;
        } else {
            pop();
        }
    }

    private void mark() throws PickleRefused {
        if (markCount == marks.length) {
            charge((long) Integer.BYTES * markCount);
            marks = Arrays.copyOf(marks, 2 * markCount);
        }
        marks[markCount++] = size;
    }

    private int popMark() throws PickleRefused {
        if (markCount == 0) {
            throw malformed();
        }
        return marks[--markCount];
    }

    /** The values above the last mark, which are taken off with it. Valid until the next push. */
    private List<Object> popToMark() throws PickleRefused {
        int from = popMark();
        List<Object> items = Arrays.asList(stack).subList(from, size);
        size = from;
        return items;
    }

    private static PickleRefused malformed() {
        return new PickleRefused("is not a well-formed pickle");
    }

    /** Counts memory that is about to be taken. */
    private void charge(long bytes) throws PickleRefused {
        memory += bytes;
        if (memory > limit) {
            throw new PickleRefused("describes so much that reading it would take more than " + (limit >> 20)
                    + " MB beside the weights; a JVM with a larger heap (-Xmx) reads it");
        }
    }

    /** Is told of memory before it is taken. */
    interface Charge {
        void add(long bytes) throws PickleRefused;
    }
}
