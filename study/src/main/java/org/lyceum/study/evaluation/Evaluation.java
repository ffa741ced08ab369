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
        return run(subject, null, tasks);
    }

    /**
     * The same, and for ages of acquisition also when each word was learned.
     *
     * @param stages the checkpoints of the run that {@code subject} is of; null for none
     */
    public Results run(Subject subject, @Nullable Stages stages, List<Task> tasks) {
        if (stages != null && tasks.stream().noneMatch(task -> task.kind() == Task.Kind.AGE_OF_ACQUISITION)) {
            throw UserError.usage("--curves tells when words are learned, and none of the tasks is of the kind age_of_acquisition, as "
                    + "wordbank_aoa is.");
        }
        var items = new LinkedHashMap<Task, List<Item>>();
        tasks.forEach(task -> items.put(task, Items.of(task, data, limit, seed)));
        var log = AnswerLog.open(folder);
        var results = new ArrayList<TaskResult>();
        items.forEach((task, asked) -> {
            var result = run(subject, task.kind() == Task.Kind.AGE_OF_ACQUISITION ? stages : null, task, asked, log);
            say.accept("%s: %s (%d documents, %.1f s)".formatted(task.name(), Results.shortly(result), asked.size(), result.seconds()));
            results.add(result);
        });
        return new Results(subject.name(), results, seed);
    }

    private TaskResult run(Subject subject, @Nullable Stages stages, Task task, List<Item> items, AnswerLog log) {
        var baselines = baselines(task, items);
        var asked = new Asked(items, log);
        AcquisitionCurves curves;
        try {
            asked.of(subject);
            curves = stages == null ? null : curves(stages, task, items, log);
        } catch (UserError e) {
            return new TaskResult(task, asked.outcomes.size(), Map.of(), baselines, Map.of(), List.of(), asked.seconds, null, null,
                    e.getMessage());
        }
        var outcomes = asked.outcomes;
        var samples = outcomes.stream().limit(SAMPLES).map(Evaluation::sample).toList();
        return new TaskResult(task, outcomes.size(), Scores.of(task, outcomes, seed), baselines, groups(task, outcomes), samples,
                asked.seconds, curves, contamination == null ? null : contamination.clean(task, outcomes, seed), null);
    }

    private AcquisitionCurves curves(Stages stages, Task task, List<Item> items, AnswerLog log) {
        var answered = new ArrayList<List<Outcome>>();
        for (var stage : stages.all()) {
            var asked = new Asked(items, log);
            try (var subject = stages.open().apply(stage.folder())) {
                asked.of(subject);
            }
            answered.add(asked.outcomes);
            say.accept(String.format(Locale.ROOT, "%s: step %d (%d of %d), %.2f bits a word, %.1f s", task.name(), stage.step(),
                    answered.size(), stages.all().size(),
                    asked.outcomes.stream().mapToDouble(AcquisitionAges::surprisal).average().orElse(Double.NaN), asked.seconds));
        }
        return AcquisitionCurves.of(stages.steps(), answered, stages::chance);
    }

    /** The items of a task, and what was answered so far: what the log has is not asked again. */
    private static final class Asked {
        private final List<Item> items;
        private final AnswerLog log;
        private final List<Outcome> outcomes = new ArrayList<>();
        private double seconds;

        Asked(List<Item> items, AnswerLog log) {
            this.items = items;
            this.log = log;
        }

        /** Throws {@link UserError} where the model fails; what it answered before stays. */
        void of(Subject subject) {
            for (int from = 0; from < items.size(); from += BLOCK) {
                var block = items.subList(from, Math.min(items.size(), from + BLOCK));
                var key = AnswerLog.key(subject.identity(), block);
                var known = log.get(key);
                if (known == null) {
                    long begin = System.nanoTime();
                    var answers = subject.answer(block.stream().map(Item::requests).toList());
                    known = new Block(answers, (System.nanoTime() - begin) / 1e9);
                    log.put(key, known);
                }
                seconds += known.seconds();
                for (int i = 0; i < block.size(); i++) {
                    outcomes.add(new Outcome(block.get(i), known.answers().get(i)));
                }
            }
        }
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
