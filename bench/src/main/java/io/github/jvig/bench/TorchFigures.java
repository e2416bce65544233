package io.github.jvig.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.jvig.cli.InputSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Times the same nets in PyTorch on its first GPU, or on the processor where there is none, by a Python that may have it. */
final class TorchFigures {
    private static final String SCRIPT = "device_torch.py";

    /**
     * A net in PyTorch.
     *
     * @param device what PyTorch calls its device
     * @param type   of weights and maps
     * @param mode   {@code eager} or {@code compile}
     * @param millis median of a batch that is on the device and whose results stay there
     */
    record Row(String model, int batch, String device, String type, String mode, double millis) {
        double imagesPerSecond() {
            return 1e3 * batch / millis;
        }

        String line() {
            return String.format(Locale.ROOT, "PyTorch %s batch %d, %s %s: %.3f ms, %.0f images/s on %s", model, batch,
                    type, mode, millis, imagesPerSecond(), device);
        }
    }

    private TorchFigures() {
    }

    /**
     * Runs the script.
     *
     * @param python a command
     * @return a row for each net that PyTorch has, batch, type and mode
     * @throws IOException if there is no such Python, or no PyTorch in it; the message is its last line
     */
    static List<Row> measure(String python, List<String> models, InputSize size, List<Integer> batches, double seconds)
            throws IOException {
        Path script = Files.createTempFile("jvig", SCRIPT);
        try (InputStream in = TorchFigures.class.getResourceAsStream(SCRIPT)) {
            Files.write(script, in.readAllBytes());
            List<String> command = new ArrayList<>(List.of(python, script.toString(), "--model",
                    String.join(",", models), "--batch",
                    String.join(",", batches.stream().map(String::valueOf).toList()),
                    "--seconds", String.valueOf(seconds)));
            if (size != null) {
                command.addAll(List.of("--size", size.height() + "x" + size.width()));
            }
            return run(command);
        } finally {
            Files.delete(script);
        }
    }

    private static List<Row> run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<Row> rows = new ArrayList<>();
        String last = "it printed nothing";
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{\"model\"")) {
                    rows.add(row(line));
                } else if (!line.isBlank()) {
                    last = line.strip();
                }
            }
        }
        try {
            if (process.waitFor() != 0 && rows.isEmpty()) {
                throw new IOException(last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return rows;
    }

    /** A row from a line of the script, which is an object of strings and numbers. */
    static Row row(String line) throws IOException {
        Map<String, String> values = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING || json.currentToken().isNumeric()) {
                    values.put(json.currentName(), json.getText());
                }
            }
        }
        return new Row(values.get("model"), Integer.parseInt(values.get("batch")), values.get("device"),
                values.get("type"), values.get("mode"), Double.parseDouble(values.get("millis")));
    }
}
