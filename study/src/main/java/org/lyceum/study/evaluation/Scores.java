package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lyceum.foundation.Seeds;
import org.lyceum.text.score.Bleu;
import org.lyceum.text.score.Chrf;

/** From answers to values and standard errors. */
final class Scores {
    /** Draws of as many documents, with replacement (Efron 1979); fewer where each draw scores texts anew. */
    private static final int DRAWS = 1000;
    private static final int TEXT_DRAWS = 100;

    private Scores() {
    }

    /**
     * A value with how far it may be off.
     *
     * @param value of all documents
     * @param error its standard error; NaN of fewer than two documents
     */
    record Score(double value, double error) {
    }

    /** Every metric of the task over {@code outcomes}, by name; the first is the task's. */
    static Map<String, Score> of(Task task, List<Outcome> outcomes, long seed) {
        var scores = new LinkedHashMap<String, Score>();
        for (var filter : task.filters()) {
            for (var metric : task.metrics()) {
                scores.put(filter.metric(metric.key()), score(task, metric, filter, outcomes, seed));
            }
        }
        return scores;
    }

    private static Score score(Task task, Metric metric, Filter filter, List<Outcome> outcomes, long seed) {
        if (metric.isOfTexts()) {
            ToDoubleFunction<List<Outcome>> value = some -> ofTexts(metric, filter, some);
            return new Score(value.applyAsDouble(outcomes), resampled(outcomes, value, TEXT_DRAWS, seed, metric.key()));
        }
        var parts = outcomes.stream().map(outcome -> metric.of(outcome, task.kind(), filter)).toList();
        if (metric.isCorrelation()) {
            return new Score(metric.pooled(parts), Agreement.error(parts, metric.correlation(), seed, metric.key()));
        }
        if (task.kind() == Task.Kind.FINE_TUNE) {
            return new Score(metric.pooled(parts), FineTuned.error(parts, metric::pooled, seed));
        }
        boolean mean = metric.name().pooling == Metric.Pooling.MEAN || parts.getFirst().length == 1;
        return new Score(metric.pooled(parts),
                mean
                        ? ofMean(parts.stream().mapToDouble(part -> part[0]).toArray())
                        : resampled(parts, metric::pooled, DRAWS, seed, metric.key()));
    }

    /** The task's own metric for each layer of the model. */
    static Map<String, Score> byLayer(Task task, List<Outcome> outcomes, long seed) {
        var metric = task.metrics().getFirst();
        return metric.isCorrelation()
                ? Agreement.byLayer(outcomes.stream().map(outcome -> metric.of(outcome, task.kind(), Filter.PLAIN)).toList(),
                        metric.correlation(), seed)
                : Map.of();
    }

    /** The task's own metric for each seed that the model was taught with. */
    static Map<String, Score> bySeed(Task task, List<Outcome> outcomes, long seed) {
        return FineTuned.bySeed(outcomes.stream().map(FineTuned::part).toList(), task.metrics().getFirst()::pooled, seed);
    }

    /** The value alone. */
    static double value(Task task, Metric metric, Filter filter, List<Outcome> outcomes) {
        return metric.isOfTexts()
                ? ofTexts(metric, filter, outcomes)
                : metric.pooled(outcomes.stream().map(outcome -> metric.of(outcome, task.kind(), filter)).toList());
    }

    private static double ofTexts(Metric metric, Filter filter, List<Outcome> outcomes) {
        var made = outcomes.stream().map(outcome -> metric.filtered(outcome, filter)).toList();
        var references = outcomes.stream().map(outcome -> outcome.item().references().getFirst()).toList();
        return metric.name() == Metric.Name.BLEU
                ? Bleu.of(made, references, metric.ignoreCase() ? Bleu.Setting.LOWER_CASED : Bleu.Setting.CASED).score()
                : Chrf.of(made, references, metric.ignoreCase());
    }

    /** s/√n, s with n − 1 below the line. */
    static double ofMean(double[] values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1) / values.length);
    }

    /** The standard deviation of a value over samples drawn from {@code all} with replacement. */
    static <T> double resampled(List<T> all, ToDoubleFunction<List<T>> value, int draws, long seed, String purpose) {
        if (all.size() < 2) {
            return Double.NaN;
        }
        var values = new double[draws];
        for (int draw = 0; draw < draws; draw++) {
            var random = Seeds.generator(seed, "bootstrap of " + purpose, draw);
            var sample = new ArrayList<T>(all.size());
            for (int i = 0; i < all.size(); i++) {
                sample.add(all.get(random.nextInt(all.size())));
            }
            values[draw] = value.applyAsDouble(sample);
        }
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        return Math.sqrt(Arrays.stream(values).map(each -> (each - mean) * (each - mean)).sum() / (draws - 1));
    }
}
