package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.files.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The float tensors of one checkpoint by name, as a state dict holds them, without the prefixes of wrappers and without counters such as
 * {@code num_batches_tracked}. Immutable.
 */
public final class Weights {
    private final String source;
    private final Map<String, Tensor> tensors;
    /** Tensors of the file that are no floats, and what they are. */
    private final Map<String, String> unread;
    private final String remark;

    /**
     * One float tensor. The arrays are not copied, so they must not be changed.
     *
     * @param shape sizes, outermost first; empty for a scalar
     * @param data  values in C order, as many as the product of the shape
     */
    public record Tensor(int[] shape, float[] data) {
        /**
         * Checks that the values fill the shape.
         *
         * @throws IllegalArgumentException when a size is negative, or the product of the sizes is not the number of values
         */
        public Tensor {
            long elements = 1;
            for (int size : shape) {
                if (size < 0) {
                    throw new IllegalArgumentException("a tensor of shape " + Arrays.toString(shape));
                }
                // Past an array's length, only a size of zero could make it right again.
                elements = Math.min(elements, Integer.MAX_VALUE) * size;
            }
            if (elements != data.length) {
                throw new IllegalArgumentException(
                        "a tensor of shape " + Arrays.toString(shape) + " with " + data.length + " values");
            }
        }
    }

    /**
     * Weights that a program made. Their values are checked only when they are asked for, by {@link #floats}.
     *
     * @param source  the file's name, for messages
     * @param tensors by name; the map is copied in its order, the arrays are not copied
     */
    public Weights(String source, Map<String, Tensor> tensors) {
        this(source, tensors, Map.of(), "");
    }

    Weights(String source, Map<String, Tensor> tensors, Map<String, String> unread, String remark) {
        this.source = Objects.requireNonNull(source, "source");
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        this.unread = unread;
        this.remark = remark;
        tensors.forEach((name, tensor) -> {
            Objects.requireNonNull(name, "the name of a tensor");
            Objects.requireNonNull(tensor, name);
        });
    }

    /**
     * Reads the {@link StateDict#MODEL} of a checkpoint.
     *
     * @param file {@code .pth}, {@code .pth.tar} or safetensors
     * @return its float tensors, all values finite
     * @throws WeightsException as {@link #load(Path, StateDict)}
     * @see #load(Path, StateDict)
     */
    public static Weights load(Path file) throws WeightsException {
        return load(file, StateDict.MODEL);
    }

    /**
     * Reads the float tensors of a state dict from a PyTorch checkpoint ({@code .pth}, {@code .pth.tar}, zip or the
     * container before 1.6) or a safetensors file; the format is recognized by the content. Nothing but the chosen dict's
     * tensors is read into memory.
     *
     * <p>F16, BF16 and F64 become float32, rounded to nearest. Integer tensors, counters such as {@code num_batches_tracked} and tensors of
     * types that no weights have are left out; a net that asks for one of them by name is told what it is. What wrappers put into names is
     * dropped: {@code module.} at the front, and {@code _orig_mod.}, {@code _fsdp_wrapped_module.} and {@code _checkpoint_wrapped_module.}
     * anywhere. All tensors together may have at most as many elements as the file has bytes, so that a small file with views of itself can't
     * fill the memory.
     *
     * <p>The index of a sharded checkpoint ({@code model.safetensors.index.json}), or the folder of its files, stands for all of its files.
     *
     * @param file  {@code .pth}, {@code .pth.tar} or safetensors, an index of shards, or their folder
     * @param which the state dict
     * @return its float tensors, all values finite
     * @throws WeightsException when the file can't be read, is damaged or was changed meanwhile, asks for anything to be run, lacks that dict,
     *                          or when one of its tensors doesn't fit into the file or holds a value that is NaN, infinite or too large for
     *                          float32; also when the JVM's memory is too small for it
     */
    public static Weights load(Path file, StateDict which) throws WeightsException {
        String shown = MessageText.plain(file.toString());
        try {
            if (shown.isEmpty()) {
                throw new WeightsException("the name of the weights' file is empty");
            }
            if (!Files.exists(file)) {
                throw new WeightsException(shown + ": no such file");
            }
            if (Files.isDirectory(file)) {
                return ShardIndex.loadFolder(file, which);
            }
            if (file.toString().endsWith(ShardIndex.SUFFIX) && Files.isRegularFile(file)) {
                return ShardIndex.load(file, which);
            }
            return loadFile(file, which);
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(shown + ": can't be read: " + MessageText.plain(FileErrors.reason(e)), e);
        } catch (OutOfMemoryError e) {
            throw new WeightsException(shown + ": the JVM's heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB is too small for it; raise it with -Xmx", e);
        }
    }

    /**
     * The files that the index of a sharded checkpoint names, each once. They lie in its folder, or are to be put there.
     *
     * @param index such as {@code model.safetensors.index.json}
     * @return at least one, which need not exist
     * @throws WeightsException when the index can't be read, is none, or names something else than files in its own folder
     */
    public static List<Path> shards(Path index) throws WeightsException {
        try {
            return ShardIndex.shards(index);
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(MessageText.plain(index.toString()) + ": can't be read: "
                    + MessageText.plain(FileErrors.reason(e)), e);
        }
    }

