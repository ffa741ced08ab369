package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.study.evaluation.AnswerLog.Block;
import org.lyceum.study.evaluation.TaskResult.Sample;

/**
 * Puts tasks to a model, block by block. Each block's answers are kept at once, so that a run which is killed and started again gives the same
 * result as one that was not.
 *
 * @param data what the tasks' files are relative to
 * @param folder where answers are kept
 * @param limit the most documents of a task; 0 for all
 * @param seed of few-shot examples and of bootstrap
 * @param contamination what stands in the training text; null where nobody looked
 * @param say takes lines for the user
 */
public record Evaluation(Path data, Path folder, int limit, long seed, @Nullable Contamination contamination, Consumer<String> say) {
    /** Documents that are kept together. */
    private static final int BLOCK = 16;
    private static final int SAMPLES = 3;
    /** Numbers of an answer that a sample shows. */
    private static final int SHOWN = 40;

    /** Without a look into the training text. */
    public Evaluation(Path data, Path folder, int limit, long seed, Consumer<String> say) {
        this(data, folder, limit, seed, null, say);
    }

    /**
     * All tasks, one after the other. One whose model fails (a server that is down) gets a result that says so, and the rest goes on.
     *
     * @throws UserError for a task whose file or data are wrong, before anything is asked
     */
    public Results run(Subject subject, List<Task> tasks) {
        var items = new LinkedHashMap<Task, List<Item>>();
        tasks.forEach(task -> items.put(task, Items.of(task, data, limit, seed)));
        var log = AnswerLog.open(folder);
        var results = new ArrayList<TaskResult>();
        items.forEach((task, asked) -> {
            var result = run(subject, task, asked, log);
            say.accept("%s: %s (%d documents, %.1f s)".formatted(task.name(), Results.shortly(result), asked.size(), result.seconds()));
            results.add(result);
        });
        return new Results(subject.name(), results);
    }

    private TaskResult run(Subject subject, Task task, List<Item> items, AnswerLog log) {
        var baselines = baselines(task, items);
        var outcomes = new ArrayList<Outcome>();
        double seconds = 0;
        for (int from = 0; from < items.size(); from += BLOCK) {
            var block = items.subList(from, Math.min(items.size(), from + BLOCK));
            var key = AnswerLog.key(subject.identity(), block);
            var known = log.get(key);
            if (known == null) {
                try {
                    long begin = System.nanoTime();
                    var answers = subject.answer(block.stream().map(Item::requests).toList());
                    known = new Block(answers, (System.nanoTime() - begin) / 1e9);
                } catch (UserError e) {
                    return new TaskResult(task, outcomes.size(), Map.of(), baselines, Map.of(), List.of(), seconds, null, e.getMessage());
                }
                log.put(key, known);
            }
            seconds += known.seconds();
            for (int i = 0; i < block.size(); i++) {
                outcomes.add(new Outcome(block.get(i), known.answers().get(i)));
            }
        }
        var samples = outcomes.stream().limit(SAMPLES).map(Evaluation::sample).toList();
        return new TaskResult(task, outcomes.size(), Scores.of(task, outcomes, seed), baselines, groups(task, outcomes), samples, seconds,
                contamination == null ? null : contamination.clean(task, outcomes, seed), null);
    }

    private Map<String, Map<String, Double>> baselines(Task task, List<Item> items) {
        var baselines = new LinkedHashMap<String, Map<String, Double>>();
        for (var baseline : Baseline.values()) {
            baseline.values(task, items, seed).forEach((metric, value) -> baselines.computeIfAbsent(metric, _ -> new LinkedHashMap<>())
                    .put(baseline.key(), value));
        }
        return baselines;
    }

    private Map<String, Scores.Score> groups(Task task, List<Outcome> outcomes) {
        if (task.kind() == Task.Kind.WORD_SIMILARITY) {
            return Scores.byLayer(task, outcomes, seed);
        }
        if (task.kind() == Task.Kind.FINE_TUNE) {
            return Scores.bySeed(task, outcomes, seed);
        }
        if (!(task.groupBy() instanceof String column)) {
            return Map.of();
        }
        var groups = new LinkedHashMap<String, Scores.Score>();
        outcomes.stream().collect(Collectors.groupingBy(outcome -> String.valueOf(outcome.item().document().columns().get(column)),
                TreeMap::new, Collectors.toList()))
                .forEach(
                        (group, some) -> groups.put(group, Objects.requireNonNull(Scores.of(task, some, seed).values().iterator().next())));
        return groups;
    }

    private static Sample sample(Outcome outcome) {
        var item = outcome.item();
        var right = item.references().isEmpty() || item.requests().getFirst() instanceof Request.Ranking
                ? item.right().stream().map(place -> item.choices().isEmpty() ? "passage " + (place + 1) : item.choices().get(place))
                        .collect(Collectors.joining(" | "))
                : String.join(" | ", item.references());
        return new Sample(item.document().origin(), item.requests().stream().map(Request::prompt).toList(),
                outcome.answers().stream().map(answer -> answer.text().isEmpty() ? inNumbers(answer) : answer.text()).toList(), right);
    }

    private static String inNumbers(Answer answer) {
        return answer.numbers().isEmpty()
                ? String.format(Locale.ROOT, "%.4f%s", answer.logProbability(), answer.greedy() ? ", greedy" : "")
                : answer.numbers().stream().limit(SHOWN)
                        .map(number -> number == number.longValue() ? number.longValue() + "" : String.format(Locale.ROOT, "%.4f", number))
                        .collect(Collectors.joining(" "));
    }
}
