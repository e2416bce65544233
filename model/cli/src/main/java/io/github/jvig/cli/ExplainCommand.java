package io.github.jvig.cli;

import io.github.jvig.kernels.FusedChain;
import io.github.jvig.kernels.Spec;
import io.github.jvig.model.Devices;
import io.github.jvig.model.Model;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.StepCheck;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the steps of a compiled model and the time of each. */
@CommandLine.Command(name = "explain", description = "Show the steps of a compiled model: shape, kernel, the reason for the kernel, multiply-accumulates, time. Without --weights the weights are random.")
final class ExplainCommand extends Command {
    @Option(names = "--model", paramLabel = "M", required = true, description = "Name of the model, or an ONNX file.")
    private String model;

    @Option(names = "--size", paramLabel = "S|HxW", converter = InputSize.Converter.class, description = "Input size in pixels (default: the model's native size).")
    private InputSize size;

    @Option(names = "--shape", paramLabel = "NAME=1x16", converter = InputShape.Converter.class, description = "Shape of an input of an ONNX file that leaves sizes free; for each such input.")
    private List<InputShape> shapes = List.of();

    @Mixin
    private WeightsOptions weights;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "2", description = "Profiling time, after a warm-up of the same length or, on a busy machine, until the kernels are compiled (default: 2).")
    private double seconds;

    @Option(names = "--graph", description = "Show the graph before and after the optimization passes instead.")
    private boolean graph;

    @Option(names = "--check", description = "Compare each step with the scalar kernels instead, on random inputs and on large, tiny, denormal, zero, NaN and infinite ones; exit status 1 when a step differs by more than its tolerance. --device auto is the processor.")
    private boolean check;

    @Option(names = "--kernels", description = "Show the device's kernel table after the plan: every kernel it has, and what each is for.")
    private boolean kernels;

    @Option(names = "--json", description = "Print one JSON object per line: one for each step, then the totals.")
    private boolean json;

    /**
     * The time of one step, or of all steps together.
     *
     * @param macs   multiply-accumulates
     * @param millis median time in milliseconds
     * @param peak   FMA peak of the machine in GFLOP/s, NaN if unknown
     */
    private record Timed(long macs, double millis, double peak) {
        /** GFLOP/s; a multiply-add counts as two operations. */
        double gflops() {
            return 2e-6 * macs / millis;
        }

        double share() {
            return gflops() / peak;
        }
    }

    ExplainCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (graph && json) {
            throw usage("--graph and --json cannot be used together");
        }
        if (check && (graph || json || kernels)) {
            throw usage("--check cannot be used together with --graph, --json or --kernels");
        }
        if (kernels && (graph || json)) {
            throw usage("--kernels cannot be used together with --graph or --json");
        }
        atLeast(0.001, "--seconds", seconds);
        SessionOptions.Builder options = device.options(this);
        if (size != null) {
            options.size(size.height(), size.width());
        }
        InputShape.set(shapes, options);
        Model loaded = weights.loadOrRandom(model, this);
        if (check) {
            return check(StepCheck.of(loaded, options.build()));
        }
        if (graph) {
            Graph before = loaded.graph(options.build());
            Graph after = Passes.optimize(before);
            console.print("before the passes, " + before.nodes().size() + " nodes:");
            console.print(before.toString());
            console.print("");
            console.print("after the passes, " + after.nodes().size() + " nodes:");
            console.print(after.toString());
            return Main.OK;
        }
        long start = System.nanoTime();
        try (Session session = loaded.compile(options.build())) {
            explain(loaded, session, Devices.named(session.device()), (System.nanoTime() - start) / 1e6);
        }
        return Main.OK;
    }

    /** Prints what came out for each step; fails when a step differs. */
    int check(List<StepCheck> checks) throws IOException {
        Table table = new Table(">", "step", "kernel", "result", ">error", ">tolerance", "worst on");
        for (int i = 0; i < checks.size(); i++) {
            StepCheck step = checks.get(i);
            boolean compared = step.outcome() != StepCheck.Outcome.SAME_CODE;
            table.row(Integer.toString(i), step.name(), step.kernel(),
                    step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    compared ? NumberFormats.format("%.1e", step.error()) : "-",
                    compared ? NumberFormats.format("%.1e", step.tolerance()) : "-", step.worst());
        }
        console.print(table.lines());
        long different = checks.stream().filter(step -> !step.passed()).count();
        long compared = checks.stream().filter(step -> step.outcome() != StepCheck.Outcome.SAME_CODE).count();
        console.print(NumberFormats.format(
                "%d of %d steps compared with the scalar kernels, %d different; errors are parts of the result's spread",
                compared, checks.size(), different));
        console.flush();
        return different == 0 ? Main.OK : Main.FAILED;
    }

    private void explain(Model loaded, Session session, Device chosen, double compileMillis) throws IOException {
        double[] millis = profile(session);
        double peak = new Peak().gflops(chosen.name(), device.threads);
        List<PlanStep> steps = session.steps();
        List<Timed> times = new ArrayList<>();
        for (int i = 0; i < millis.length; i++) {
            times.add(new Timed(steps.get(i).macs(), millis[i], peak));
        }
        Timed total = new Timed(session.macs(), times.stream().mapToDouble(Timed::millis).sum(), peak);
        if (json) {
            for (int i = 0; i < steps.size(); i++) {
                console.print(json(i, steps.get(i), times.get(i)));
            }
            console.print(json(session, chosen.name(), total, compileMillis));
        } else {
            console.print(title(session, chosen));
            if (!session.deviceChoice().isEmpty()) {
                console.print(session.deviceChoice());
            }
            console.print(table(steps, times).lines());
            if (steps.stream().anyMatch(step -> step.liveBytes() > 0)) {
                console.print(peak(steps));
            }
            if (loaded.isOnnx()) {
                console.print(paths(steps, times));
            }
            if (session.laterOperators() > 0) {
                console.print("then " + session.laterOperators()
                        + " operators whose sizes depend on what the steps compute");
            }
            console.print(summary(session, total) + NumberFormats.format("; compiled in %.0f ms", compileMillis));
            if (kernels) {
                console.print("");
                console.print("kernels of " + chosen.name() + ":");
                console.print(chosen.kernelTable());
            }
        }
    }

    /** The median time of each step in milliseconds. */
    private double[] profile(Session session) {
        float[] image = BenchCommand.noise(1, session);
        Stopwatch.warmUp(seconds, () -> session.profile(image));
        List<long[]> profiles = new ArrayList<>();
        Stopwatch.time(seconds, () -> profiles.add(session.profile(image)));
        double[] millis = new double[session.steps().size()];
        for (int i = 0; i < millis.length; i++) {
            int step = i;
            millis[i] = Stopwatch.percentile(profiles.stream().mapToDouble(p -> p[step] / 1e6).toArray(), 0.5);
        }
        return millis;
    }

    private String title(Session session, Device chosen) {
        return session.modelName() + " at " + session.height() + "x" + session.width() + " on " + chosen.name() + " ("
                + chosen.description() + "), " + device.threads + " threads";
    }

    private static Table table(List<PlanStep> steps, List<Timed> times) {
        Table table = new Table(">", "step", "operation", "out", "kernel", ">params", ">MACs", ">bytes", ">live",
                ">offset",
                ">us", ">GFLOP/s", ">of peak", "choice");
        for (int i = 0; i < steps.size(); i++) {
            PlanStep step = steps.get(i);
            Timed time = times.get(i);
            boolean computes = step.macs() > 0;
            table.row(Integer.toString(i), step.name(), step.operation(), shape(step), step.kernel(),
                    Long.toString(step.parameters()), Long.toString(step.macs()), Long.toString(step.bytes()),
                    step.liveBytes() == 0 ? "-" : Long.toString(step.liveBytes()), Integer.toString(step.offset()),
                    NumberFormats.format("%.1f", 1e3 * time.millis()),
                    computes ? NumberFormats.format("%.1f", time.gflops()) : "-",
                    computes ? NumberFormats.percent(time.share()) : "-", step.choice());
        }
        return table;
    }

    private static String shape(PlanStep step) {
        return step.out().height() + "x" + step.out().width() + "x" + step.out().channels();
    }

    /** The step at which most activations are in memory, and the chains: how many layers, in how many strips. */
    private static String peak(List<PlanStep> steps) {
        int most = IntStream.range(0, steps.size()).boxed()
                .max(Comparator.comparingLong(i -> steps.get(i).liveBytes())).orElseThrow();
        List<String> chains = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).spec() instanceof FusedChain chain) {
                chains.add(i + " (" + chain.stages().size() + " layers, "
                        + steps.get(i).kernel().split("\\(")[0].substring(5)
                        + " of " + chain.out().height() + " rows)");
            }
        }
        return NumberFormats.format("peak of activations: %d bytes (%.2f MiB) at step %d", steps.get(most).liveBytes(),
                steps.get(most).liveBytes() / (double) (1 << 20), most)
                + (chains.isEmpty() ? "" : "; in strips: steps " + String.join(", ", chains));
    }

    /** Whether a step computes on a row-major tensor: what an ONNX file has that is no operation on feature maps. */
    private static boolean isTensor(PlanStep step) {
        return step.spec() instanceof Spec spec && spec.operation().equals("tensor");
    }

    /** How many steps compute on feature maps and how many on tensors, and what the latter take. */
    private static String paths(List<PlanStep> steps, List<Timed> times) {
        long tensors = steps.stream().filter(ExplainCommand::isTensor).count();
        double millis = 0;
        for (int i = 0; i < steps.size(); i++) {
            millis += isTensor(steps.get(i)) ? times.get(i).millis() : 0;
        }
        return NumberFormats.format("%d steps on feature maps, %d on row-major tensors (%.3f ms)",
                steps.size() - tensors, tensors, millis);
    }

    private static String summary(Session session, Timed total) {
        return NumberFormats.format(
                "%d steps, %s parameters, %s MACs, %.2f MiB of buffers, %.3f ms, %.1f GFLOP/s%s",
                session.steps().size(), NumberFormats.large(parameters(session)), NumberFormats.large(total.macs()),
                session.workspaceBytes() / (double) (1 << 20), total.millis(), total.gflops(),
                Double.isNaN(total.peak())
                        ? ""
                        : NumberFormats.format(", %s of the FMA peak of %.1f GFLOP/s",
                                NumberFormats.percent(total.share()),
                                total.peak()));
    }

    private static long parameters(Session session) {
        return session.steps().stream().mapToLong(PlanStep::parameters).sum();
    }

    private static String json(int index, PlanStep step, Timed time) {
        return Json.object(json -> {
            json.writeNumberField("step", index);
            json.writeStringField("name", step.name());
            json.writeStringField("operation", step.operation());
            json.writeFieldName("out");
            json.writeArray(new int[]{step.out().height(), step.out().width(), step.out().channels()}, 0, 3);
            json.writeStringField("kernel", step.kernel());
            json.writeNumberField("parameters", step.parameters());
            json.writeNumberField("macs", step.macs());
            json.writeNumberField("bytes", step.bytes());
            json.writeNumberField("live_bytes", step.liveBytes());
            json.writeNumberField("offset", step.offset());
            json.writeStringField("choice", step.choice());
            Json.decimal(json, "micros", 1e3 * time.millis());
            Json.decimal(json, "gflops", time.gflops());
            Json.decimal(json, "peak_share", time.share(), 1e5);
        });
    }

    private String json(Session session, String name, Timed total, double compileMillis) {
        return Json.object(json -> {
            json.writeStringField("model", session.modelName());
            Json.size(json, new InputSize(session.height(), session.width()));
            json.writeNumberField("threads", device.threads);
            json.writeStringField("device", name);
            json.writeStringField("device_choice", session.deviceChoice());
            json.writeNumberField("steps", session.steps().size());
            json.writeNumberField("parameters", parameters(session));
            json.writeNumberField("macs", total.macs());
            json.writeNumberField("workspace_bytes", session.workspaceBytes());
            json.writeNumberField("peak_bytes",
                    session.steps().stream().mapToLong(PlanStep::liveBytes).max().orElse(0));
            Json.decimal(json, "millis", total.millis(), 1e4);
            Json.decimal(json, "compile_millis", compileMillis);
            Json.decimal(json, "gflops", total.gflops());
            Json.decimal(json, "peak_gflops", total.peak());
            Json.decimal(json, "peak_share", total.share(), 1e5);
        });
    }
}
