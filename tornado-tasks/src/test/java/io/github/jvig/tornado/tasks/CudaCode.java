package io.github.jvig.tornado.tasks;

import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.device.Precision;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.tornado.FirstDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * The main class of a JVM in which TornadoVM's CUDA backend has a virtual device: it compiles for the device but runs nothing on it. Prints the
 * backend and one line for each task; TornadoVM prints the CUDA code of each.
 */
final class CudaCode {
    private CudaCode() {
    }

    /** @param args name of the net, precision, and anything for kernels for tensor cores */
    public static void main(String[] args) throws Exception {
        FirstDevice.setUp();
        TornadoDevice device = FirstDevice.get();
        System.out.println("backend " + device.getTornadoVMBackend() + ", half " + Backend.hasHalf(device)
                + ", CUDA graphs " + Backend.hasCudaGraphs(device));
        int size = args[0].startsWith("small") || args[0].equals("tensor_cores") ? 26 : 224;
        Graph graph = switch (args[0]) {
            case "small" -> SmallNets.oneOfEverything(size / 2, size / 2, 1);
            case "tensor_cores" -> TensorCores.net();
            case "small_sized" -> SmallNets.oneOfEachSized(size / 2, size / 2, 1);
            default -> Passes.optimize(Models.info(args[0]).net().build(Seeded.parameters()));
        };
        NetLayout layout = new NetLayout(graph, size, size, new GpuKernels(Precision.named(args[1]), args.length > 2));
        layout.upload().ifPresent(upload -> upload.phases().forEach(_ -> System.out.println("task upload")));
        layout.steps().forEach(
                step -> step.launch().phases().forEach(_ -> System.out.println("task " + step.launch().kernel())));
        layout.downloads().forEach(download -> System.out.println("task " + download.kernel()));
        NetTasks tasks = new NetTasks(layout, 1, device, NetTasks.MAX_TASKS_PER_GRAPH);
        tasks.run(new float[layout.input().length()], 0, 1,
                layout.outputs().stream().map(port -> new float[port.length()]).toArray(float[][]::new));
    }
}
