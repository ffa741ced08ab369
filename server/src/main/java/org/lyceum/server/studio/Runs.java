package org.lyceum.server.studio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.training.run.MetricsLog;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The folder of runs as JSON: which there are, how they stand, their metrics, samples and configuration. Only ever reads. */
public final class Runs {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Lines of metrics that one answer holds at most; of a longer run every so many. */
    private static final int POINTS = 4000;
    private static final int SAMPLES = 200;
    private static final long LARGEST_FILE = 64L << 20;

    private final @Nullable Path folder;

    /** @param folder whose folders are the runs; null for none */
    public Runs(@Nullable Path folder) {
        this.folder = folder;
    }

    /** {@code GET /studio/api/runs}: all runs, those written last first. */
    public void list(Exchange exchange) {
        var runs = new ArrayList<Map<String, @Nullable Object>>();
        for (var run : folders()) {
            var described = new LinkedHashMap<String, @Nullable Object>();
            described.put("name", name(run));
            described.put("updated", updated(run));
            described.put("state", state(run));
            runs.add(described);
        }
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("folder", folder == null ? null : folder.toString());
        body.put("runs", runs);
        exchange.json(200, body);
    }

    /** {@code GET /studio/api/runs/NAME?after=STEP}: one run, its metrics from after a step on. */
    public void one(Exchange exchange, String name) {
        // The name is compared with those there are, and so never becomes a path.
        var run = folders().stream().filter(f -> name(f).equals(name)).findFirst()
                .orElseThrow(() -> HttpError.refused(404, "run_not_found", "There is no run of this name in the runs folder."));
        long after = after(exchange);
        var lines = readable(run.resolve(MetricsLog.FILE_NAME))
                ? MetricsLog.read(run.resolve(MetricsLog.FILE_NAME))
                : List.<MetricsLog.Line>of();
        var fresh = lines.stream().filter(line -> line.step() > after).toList();
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("name", name);
        body.put("updated", updated(run));
        body.put("state", state(run));
        body.put("config", text(run.resolve("config.yaml")));
        body.put("metrics", columns(thinned(fresh)));
        body.put("samples", samples(run.resolve("samples.jsonl")));
        exchange.json(200, body);
    }

    private static long after(Exchange exchange) {
        var after = exchange.query("after");
        try {
            return after == null ? -1 : Long.parseLong(after);
        } catch (NumberFormatException _) {
            throw HttpError.badField("after", "'after' must be a step, a whole number.");
        }
    }

    private List<Path> folders() {
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .filter(entry -> Files.exists(entry.resolve(MetricsLog.FILE_NAME)) || Files.exists(entry.resolve("config.yaml")))
                    .sorted(Comparator.comparingLong(Runs::updated).reversed()).toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    private static String name(Path run) {
        return String.valueOf(run.getFileName());
    }

    /** Milliseconds since 1970 when the run last wrote a metric; 0 if it has not. */
    private static long updated(Path run) {
        try {
            return Files.getLastModifiedTime(run.resolve(MetricsLog.FILE_NAME)).toMillis();
        } catch (IOException _) {
            return 0;
        }
    }

    /** What {@code run.json} says; null where there is none, or it cannot be read. */
    private static @Nullable JsonNode state(Path run) {
        var text = text(run.resolve("run.json"));
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JacksonException _) {
            return null;
        }
    }

    private static @Nullable String text(Path file) {
        if (!readable(file)) {
            return null;
        }
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return null; // gone or replaced meanwhile
        }
    }

    private static boolean readable(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST_FILE;
        } catch (IOException _) {
            return false;
        }
    }

    /** Every k-th line, and each that a validation wrote to, which are few. */
    private static List<MetricsLog.Line> thinned(List<MetricsLog.Line> lines) {
        int every = Math.ceilDiv(lines.size(), POINTS);
        if (every <= 1) {
            return lines;
        }
        var kept = new ArrayList<MetricsLog.Line>();
        for (int i = 0; i < lines.size(); i++) {
            if (i % every == 0 || i == lines.size() - 1 || lines.get(i).values().keySet().stream().anyMatch(key -> key.startsWith("val"))) {
                kept.add(lines.get(i));
            }
        }
        return kept;
    }

    /** Metrics by name, each as [steps, values]. */
    private static Map<String, List<List<Number>>> columns(List<MetricsLog.Line> lines) {
        var columns = new TreeMap<String, List<List<Number>>>();
        for (var line : lines) {
            line.values().forEach((name, value) -> {
                if (value.isNumber()) {
                    var column = columns.computeIfAbsent(name, _ -> List.of(new ArrayList<>(), new ArrayList<>()));
                    column.get(0).add(line.step());
                    column.get(1).add(value.doubleValue());
                }
            });
        }
        return columns;
    }

    /** The last lines of {@code samples.jsonl}: step, prompt, text. */
    private static List<JsonNode> samples(Path file) {
        var text = text(file);
        if (text == null) {
            return List.of();
        }
        var lines = text.lines().toList();
        var samples = new ArrayList<JsonNode>();
        for (var line : lines.subList(Math.max(0, lines.size() - SAMPLES), lines.size())) {
            try {
                samples.add(JSON.readTree(line));
            } catch (JacksonException _) {
                continue; // torn: it is being written
            }
        }
        return samples;
    }
}
