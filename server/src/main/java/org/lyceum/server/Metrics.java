package org.lyceum.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.serving.Scheduler;
import org.lyceum.inference.serving.Statistics;
import org.lyceum.server.http.Exchange;

/** What the server counts, in Prometheus' text format at {@code /metrics}. */
final class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder().name("lyceum_http_requests_total").help("HTTP requests by route and status.")
            .labelNames("route", "method", "status").register(registry);
    private final Histogram seconds = Histogram.builder().name("lyceum_http_request_seconds")
            .help("Time from a request's last byte to its answer's.").labelNames("route").classicOnly()
            .classicUpperBounds(0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600).register(registry);

    /**
     * @param scheduler of the language model; null if there is none
     * @param running the number of HTTP requests being handled
     * @param connections the number of open connections
     */
    Metrics(@Nullable Scheduler scheduler, IntSupplier running, IntSupplier connections) {
        gauge("lyceum_http_requests_running", "HTTP requests that are being handled.", running::getAsInt);
        gauge("lyceum_http_connections", "Open connections.", connections::getAsInt);
        gauge("lyceum_heap_bytes", "Java heap in use.",
                () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        if (scheduler != null) {
            registry.register(new Generating(scheduler));
        }
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder().name(name).help(help).callback(callback -> callback.call(value.getAsLong())).register(registry);
    }

    /** A request was answered. {@code route} is one of the server's own paths, so that clients cannot make up labels. */
    void answered(String route, String method, int status, long nanos) {
        requests.labelValues(route, method, Integer.toString(status)).inc();
        seconds.labelValues(route).observe(nanos / 1e9);
    }

    /** {@code GET /metrics}. */
    void write(Exchange exchange) {
        var out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exchange.send(200, PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray());
    }

    /** What the scheduler counts, read once for each scrape. */
    private record Generating(Scheduler scheduler) implements MultiCollector {
        @Override
        public MetricSnapshots collect() {
            var s = scheduler.statistics();
            var all = new ArrayList<MetricSnapshot>();
            all.add(gauge("lyceum_requests_queued", "Requests that wait for a slot.", s.queued()));
            all.add(gauge("lyceum_requests_running", "Requests that have a slot.", s.running()));
            all.add(gauge("lyceum_slots", "Slots: requests that can run at once.", s.slots()));
            all.add(gauge("lyceum_cache_tokens", "Tokens in the key-value caches, those kept for reuse included.", s.heldTokens()));
            all.add(gauge("lyceum_cache_tokens_limit", "Tokens that the caches may hold.", s.cacheTokens()));
            all.add(gauge("lyceum_model_failed", "1 once the model has failed and the server must be started again.",
                    scheduler.failed() ? 1 : 0));
            all.add(finished(s));
            all.add(counter("lyceum_generations_failed", "Generations that could not be computed.", s.failed()));
            all.add(counter("lyceum_generations_refused", "Generations that found the queue full.", s.refused()));
            all.add(counter("lyceum_prompt_tokens", "Tokens of prompts.", s.promptTokens()));
            all.add(counter("lyceum_prompt_tokens_cached", "Tokens of prompts that were found in a cache.", s.cachedTokens()));
            all.add(counter("lyceum_completion_tokens", "Tokens drawn.", s.completionTokens()));
            all.add(counter("lyceum_draft_tokens", "Tokens guessed by prompt lookup.", s.draftedTokens()));
            all.add(counter("lyceum_draft_tokens_accepted", "Guessed tokens that were then drawn.", s.acceptedTokens()));
            all.add(counter("lyceum_engine_rounds", "Calls of the engine.", s.rounds()));
            all.add(histogram("lyceum_time_to_first_token_seconds", "From submission to the first token.", s.toFirstToken()));
            all.add(histogram("lyceum_time_per_token_seconds", "Between one token of a request and the next.", s.perToken()));
            return new MetricSnapshots(all);
        }

        private static CounterSnapshot finished(Statistics s) {
            var counter = CounterSnapshot.builder().name("lyceum_generations_finished").help("Finished generations by why they ended.");
            s.finished().forEach((reason, count) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of("reason", reason.name().toLowerCase(Locale.ROOT))).value(count).build()));
            return counter.build();
        }

        private static GaugeSnapshot gauge(String name, String help, double value) {
            return GaugeSnapshot.builder().name(name).help(help)
                    .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build()).build();
        }

        private static CounterSnapshot counter(String name, String help, double value) {
            return CounterSnapshot.builder().name(name).help(help)
                    .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(value).build()).build();
        }

        private static HistogramSnapshot histogram(String name, String help, org.lyceum.inference.serving.Histogram values) {
            var buckets = ClassicHistogramBuckets.builder();
            for (int i = 0; i < values.counts().size(); i++) {
                buckets.bucket(i < values.bounds().size() ? values.bounds().get(i) : Double.POSITIVE_INFINITY, values.counts().get(i));
            }
            return HistogramSnapshot.builder().name(name).help(help).dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets.build()).sum(values.sum()).build()).build();
        }
    }
}
