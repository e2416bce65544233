package io.github.jvig.cli;

import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.Tensor;
import io.github.jvig.model.TensorInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs an ONNX model on tensors from files. A single image or video input may hold several batches of the model's own size, which are run
 * one after another.
 */
final class OnnxRun implements Closeable {
    /** From so many axes on, the first one is a batch of images or videos. */
    private static final int RANK_OF_IMAGES = 4;
    private static final int MAX_NAME = 100;

    private final Model model;
    private final Map<String, Path> files = new LinkedHashMap<>();
    private final Map<String, NpyReader> readers = new HashMap<>();

    /**
     * Opens the inputs.
     *
     * @param arguments {@code X.npy} for the only input, or {@code NAME=X.npy}
     * @throws IOException that names the argument or the file at fault
     */
    OnnxRun(Model model, List<String> arguments) throws IOException {
        this.model = model;
        boolean opened = false;
        try {
            for (String argument : arguments) {
                add(argument);
            }
            for (String name : model.inputNames()) {
                if (!files.containsKey(name)) {
                    throw new IOException(
                            "the input " + name + " of " + model.name() + " is missing; add --input " + name
                                    + "=X.npy");
                }
            }
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void add(String argument) throws IOException {
        List<String> names = model.inputNames();
        String name = names.stream().filter(n -> argument.startsWith(n + "=")).findFirst().orElse(null);
        Path file;
        if (name != null) {
            file = Path.of(argument.substring(name.length() + 1));
        } else if (names.size() == 1) {
            name = names.getFirst();
            file = Path.of(argument);
        } else {
            throw new IOException("--input " + argument + ": " + model.name() + " has the inputs "
                    + String.join(", ", names) + "; give each as NAME=X.npy");
        }
        if (files.putIfAbsent(name, file) != null) {
            throw new IOException("the input " + name + " is given twice");
        }
        readers.put(name, NpyReader.ofAnyType(file));
    }

    /** Whether a file is one of the inputs. */
    boolean reads(Path file) throws IOException {
        for (Path input : files.values()) {
            if (Files.exists(file) && Files.isSameFile(input, file)) {
                return true;
            }
        }
        return false;
    }

    /** Sets the shapes of the inputs. The batch of a single image or video input is left to the model. */
    SessionOptions options(SessionOptions.Builder options) throws IOException {
        for (String name : files.keySet()) {
            long[] shape = readers.get(name).shape();
            int[] sizes = new int[shape.length];
            for (int i = 0; i < sizes.length; i++) {
                if (shape[i] > Integer.MAX_VALUE) {
                    throw new IOException(files.get(name) + ": the shape " + readers.get(name).shapeText()
                            + " is too large");
                }
                sizes[i] = (int) shape[i];
            }
            if (files.size() == 1 && sizes.length >= RANK_OF_IMAGES) {
                sizes[0] = SessionOptions.MODELS_OWN;
            }
            options.input(name, sizes);
        }
        return options.build();
    }

    /** How often the session has to be run. */
    private long runs(Session session) throws IOException {
        TensorInfo input = session.inputs().getFirst();
        NpyReader reader = readers.get(input.name());
        long images = reader.shape().length == 0 ? 1 : reader.shape()[0];
        int batch = input.shape().isEmpty() ? 1 : input.shape().getFirst();
        if (files.size() > 1 || input.shape().size() < RANK_OF_IMAGES || images == batch) {
            return 1;
        }
        if (images % batch != 0) {
            throw new IOException(files.get(input.name()) + ": the input " + input + " has a batch of " + batch
                    + ", of which " + reader.shapeText() + " is no multiple");
        }
        for (TensorInfo output : session.outputs()) {
            if (output.shape().isEmpty() || output.shape().getFirst() != batch) {
                throw new IOException(
                        files.get(input.name()) + ": " + images + " images can't be run one after another,"
                                + " for the output " + output + " has no batch of " + batch);
            }
        }
        return images / batch;
    }

    /**
     * Runs the session and writes its outputs.
     *
     * @param outs a channel for each output
     */
    void run(Session session, List<? extends WritableByteChannel> outs) throws IOException {
        for (TensorInfo input : session.inputs()) {
            NpyReader reader = readers.get(input.name());
            if (input.kind() == TensorInfo.Kind.FLOAT && !reader.isFloat()) {
                throw new IOException(files.get(input.name()) + ": the dtype is " + reader.descr() + "; the input "
                        + input + " takes float32 or float64");
            }
        }
        long runs = runs(session);
        if (session.outputs().stream().anyMatch(TensorInfo::isVariable)) {
            runOnce(session, outs);
            return;
        }
        List<NpyWriter> writers = new ArrayList<>();
        for (TensorInfo output : session.outputs()) {
            long[] shape = output.shape().stream().mapToLong(i -> i).toArray();
            if (runs > 1) {
                shape[0] *= runs;
            }
            writers.add(new NpyWriter(outs.get(writers.size()), output.kind(), shape));
        }
        for (long i = 0; i < runs; i++) {
            int next = 0;
            for (Tensor result : session.run(values(session)).values()) {
                writers.get(next++).write(result.values());
            }
        }
    }

    /** The inputs of one run. */
    private Map<String, float[]> values(Session session) throws IOException {
        Map<String, float[]> values = new HashMap<>();
        for (TensorInfo input : session.inputs()) {
            float[] elements = new float[input.elements()];
            readers.get(input.name()).read(elements, elements.length);
            values.put(input.name(), elements);
        }
        return values;
    }

    /** Outputs whose shapes only the run tells. */
    private void runOnce(Session session, List<? extends WritableByteChannel> outs) throws IOException {
        int next = 0;
        for (Tensor result : session.run(values(session)).values()) {
            long[] shape = result.shape().stream().mapToLong(i -> i).toArray();
            new NpyWriter(outs.get(next), session.outputs().get(next).kind(), shape).write(result.values());
            next++;
        }
    }

    /** The files for the outputs behind the first: {@code Y.<name>.npy} in the folder of {@code Y.npy}. */
    static List<Path> otherFiles(Path output, List<TensorInfo> outputs) {
        List<Path> others = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (TensorInfo info : outputs.subList(1, outputs.size())) {
            String safe = safe(info.name());
            String unique = safe;
            // Some file systems take upper and lower case as the same.
            for (int i = 2; !used.add(unique.toLowerCase(java.util.Locale.ROOT)); i++) {
                unique = safe + "-" + i;
            }
            others.add(RunCommand.beside(output, unique));
        }
        return others;
    }

    /** A name without what a file's name can't have on some system. */
    static String safe(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("^[._]+|[._]+$", "");
        String cut = safe.length() > MAX_NAME ? safe.substring(0, MAX_NAME) : safe;
        return cut.isEmpty() ? "output" : cut;
    }

    @Override
    public void close() throws IOException {
        for (NpyReader reader : readers.values()) {
            reader.close();
        }
    }
}
