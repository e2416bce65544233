package io.github.jvig.bench;

import io.github.jvig.kernels.KernelProvider;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Times a single layer on one thread: runs per millisecond, and the GFLOP/s and GB/s that result from it. At the end the output is compared
 * with the output of the scalar kernel.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseG1GC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
    /** A net and the name of one of its layers, as in {@link LayerList}'s files. */
    @Param("mobilevig_ti/stem.stem.2")
    String layer;

    @Param({"vector", "scalar"})
    String kernels;

    @Param({"hot", "cold"})
    String cache;

    private LayerRun run;
    private double flops;
    private double bytes;

    /** Work per call in units of 1e6, so that JMH's rate per millisecond reads as 1e9 per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public double gflops;
        public double gbytes;
    }

    /** Times every layer of a net. The first argument is the net, the others are options of JMH. */
    public static void main(String[] args) throws IOException, CommandLineOptionException, RunnerException {
        String net = args.length == 0 ? LayerList.NETS.getFirst() : args[0];
        CommandLineOptions options = new CommandLineOptions(Arrays.copyOfRange(args, Math.min(1, args.length),
                args.length));
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(options)
                .include(KernelBenchmark.class.getName() + ".run");
        if (!options.getParameter("layer").hasValue()) {
            builder.param("layer", parameters(LayerList.read(net), net));
        }
        new Runner(builder.build()).run();
    }

    /** The values of the parameter {@link #layer} for the layers of a net. */
    static String[] parameters(List<BenchLayer> layers, String net) {
        return layers.stream().map(l -> net + "/" + l.name()).toArray(String[]::new);
    }

    @Setup
    public void prepare() throws IOException {
        BenchLayer chosen = find(layer);
        KernelProvider provider = kernels.equals("vector") ? KernelProvider.vector() : KernelProvider.scalar();
        run = cache.equals("hot") ? LayerRun.hot(chosen, provider) : LayerRun.cold(chosen, provider);
        flops = 1e-6 * chosen.flops();
        bytes = 1e-6 * chosen.bytes();
    }

    private static BenchLayer find(String parameter) throws IOException {
        int slash = parameter.indexOf('/');
        List<BenchLayer> layers = LayerList.read(parameter.substring(0, slash));
        return layers.stream().filter(l -> l.name().equals(parameter.substring(slash + 1))).findFirst().orElseThrow();
    }

    @Benchmark
    public float[] run(Work work) {
        work.gflops += flops;
        work.gbytes += bytes;
        return run.run();
    }

    @TearDown
    public void check() {
        run.check();
    }
}
