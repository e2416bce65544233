package io.github.jvig.model.onnx.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Puts operators behind those whose values they read. */
final class NodeOrder {
    private NodeOrder() {
    }

    /**
     * The nodes, each as early as the file has it.
     *
     * @throws OnnxException when some read each other's values
     */
    static List<OnnxNode> of(String source, List<OnnxNode> nodes) throws OnnxException {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                producers.put(output, i);
            }
        }
        producers.remove("");
        int[] missing = new int[nodes.size()];
        List<List<Integer>> readers = new ArrayList<>();
        nodes.forEach(node -> readers.add(new ArrayList<>()));
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : nodes.get(i).reads()) {
                Integer producer = producers.get(name);
                if (producer != null) {
                    missing[i]++;
                    readers.get(producer).add(i);
                }
            }
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        List<OnnxNode> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            ordered.add(nodes.get(next));
            for (int reader : readers.get(next)) {
                if (--missing[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] > 0) {
                throw new OnnxException(source + ": " + nodes.get(i)
                        + " reads what is computed of its own output: operators go in a circle");
            }
        }
        return ordered;
    }
}
