package io.github.jvig.cli;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a {@code .npy} file: a Python dict such as
 * {@code {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 224, 224), }}. Only this form is parsed.
 *
 * @param order byte order of the elements
 * @param type  kind of an element in NumPy's letters: f for a float, i for a signed and u for an unsigned integer, b for a truth value
 * @param bytes size of an element, such as 4 for float32 and 8 for int64
 * @param shape dimensions in C order, outermost first
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
record NpyHeader(ByteOrder order, char type, int bytes, long[] shape) {
    private static final Set<String> KEYS = new TreeSet<>(List.of("descr", "fortran_order", "shape"));
    private static final String SPACE = "[ \\n]*+";
    private static final String VALUE = "'([^'\\\\]*+)'|(True|False)|\\(([0-9, ]*+)\\)";
    private static final Pattern ENTRY = Pattern
            .compile(SPACE + "'([a-z_]++)'" + SPACE + ":" + SPACE + "(?:" + VALUE + ")" + SPACE + "(,|(?=\\}))");
    private static final Pattern SIZE = Pattern.compile(" *+([0-9]{1,18}) *+(,|$)");
    private static final Pattern DTYPE = Pattern.compile("([<>|])([fiub])([1248])");
    private static final Set<String> SUPPORTED = Set.of("f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "b1");

    /** @throws IOException if the header is not supported; the message does not name the file */
    static NpyHeader parse(String header) throws IOException {
        Map<String, String> entries = entries(header);
        if (!entries.keySet().equals(KEYS)) {
            throw new IOException("the header has the keys " + entries.keySet() + ", expected " + KEYS);
        }
        Matcher dtype = DTYPE.matcher(entries.get("descr"));
        if (!dtype.matches() || !SUPPORTED.contains(dtype.group(2) + dtype.group(3))) {
            throw new IOException("the dtype is " + entries.get("descr")
                    + "; only float32, float64, integers of 1 to 8 bytes and bool are supported");
        }
        if (!entries.get("fortran_order").equals("False")) {
            throw new IOException(
                    "the array is in Fortran order; only C order is supported (convert with numpy.ascontiguousarray)");
        }
        return new NpyHeader(dtype.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                dtype.group(2).charAt(0), Integer.parseInt(dtype.group(3)), shape(entries.get("shape")));
    }

    private static Map<String, String> entries(String header) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        Matcher entry = ENTRY.matcher(header);
        int at = header.startsWith("{") ? 1 : -1;
        while (at >= 0 && entry.find(at) && entry.start() == at) {
            String value = entry.group(2) != null
                    ? entry.group(2)
                    : entry.group(3) != null ? entry.group(3) : entry.group(4);
            if (entries.put(entry.group(1), value) != null) {
                throw new IOException("the header has the key " + entry.group(1) + " twice");
            }
            at = entry.end();
        }
        if (at < 0 || !header.substring(at).strip().equals("}")) {
            throw new IOException("the header is not valid");
        }
        return entries;
    }

    private static long[] shape(String tuple) throws IOException {
        long[] shape = new long[0];
        Matcher size = SIZE.matcher(tuple);
        int at = 0;
        while (at < tuple.stripTrailing().length()) {
            if (!size.find(at) || size.start() != at) {
                throw new IOException("the shape is not valid");
            }
            shape = Arrays.copyOf(shape, shape.length + 1);
            shape[shape.length - 1] = Long.parseLong(size.group(1));
            at = size.end();
        }
        return shape;
    }

    boolean isFloat() {
        return type == 'f';
    }

    /** The type as it is written in a file: {@code <f4}. */
    String descr() {
        return (bytes == 1 ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">") + type + bytes;
    }

    /** Number of elements, or -1 if they would take more than {@code Long.MAX_VALUE} bytes. */
    long elements() {
        long product = 1;
        for (long size : shape) {
            if (size != 0 && product > Long.MAX_VALUE / 8 / size) {
                return -1;
            }
            product *= size;
        }
        return product;
    }

    /** The shape in Python syntax: {@code (1, 3, 224, 224)}. */
    String shapeText() {
        String sizes = Arrays.toString(shape);
        return "(" + sizes.substring(1, sizes.length() - 1) + (shape.length == 1 ? ",)" : ")");
    }
}
