package io.github.jvig.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Counts and times, for Prometheus. Safe for several threads. */
final class ServiceMetrics {
    /** Of the text that {@link #scrape} gives. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Upper ends of the histogram's buckets in milliseconds: from a small net's latency to a full queue's on a slow machine. */
    private static final Duration[] BUCKETS = Stream
            .of(1, 2, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000, 10_000)
            .map(Duration::ofMillis).toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
    private final Timer latency = timer("jvig.request", "From the request's headers to the end of the answer");
    private final Timer waiting = timer("jvig.wait", "Waiting for a thread");
    private final Timer decoding = timer("jvig.decode", "Decoding and preprocessing of an image");
    private final Timer inference = timer("jvig.inference", "A run of the net");

    /**
     * @param queued gives the requests that wait for a thread
     * @param active gives the requests that are being worked on
     * @param free   gives the requests that would be accepted
     */
    ServiceMetrics(IntSupplier queued, IntSupplier active, IntSupplier free) {
        // All from the start: a rate needs the zero before the first event.
        for (Outcome outcome : Outcome.values()) {
            requests.put(outcome, Counter.builder("jvig.requests").description("Requests by how they ended")
                    .tag("outcome", outcome.tag()).register(registry));
        }
        gauge("jvig.queue.depth", "Requests that wait for a thread", queued);
        gauge("jvig.active", "Requests that a thread works on", active);
        gauge("jvig.places.free", "Requests that would be accepted; at none they are refused", free);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private void gauge(String name, String description, IntSupplier value) {
        Gauge.builder(name, value, IntSupplier::getAsInt).description(description).strongReference(true)
                .register(registry);
    }

    /** Counts a request that has ended, and times it if there was an answer. */
    void ended(Outcome outcome, long nanos) {
        requests.get(outcome).increment();
        if (outcome == Outcome.OK) {
            latency.record(Duration.ofNanos(nanos));
        }
    }

    void waited(long nanos) {
        waiting.record(Duration.ofNanos(nanos));
    }

    void decoded(long nanos) {
        decoding.record(Duration.ofNanos(nanos));
    }

    void inferred(long nanos) {
        inference.record(Duration.ofNanos(nanos));
    }

    /** {@return the requests that have ended so} */
    long count(Outcome outcome) {
        return (long) requests.get(outcome).count();
    }

    /** {@return all of it in Prometheus' text format} */
    String scrape() {
        return registry.scrape();
    }
}
