package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The float tensors of one checkpoint by name, as a state dict holds them: {@code module.} prefixes dropped, counters
 * such as {@code num_batches_tracked} left out. Immutable.
 */
public final class Weights {
    private final String source;
    private final Map<String, Tensor> tensors;

    /**
     * One float tensor. The arrays are not copied, so they must not be changed.
     *
     * @param shape sizes, outermost first; empty for a scalar
     * @param data  values in C order, as many as the product of the shape
     */
    public record Tensor(int[] shape, float[] data) {}

    /**
     * Weights that a program made. Their values are checked only when they are asked for, by {@link #floats}.
     *
     * @param source  the file's name, for messages
     * @param tensors by name; the map is copied in its order, the arrays are not copied
     */
    public Weights(String source, Map<String, Tensor> tensors) {
        this.source = source;
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
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
     * <p>F16, BF16 and F64 become float32, rounded to nearest. Integer tensors are left out. A {@code module.} before a
     * name, which data-parallel training leaves, is dropped. All tensors together may have at most as many elements as
     * the file has bytes, so that a small file with views of itself can't fill the memory.
     *
     * @param file  {@code .pth}, {@code .pth.tar} or safetensors
     * @param which the state dict; a safetensors file has only {@link StateDict#MODEL}
     * @return its float tensors, all values finite
     * @throws WeightsException when the file can't be read, is damaged, asks for anything to be run, lacks that dict, or when one of its
     *                          tensors doesn't fit into the file or holds a value that is NaN, infinite or too large for float32
     */
    public static Weights load(Path file, StateDict which) throws WeightsException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return WeightsReader.read(checkpoint, which);
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(file + ": can't be read: " + MessageText.plain(String.valueOf(e.getMessage())),
                    e);
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
        try (Checkpoint checkpoint = new SafetensorsCheckpoint(source,
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
