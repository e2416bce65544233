package io.github.jvig.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link KernelBenchmark} for all layers of a net with short iterations, in one JVM per layer, hot and cold. */
final class LayerBenchmarks {
    /** Long enough for the thousands of runs, slow at first, that the C2 compiler needs. */
    private static final TimeValue WARM_UP = new TimeValue(500, TimeUnit.MILLISECONDS);
    private static final TimeValue ITERATION = new TimeValue(200, TimeUnit.MILLISECONDS);

    private LayerBenchmarks() {
    }

    /**
     * Times every layer of a net that has multiply-adds, hot and cold. JMH's log and results go to {@code jmh.txt} and {@code jmh.json}.
     *
     * @param peakGflops FMA peak of one thread
     * @throws IllegalStateException if JMH fails, for example because a kernel gives a wrong result
     */
    static List<LayerRow> run(String net, double peakGflops, Path folder) throws IOException {
        Map<String, LayerRow> rows = new HashMap<>();
        List<BenchLayer> layers = LayerList.read(net).stream().filter(l -> l.flops() > 0).toList();
        for (RunResult result : results(net, layers, folder)) {
            String name = result.getParams().getParam("layer");
            String cache = result.getParams().getParam("cache");
            BenchLayer layer = layers.stream().filter(l -> name.equals(net + "/" + l.name())).findFirst().orElseThrow();
            Result<?> score = result.getPrimaryResult();
            rows.put(cache + name,
                    LayerRow.of(net, layer, cache, score.getScore(), score.getScoreError(), peakGflops));
        }
        List<LayerRow> ordered = new ArrayList<>();
        for (String cache : List.of("hot", "cold")) {
            layers.forEach(l -> ordered.add(rows.get(cache + net + "/" + l.name())));
        }
        return ordered;
    }

    private static Collection<RunResult> results(String net, List<BenchLayer> layers, Path folder) {
        Options options = new OptionsBuilder().include(KernelBenchmark.class.getName() + ".run")
                .param("layer", KernelBenchmark.parameters(layers, net))
                .param("kernels", "vector").param("cache", "hot", "cold").forks(1).warmupIterations(4)
                .warmupTime(WARM_UP).measurementIterations(5).measurementTime(ITERATION).shouldFailOnError(true)
                .output(folder.resolve("jmh.txt").toString()).resultFormat(ResultFormatType.JSON)
                .result(folder.resolve("jmh.json").toString()).build();
        try {
            return new Runner(options).run();
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH failed, see " + folder.resolve("jmh.txt") + ": " + e.getMessage(),
                    e);
        }
    }
}
