package io.github.jvig.bench;

import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import java.util.concurrent.TimeUnit;
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

/** Times a whole net with random weights on one image at its native size: milliseconds per image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseG1GC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class NetBenchmark {
    @Param({"mobilevig_ti", "mobilevig_s", "mobilevig_m", "mobilevig_b", "mobilevigv2_s", "greedyvig_s",
            "mobilenetv2_100",
            "efficientformer_l1"})
    String model;

    @Param({"1", "2"})
    int threads;

    private Session session;
    private float[] image;

    @Setup
    public void prepare() {
        session = Models.random(model).compile(options -> options.threads(threads));
        image = BenchLayer.random(3 * session.height() * session.width(), 1);
    }

    @TearDown
    public void close() {
        session.close();
    }

    @Benchmark
    public float[] run() {
        return session.run(image);
    }
}
