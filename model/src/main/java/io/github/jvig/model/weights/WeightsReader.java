package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a checkpoint's tensors to float32 weights. */
final class WeightsReader {
    private WeightsReader() {
    }

    static Weights read(Checkpoint checkpoint, StateDict which) throws IOException {
        String source = checkpoint.source();
        StateDictFinder.Found found = checkpoint.select(which);
        Map<String, TensorRef> chosen = new LinkedHashMap<>();
        Map<String, String> unread = new LinkedHashMap<>();
        sort(source, found.tensors(), chosen, unread);
        checkSize(source, checkpoint.fileSize(), chosen);
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        // By text, which a map compares in order: of records with equal hashes each would be compared with all others.
        Map<String, List<TensorValues.Wanted>> byStorage = new LinkedHashMap<>();
        for (Map.Entry<String, TensorRef> entry : chosen.entrySet()) {
            TensorRef tensor = entry.getValue();
            float[] data = new float[tensor.check(source, entry.getKey())];
            tensors.put(entry.getKey(), new Weights.Tensor(tensor.sizes(), data));
            if (data.length > 0) {
                byStorage.computeIfAbsent(tensor.storage().key(), _ -> new ArrayList<>(1))
                        .add(new TensorValues.Wanted(entry.getKey(), tensor, data));
            }
        }
        for (List<TensorValues.Wanted> wanted : byStorage.values()) {
            TensorValues.Wanted first = wanted.getFirst();
            new TensorValues(source, checkpoint.bytes(first.name(), first.tensor().storage())).read(wanted);
        }
        return new Weights(source, tensors, unread, remark(found, which));
    }

    /** Where the tensors were found, and where others are; empty where it is a usual place and the only one. */
    private static String remark(StateDictFinder.Found found, StateDict which) {
        if (found.others().isEmpty() && (found.path().isEmpty() || which.path() != null
                || which.keys().contains(found.path()))) {
            return "";
        }
        String path = found.path().isEmpty()
                ? "the state dict is the file's top"
                : "the state dict is the one under " + MessageText.quote(found.path());
        return found.others().isEmpty()
                ? path
                : path + "; there are tensors also under "
                        + String.join(", ", found.others().stream().limit(4).map(MessageText::quote).toList());
    }

    /** Parts floats from all else. Bookkeeping is known by its name, since some scripts save it as floats. */
    private static void sort(String source, Map<String, Object> tensors, Map<String, TensorRef> floats,
            Map<String, String> unread) throws WeightsException {
        for (Map.Entry<String, Object> entry : tensors.entrySet()) {
            String name = WrapperNames.strip(entry.getKey());
            if (WrapperNames.isBookkeeping(name)) {
                continue;
            }
            if (entry.getValue() instanceof TensorRef tensor && tensor.dtype().isFloat()) {
                if (floats.put(name, tensor) != null) {
                    throw new WeightsException(source + ": tensor " + MessageText.quote(name)
                            + " is there with and without 'module.' or another wrapper's name before it");
                }
            } else {
                unread.put(name, entry.getValue() instanceof TensorRef tensor
                        ? OddTensor.of(tensor.dtype()).what()
                        : ((OddTensor) entry.getValue()).what());
            }
        }
        if (floats.isEmpty()) {
            throw new WeightsException(source + ": its state dict holds no tensors" + (unread.isEmpty()
                    ? ""
                    : " of floats; tensor " + MessageText.quote(unread.keySet().iterator().next()) + " "
                            + unread.values().iterator().next()));
        }
    }

    private static void checkSize(String source, long fileSize, Map<String, TensorRef> chosen)
            throws WeightsException {
        long elements = 0;
        for (Map.Entry<String, TensorRef> entry : chosen.entrySet()) {
            elements += entry.getValue().check(source, entry.getKey());
            if (elements > fileSize) {
                throw new WeightsException(source + ": tensor " + MessageText.quote(entry.getKey())
                        + " brings the elements of all tensors to " + elements
                        + ", more than the file has bytes (" + fileSize + ")");
            }
        }
        long most = Runtime.getRuntime().maxMemory();
        if (elements * Float.BYTES > most) {
            throw new WeightsException(source + ": its weights take " + (elements * Float.BYTES >> 20)
                    + " MB, and the JVM's heap is " + (most >> 20) + " MB; raise it with -Xmx");
        }
    }
}
