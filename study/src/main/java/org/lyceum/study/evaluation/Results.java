package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.study.StudyRun;
import org.lyceum.study.evaluation.Scores.Score;
import org.lyceum.study.evaluation.TaskResult.Clean;

/**
 * What came out of all tasks.
 *
 * @param model what was asked
 * @param tasks in the order asked
 * @param seed of bootstrap
 */
public record Results(String model, List<TaskResult> tasks, long seed) {
    private static final int LONGEST_PROMPT = 3000;

    /** {@code {"results": {"arc_easy": {"metric": "acc", "value": 0.4, "stderr": 0.02, "n": 500, …}}}}. */
    public Map<String, Object> json() {
        var all = new LinkedHashMap<String, Object>();
        for (var result : tasks) {
            var one = new LinkedHashMap<String, @Nullable Object>();
            var first = result.scores().entrySet().stream().findFirst();
            one.put("metric", first.map(Map.Entry::getKey).orElse(result.task().metrics().getFirst().key()));
            one.put("value", first.map(entry -> entry.getValue().value()).orElse(Double.NaN));
            one.put("stderr", first.map(entry -> entry.getValue().error()).orElse(Double.NaN));
            one.put("n", result.documents());
            one.put("seconds", result.seconds());
            one.put("metrics", scores(result.scores()));
            one.put("baselines", result.baselines());
            if (!result.groups().isEmpty()) {
                one.put("groups", scores(result.groups()));
            }
            if (result.curves() instanceof AcquisitionCurves curves) {
                one.put("curves", curves.json(result.task().groupBy(), seed));
            }
            if (result.contamination() instanceof Clean clean) {
                var found = clean.found();
                one.put("contamination", ordered("words", found.n(), "documents", found.documents(), "contaminated", found.dirty().size(),
                        "share", found.share(), "too_short", found.tooShort(), "clean", scores(clean.scores())));
            }
            one.put("samples", result.samples().stream().map(sample -> ordered("document", sample.origin(), "prompts", sample.prompts(),
                    "answers", sample.answers(), "right", sample.right())).toList());
            if (result.failure() != null) {
                one.put("failure", result.failure());
            }
            all.put(result.task().name(), one);
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("model", model);
        json.put("results", all);
        return json;
    }

    private static Map<String, Object> scores(Map<String, Score> scores) {
        var named = new LinkedHashMap<String, Object>();
        scores.forEach((name, score) -> named.put(name, ordered("value", score.value(), "stderr", score.error())));
        return named;
    }

    /** Keys and values in this order, so that the same results are the same file: {@link Map#of} has another order in each process. */
    private static Map<String, Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** Whether any task has no score. */
    public boolean failed() {
        return tasks.stream().anyMatch(result -> result.failure() != null);
    }

    /** The tables and samples, on the terminal and for the page. */
    public void tell(StudyRun run) {
        var header = new ArrayList<>(List.of("task", "metric", "value", "n"));
        var baselines = Arrays.stream(Baseline.values()).map(Baseline::key)
                .filter(key -> tasks.stream().anyMatch(result -> result.baselines().values().stream().anyMatch(of -> of.containsKey(key))))
                .toList();
        header.addAll(baselines);
        header.add("seconds");
        var rows = new ArrayList<List<String>>();
        tasks.forEach(result -> rows(result, baselines, rows));
        run.table("Results: " + model, header, rows);
        tellContamination(run);
        for (var result : tasks) {
            if (!result.groups().isEmpty()) {
                run.table(result.task().name() + " by " + result.task().groupedBy(), List.of(String.valueOf(result.task().groupedBy()),
                        result.task().metrics().getFirst().key()),
                        result.groups().entrySet().stream().map(group -> List.of(group.getKey(), number(group.getValue()))).toList());
            }
            if (result.curves() instanceof AcquisitionCurves curves) {
                curves.tell(result.task().name(), result.task().groupBy(), run, seed);
            }
            result.scores().forEach((metric, score) -> {
                run.figure(result.task().name() + "_" + metric, score.value());
                run.figure(result.task().name() + "_" + metric + "_stderr", score.error());
            });
        }
        for (var result : tasks) {
            int at = 0;
            for (var sample : result.samples()) {
                run.text(at++ == 0 ? "As asked: " + result.task().name() : "", sample.origin() + " — right: " + sample.right());
                for (int i = 0; i < sample.prompts().size(); i++) {
                    run.code(cut(sample.prompts().get(i)) + "\n→ " + sample.answers().get(i));
                }
            }
        }
    }

    private void tellContamination(StudyRun run) {
        var rows = new ArrayList<List<String>>();
        for (var result : tasks) {
            if (result.contamination() instanceof Clean clean && result.failure() == null) {
                var found = clean.found();
                result.scores().forEach((metric, score) -> rows.add(List.of(result.task().name(), metric, String.valueOf(found.n()),
                        String.format(Locale.ROOT, "%d of %d (%.1f%%)", found.dirty().size(), found.documents(), 100 * found.share()),
                        String.valueOf(found.tooShort()), number(score),
                        clean.scores().get(metric) instanceof Score left ? number(left) : "–")));
            }
        }
        if (!rows.isEmpty()) {
            run.table("In the training text", List.of("task", "metric", "words", "contaminated", "too short", "all", "clean alone"), rows);
        }
    }

    private static void rows(TaskResult result, List<String> baselines, List<List<String>> rows) {
        if (result.failure() != null) {
            rows.add(List.of(result.task().name(), result.task().metrics().getFirst().key(), "failed: " + result.failure()));
            return;
        }
        result.scores().forEach((metric, score) -> {
            var row = new ArrayList<>(List.of(result.task().name(), metric, number(score), String.valueOf(result.documents())));
            for (var baseline : baselines) {
                var value = result.baselines().getOrDefault(metric, Map.of()).get(baseline);
                row.add(value == null ? "–" : number(value));
            }
            row.add(String.format(Locale.ROOT, "%.1f", result.seconds()));
            rows.add(row);
        });
    }

    /** The task's own value in a few words. */
    static String shortly(TaskResult result) {
        return result.scores().entrySet().stream().findFirst().map(entry -> entry.getKey() + " " + number(entry.getValue()))
                .orElse("failed: " + result.failure());
    }

    static String number(Score score) {
        return Double.isNaN(score.value())
                ? "–"
                : number(score.value()) + (Double.isNaN(score.error()) ? "" : " ± " + number(score.error()));
    }

    static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.4f" : Math.abs(value) < 10_000 ? "%.2f" : "%,.0f", value);
    }

    private static String cut(String prompt) {
        return prompt.length() <= LONGEST_PROMPT ? prompt : prompt.substring(0, LONGEST_PROMPT) + "… (" + prompt.length() + " characters)";
    }
}
