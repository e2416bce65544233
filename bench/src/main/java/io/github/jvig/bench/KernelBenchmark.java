package io.github.jvig.bench;

import io.github.jvig.kernels.Kernel;
import io.github.jvig.kernels.Kernels;
import io.github.jvig.kernels.Operands;
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
import org.openjdk.jmh.annotations.Warmup;

/** One layer by itself, its maps and weights in whatever cache they fit: microseconds a call, and multiply-accumulates a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseG1GC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
    @Param
    Layer layer;

    @Param({"vector", "scalar"})
    String kernels;

    private Kernel kernel;
    private Operands operands;
    private float[] scratch;

    /** Counts work beside calls; JMH turns it into a rate. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long macs;
    }

    @Setup
    public void prepare() {
        kernel = layer.kernel(kernels.equals("vector") ? Kernels.vector() : Kernels.scalar());
        scratch = new float[kernel.scratch()];
        float[] residual = layer.spec().residual() ? Layer.random(layer.spec().out().length()) : null;
        operands = Operands
                .of(Layer.random(layer.spec().in().length()), residual, new float[layer.spec().out().length()])
                .check(layer.spec());
    }

    @Benchmark
    public float[] run(Work work) {
        kernel.run(operands, scratch, 0, 0, kernel.units());
        work.macs += layer.spec().macs();
        return operands.out();
    }
}
