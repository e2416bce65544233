package io.github.jvig.bench;

import io.github.jvig.kernels.KernelProvider;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.cpu.CpuDevice;
import io.github.jvig.model.cpu.KernelStore;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.GraphRunner;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.lowering.LoweredOp;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.lowering.ImportedGraph;
import io.github.jvig.model.onnx.lowering.Importer;
import io.github.jvig.model.tensor.ProductOp;
import io.github.jvig.model.tensor.TensorOp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Runs ONNX files on given inputs, for {@code onnx_survey.py}: reads {@code NET.in}, raw floats, beside {@code NET.onnx} and writes the outputs
 * to {@code NET.jvig}. Says for each file how long a run takes on one thread, what share of the multiply-accumulates runs on operations of maps,
 * and what runs on row-major tensors.
 */
public final class OnnxCheck {
    private OnnxCheck() {
    }

    /**
     * Checks files.
     *
     * @param args how many seconds each is timed for, then the files
     */
    public static void main(String[] args) {
        double seconds = Double.parseDouble(args[0]);
        for (String file : List.of(args).subList(1, args.length)) {
            String said;
            try {
                said = check(Path.of(file), seconds);
            } catch (IOException | RuntimeException e) {
                said = "refused: " + e.toString().replace('\n', ' ').replace('\t', ' ');
            }
            System.out.println(file + "\t" + said);
        }
    }

    private static String check(Path file, double timed) throws IOException {
        String stem = file.toString().substring(0, file.toString().length() - ".onnx".length());
        OnnxModel model = OnnxReader.read(file);
        List<List<Integer>> shapes = model.inputs().stream()
                .map(port -> port.dims().stream().map(d -> d.isFree() ? 1 : d.size()).toList()).toList();
        ImportedGraph imported = Importer.at(model, shapes);
        Graph graph = Passes.optimize(imported.graph());
        String share = share(graph, MapLayout.of(imported.height(), imported.width(), graph.input().channels()));
        CpuDevice device = new CpuDevice("cpu", KernelProvider.get());
        float[][] results = imported.outputs().stream().map(port -> new float[port.elements()]).toArray(float[][]::new);
        double best;
        try (Executable executable = device.compile(graph,
                CompileOptions.of(imported.height(), imported.width(), 1));
                GraphRunner runner = device.runner(1, new KernelStore(2 * model.weights()))) {
            float[] input = floats(Path.of(stem + ".in"));
            Supplier<float[][]> run = () -> {
                executable.run(input, 1, results);
                return imported.rest().isEmpty()
                        ? results
                        : imported.rest().get().run(runner, results).stream().map(OnnxTensor::asFloats)
                                .toArray(float[][]::new);
            };
            write(Path.of(stem + ".jvig"), run.get());
            best = best(run::get, timed);
        }
        return String.format(Locale.ROOT, "%.2f ms, %s", best * 1e3, share);
    }

    /** The best of the runs of some time: the first of them pay for the JIT compiler. */
    private static double best(Runnable run, double seconds) {
        long start = System.nanoTime();
        long best = Long.MAX_VALUE;
        long now = start;
        do {
            run.run();
            long then = System.nanoTime();
            best = Math.min(best, then - now);
            now = then;
        } while (now - start < seconds * 1e9);
        return best / 1e9;
    }

    private static String share(Graph graph, MapLayout input) {
        Map<Node, MapLayout> layouts = new IdentityHashMap<>();
        Map<String, Integer> tensors = new TreeMap<>();
        long all = 0;
        long onTensors = 0;
        int nodes = 0;
        for (Node node : graph.nodes()) {
            if (node.inputs().isEmpty()) {
                layouts.put(node, input);
                continue;
            }
            Spec spec = LoweredOp.of(node, node.inputs().stream().map(layouts::get).toList()).spec();
            layouts.put(node, spec.out());
            all += spec.macs();
            nodes++;
            if (node.op() instanceof TensorOp op) {
                onTensors += spec.macs();
                tensors.merge(op.describe().split(" ")[0], 1, Integer::sum);
            } else if (node.op() instanceof ProductOp) {
                onTensors += spec.macs();
                tensors.merge(spec.operation(), 1, Integer::sum);
            }
        }
        List<String> kinds = new ArrayList<>();
        tensors.forEach((kind, count) -> kinds.add(count + " " + kind));
        return String.format(Locale.ROOT, "%.2f%% of %d M MACs on maps, %d nodes%s", 100.0 * (all - onTensors) / all,
                all / 1_000_000, nodes, kinds.isEmpty() ? "" : ", on tensors " + String.join(", ", kinds));
    }

    private static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] result = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(result);
        return result;
    }

    private static void write(Path file, float[][] results) throws IOException {
        int count = 0;
        for (float[] result : results) {
            count += result.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] result : results) {
            for (float value : result) {
                bytes.putFloat(value);
            }
        }
        Files.write(file, bytes.array());
    }
}
