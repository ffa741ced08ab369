package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tasks whose documents are read once and put to a model again and again, while it learns. Nothing is kept. */
public final class TaskProbe {
    private static final int SEED = 42;

    private final Map<Task, List<Item>> items;

    private TaskProbe(Map<Task, List<Item>> items) {
        this.items = items;
    }

    /**
     * Reads tasks and their data.
     *
     * @param tasks as {@link ShippedTasks#named} takes them
     * @param data what the tasks' files are relative to
     * @param limit documents of each
     * @throws org.lyceum.foundation.UserError for a task that is none, or data that are not there
     */
    public static TaskProbe of(List<String> tasks, Path data, int limit) {
        var items = new LinkedHashMap<Task, List<Item>>();
        ShippedTasks.named(tasks).forEach(task -> items.put(task, Items.of(task, data, limit, SEED)));
        return new TaskProbe(items);
    }

    /** Every metric's value, {@code arc_easy/acc}. */
    public Map<String, Double> of(Subject subject) {
        var values = new LinkedHashMap<String, Double>();
        items.forEach((task, asked) -> {
            var answers = subject.answer(asked.stream().map(Item::requests).toList());
            var outcomes = IntStream.range(0, asked.size()).mapToObj(i -> new Outcome(asked.get(i), answers.get(i))).toList();
            for (var filter : task.filters()) {
                for (var metric : task.metrics()) {
                    values.put(task.name() + "/" + filter.metric(metric.key()), Scores.value(task, metric, filter, outcomes));
                }
            }
        });
        return values;
    }
}