    /** Reads one file, which must not change meanwhile. */
    static Weights loadFile(Path file, StateDict which) throws IOException {
        String name = MessageText.plain(String.valueOf(file.getFileName()));
        ShardIndex.requireWhole(name);
        SteadyFile steady = new SteadyFile(file);
        ByteRange bytes = new ByteRange(steady, 0, steady.size());
        try (Checkpoint checkpoint = Checkpoint.open(name, bytes)) {
            Weights weights = WeightsReader.read(checkpoint, which);
            steady.checkSteady();
            String shard = ShardIndex.remark(name);
            return shard.isEmpty() ? weights : new Weights(name, weights.tensors, weights.unread, shard);
        }
    }

    /**
     * Reads safetensors that are in memory.
     *
     * @param source where they come from, for messages
     * @param bytes  the content of a safetensors file
     * @return its float tensors, all values finite
     * @throws WeightsException as {@link #load(Path)}
     */
    public static Weights ofSafetensors(String source, byte[] bytes) throws WeightsException {
        try (Checkpoint checkpoint = new SafetensorsCheckpoint(MessageText.plain(source),
                new ByteRange(RandomAccessBytes.of(bytes), 0, bytes.length))) {
            return WeightsReader.read(checkpoint, StateDict.MODEL);
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(source + ": can't be read: " + MessageText.plain(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /**
     * The file's name, for messages.
     *
     * @return as it was given
     */
    public String source() {
        return source;
    }

    /**
     * What to know about where these weights come from when they don't fit a net: under which key of the file they were found and where it has
     * others, or that the file is one of several.
     *
     * @return the end of a sentence, or an empty text
     */
    public String remark() {
        return remark;
    }

    /** Tensors that were not read, and what they are. */
    Map<String, String> unread() {
        return unread;
    }

    /**
     * These weights under shorter names.
     *
     * @param prefix that is taken off all names that begin with it; other names stay
     * @return weights that share the arrays
     * @throws WeightsException when two tensors would have one name
     */
    public Weights withoutPrefix(String prefix) throws WeightsException {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            if (renamed.put(without(prefix, entry.getKey()), entry.getValue()) != null) {
                throw new WeightsException(source + ": tensor " + MessageText.quote(without(prefix, entry.getKey()))
                        + " is there with and without " + MessageText.quote(prefix) + " before it");
            }
        }
        Map<String, String> others = new LinkedHashMap<>();
        unread.forEach((name, what) -> others.put(without(prefix, name), what));
        return new Weights(source, renamed, others, remark);
    }

    /**
     * The weights of a module in a larger one.
     *
     * @param prefix of the module's names
     * @return the tensors whose names begin with it, without it; weights that share the arrays
     */
    public Weights under(String prefix) {
        Map<String, Tensor> inside = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                inside.put(name.substring(prefix.length()), tensor);
            }
        });
        Map<String, String> others = new LinkedHashMap<>();
        unread.forEach((name, what) -> {
            if (name.startsWith(prefix)) {
                others.put(name.substring(prefix.length()), what);
            }
        });
        return new Weights(source, inside, others, remark);
    }

    /**
     * Whether a tensor is there that was not read since it holds no floats, and what it is.
     *
     * @param name of a tensor
     * @return the end of a sentence that begins with the tensor; null where there is no such tensor
     */
    public String whyUnread(String name) {
        return unread.get(name);
    }

    private static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /**
     * The tensors' names.
     *
     * @return in the file's order; can't be changed
     */
    public Set<String> names() {
        return tensors.keySet();
    }

    /**
     * Whether there is a tensor of that name.
     *
     * @param name of a tensor
     * @return whether {@link #names} contains it
     */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * The shape of a tensor.
     *
     * @param name of a tensor
     * @return a copy of its sizes, outermost first; empty for a scalar
     * @throws WeightsException when the tensor is missing
     */
    public int[] shape(String name) throws WeightsException {
        return tensor(name).shape().clone();
    }

    /**
     * A tensor's values.
     *
     * @param name  of the tensor
     * @param shape that the net needs, outermost size first
     * @return the values in C order; not a copy, so they must not be changed
     * @throws WeightsException when the tensor is missing, has another shape, or holds NaN or an infinity
     */
    public float[] floats(String name, int... shape) throws WeightsException {
        Tensor tensor = tensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new WeightsException(
                    source + ": tensor " + MessageText.quote(name) + " has shape " + Arrays.toString(tensor.shape())
                            + ", the net needs " + Arrays.toString(shape));
        }
        checkFinite(source, name, tensor.data());
        return tensor.data();
    }

    static void checkFinite(String source, String name, float[] data) throws WeightsException {
        for (int i = 0; i < data.length; i++) {
            if (!Float.isFinite(data[i])) {
                throw new WeightsException(
                        source + ": tensor " + MessageText.quote(name) + " holds " + data[i] + " at element " + i);
            }
        }
    }

    private Tensor tensor(String name) throws WeightsException {
        Tensor tensor = tensors.get(name);
        if (tensor == null && unread.containsKey(name)) {
            throw new WeightsException(source + ": tensor " + MessageText.quote(name) + " " + unread.get(name));
        }
        if (tensor == null) {
            throw new WeightsException(source + ": tensor " + MessageText.quote(name) + " is missing");
        }
        return tensor;
    }

    /**
     * All tensors, for tools that list or convert them. The values of {@linkplain #load loaded} weights are finite; those that a program
     * made may be NaN or infinite.
     *
     * @return a new map, sorted by name; the arrays are not copied
     */
    public Map<String, Tensor> asMap() {
        return new TreeMap<>(tensors);
    }
}
