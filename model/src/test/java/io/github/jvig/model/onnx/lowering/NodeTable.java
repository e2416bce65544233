package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.cpu.CpuDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs all packed tests of operators and writes which pass ({@code node_tests.txt}), and the table of {@code ONNX.md} behind its heading.
 * Arguments: the two files.
 */
final class NodeTable {
    private NodeTable() {
    }

    public static void main(String[] args) throws IOException {
        CpuDevice device = NodeCase.device();
        Path folder = Files.createTempDirectory("node");
        Map<String, List<String>> passed = new TreeMap<>();
        Map<String, Map<String, Integer>> refused = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        for (NodeCase test : NodeCase.all()) {
            passed.computeIfAbsent(test.operator(), o -> new ArrayList<>());
            String outcome;
            try {
                outcome = test.run(device, folder);
            } catch (NodeCase.Wrong e) {
                outcome = "WRONG " + e.getMessage();
            } catch (RuntimeException e) {
                outcome = "FAILS " + e;
                if (args.length > 2) {
                    e.printStackTrace(System.out);
                }
            }
            if (outcome == null) {
                passed.get(test.operator()).add(test.name());
                lines.add(test.name());
            } else {
                refused.computeIfAbsent(test.operator(), o -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
                System.out.println(test.name() + ": " + outcome);
            }
        }
        Files.delete(folder.resolve("test.onnx"));
        Files.delete(folder);
        System.out.println(lines.size() + " pass");
        Files.write(Path.of(args[0]), lines);
        table(Path.of(args[1]), passed, refused);
    }

    private static void table(Path file, Map<String, List<String>> passed, Map<String, Map<String, Integer>> refused)
            throws IOException {
        String heading = "## Operators";
        String text = Files.exists(file) ? Files.readString(file) : "# ONNX\n\n" + heading + "\n";
        int end = text.indexOf(heading);
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            out.print(text.substring(0, end));
            out.print(heading + "\n\n| Operator | Tests that pass | Of | Refused, and why |\n|---|---:|---:|---|\n");
            for (Map.Entry<String, List<String>> entry : passed.entrySet()) {
                Map<String, Integer> reasons = refused.getOrDefault(entry.getKey(), Map.of());
                int count = reasons.values().stream().mapToInt(i -> i).sum();
                int good = entry.getValue().size();
                out.print("| " + entry.getKey() + " | " + good + " | " + (good + count) + " | "
                        + String.join("; ", reasons.entrySet().stream().map(r -> r.getValue() + ": " + r.getKey())
                                .toList())
                        + " |\n");
            }
        }
    }
}
