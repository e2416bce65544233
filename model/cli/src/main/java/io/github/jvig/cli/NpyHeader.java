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
 * What a {@code .npy} file says of its array. It says so in Python's own words, a dict such as
 * {@code {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 224, 224), }}; no more than that form is understood.
 *
 * @param order of the bytes of an element
 * @param bytes of an element: 4 or 8, floating point
 * @param shape sizes, outermost first, each at least 1; C order
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
record NpyHeader(ByteOrder order, int bytes, long[] shape) {
    private static final Set<String> KEYS = new TreeSet<>(List.of("descr", "fortran_order", "shape"));
    private static final String SPACE = "[ \\n]*+";
    private static final String VALUE = "'([^'\\\\]*+)'|(True|False)|\\(([0-9, ]*+)\\)";
    private static final Pattern ENTRY = Pattern
            .compile(SPACE + "'([a-z_]++)'" + SPACE + ":" + SPACE + "(?:" + VALUE + ")" + SPACE + "(,|(?=\\}))");
    private static final Pattern SIZE = Pattern.compile(" *+([0-9]{1,18}) *+(,|$)");
    private static final Pattern DTYPE = Pattern.compile("([<>])f([48])");

    /** @throws IOException that says what is wrong, without the file's name */
    static NpyHeader parse(String header) throws IOException {
        Map<String, String> entries = entries(header);
        if (!entries.keySet().equals(KEYS)) {
            throw new IOException("its header has " + entries.keySet() + ", not " + KEYS);
        }
        Matcher dtype = DTYPE.matcher(entries.get("descr"));
        if (!dtype.matches()) {
            throw new IOException("its dtype is " + entries.get("descr")
                    + "; only float32 and float64 are read (<f4, <f8, >f4, >f8)");
        }
        if (!entries.get("fortran_order").equals("False")) {
            throw new IOException("it is in Fortran order; only C order is read (numpy.ascontiguousarray makes it so)");
        }
        return new NpyHeader(dtype.group(1).equals("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                Integer.parseInt(dtype.group(2)), shape(entries.get("shape")));
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
                throw new IOException("its header has " + entry.group(1) + " twice");
            }
            at = entry.end();
        }
        if (at < 0 || !header.substring(at).strip().equals("}")) {
            throw new IOException("its header is not valid");
        }
        return entries;
    }

    private static long[] shape(String tuple) throws IOException {
        long[] shape = new long[0];
        Matcher size = SIZE.matcher(tuple);
        int at = 0;
        while (at < tuple.stripTrailing().length()) {
            if (!size.find(at) || size.start() != at) {
                throw new IOException("its shape is not valid");
            }
            shape = Arrays.copyOf(shape, shape.length + 1);
            shape[shape.length - 1] = Long.parseLong(size.group(1));
            at = size.end();
        }
        return shape;
    }

    /** Number of elements, or -1 when it is beyond all bounds. */
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

    /** As Python writes a shape: {@code (1, 3, 224, 224)}. */
    String shapeText() {
        String sizes = Arrays.toString(shape);
        return "(" + sizes.substring(1, sizes.length() - 1) + (shape.length == 1 ? ",)" : ")");
    }
}
