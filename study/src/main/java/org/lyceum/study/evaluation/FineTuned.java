package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.study.evaluation.Scores.Score;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;

/**
 * Classes that a model first learns to tell from the task's training split, once for each of several seeds (Wang et al. 2019, GLUE). A tenth of
 * that split is held out to choose the epoch by, so that the documents that are asked have no part in what is learned.
 */
final class FineTuned {
    private static final int DRAWS = 1000;

    private FineTuned() {
    }

    /** The documents, each asked of the model of every seed. */
    static List<Item> items(Task task, Path folder, int limit, long seed) {
        var train = examples(task, task.data().shots(folder));
        var labels = Labels.of(train.stream().map(Example::label).toList());
        var lesson = new Lesson(train, labels, task.own().tuning());
        var items = new ArrayList<Item>();
        for (var document : task.data().test(folder)) {
            if (items.size() == limit && limit > 0) {
                break;
            }
            var example = example(task, document);
            int right = labels.id(example.label(), document.origin());
            var requests = IntStream.range(0, task.own().seeds())
                    .<Request>mapToObj(i -> new Request.Taught(example.text(), example.second(), lesson, seed + i)).toList();
            items.add(new Item(document, requests, labels.names(), List.of(right), List.of()));
        }
        return items;
    }

    private static List<Example> examples(Task task, List<Document> documents) {
        return documents.stream().map(document -> example(task, document)).toList();
    }

    private static Example example(Task task, Document document) {
        var texts = task.text().value(document, false) instanceof List<?> list ? list : List.of(task.text().text(document));
        if (texts.isEmpty() || texts.size() > 2) {
            throw task.where().wrong("doc_to_text", "fine_tune takes a text or a list of two, not of " + texts.size() + ".");
        }
        return new Example(String.valueOf(texts.getFirst()), texts.size() > 1 ? String.valueOf(texts.getLast()) : null,
                String.valueOf(task.target() == null ? "" : task.target().text(document)), document.index() + 1);
    }

    /** What a document adds: the right class, then the one that each seed's model says. */
    static double[] part(Outcome outcome) {
        var part = new double[1 + outcome.answers().size()];
        part[0] = outcome.item().right().getFirst();
        for (int i = 0; i < outcome.answers().size(); i++) {
            part[1 + i] = outcome.answers().get(i).numbers().getFirst();
        }
        return part;
    }

    /** The mean over seeds of {@code value}, which takes (right, said) of all documents. */
    static double mean(List<double[]> parts, ToDoubleFunction<List<double[]>> value) {
        return IntStream.range(1, parts.getFirst().length).mapToDouble(said -> value.applyAsDouble(column(parts, said))).average()
                .orElse(Double.NaN);
    }

    private static List<double[]> column(List<double[]> parts, int said) {
        return parts.stream().map(part -> new double[]{part[0], part[said]}).toList();
    }

    /** The deviation of {@code pooled} over draws of as many documents and as many seeds, both with replacement. */
    static double error(List<double[]> parts, ToDoubleFunction<List<double[]>> pooled, long seed) {
        int seeds = parts.getFirst().length - 1;
        var draw = new int[1];
        return Scores.resampled(parts, some -> {
            var random = Seeds.generator(seed, "bootstrap of seeds", draw[0]++);
            var columns = IntStream.range(0, seeds).map(_ -> 1 + random.nextInt(seeds)).toArray();
            return pooled.applyAsDouble(some.stream().map(part -> drawn(part, columns)).toList());
        }, DRAWS, seed, "documents");
    }

    private static double[] drawn(double[] part, int[] columns) {
        var drawn = new double[part.length];
        drawn[0] = part[0];
        for (int i = 0; i < columns.length; i++) {
            drawn[1 + i] = part[columns[i]];
        }
        return drawn;
    }

    /** Each seed by itself; its error is over documents. */
    static Map<String, Score> bySeed(List<double[]> parts, ToDoubleFunction<List<double[]>> pooled, long seed) {
        var scores = new LinkedHashMap<String, Score>();
        for (int said = 1; said < parts.getFirst().length; said++) {
            var own = column(parts, said);
            scores.put(String.valueOf(seed + said - 1),
                    new Score(pooled.applyAsDouble(own), Scores.resampled(own, pooled, DRAWS, seed, "documents")));
        }
        return scores;
    }
}
