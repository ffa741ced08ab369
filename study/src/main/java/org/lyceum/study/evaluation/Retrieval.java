package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.study.evaluation.Metric.Name;
import org.lyceum.text.corpus.WholeText;

/**
 * Which of many passages answer a query? Judgements are lines of a query, a passage and how relevant it is; of {@code trec_eval}'s four columns
 * the second is passed over. {@code doc_to_target} says what a judgement (columns {@code query}, {@code passage}, {@code relevance}) is worth:
 * above 0 for what is relevant.
 */
final class Retrieval {
    /** Passages that a model may name for a query. */
    static final int DEPTH = 100;
    private static final String PASSAGES = "passages";
    private static final String JUDGEMENTS = "judgements";
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private Retrieval() {
    }

    /** The queries for which something is relevant. Throws {@link UserError} where there are none. */
    static List<Item> items(Task task, Path folder, int limit) {
        var own = task.own();
        var documents = task.data().read(PASSAGES, folder);
        var places = new HashMap<String, Integer>();
        documents.forEach(document -> places.put(id(null, document), document.index()));
        var passages = new Passages(documents.stream()
                .map(document -> own.passage() == null ? text(document) : own.passage().text(document)).toList());
        var gains = gains(task, folder, places);
        var items = new ArrayList<Item>();
        for (var query : task.data().test(folder)) {
            var relevant = gains.getOrDefault(id(own.id(), query), Map.of());
            if (!relevant.isEmpty() && (limit == 0 || items.size() < limit)) {
                items.add(new Item(query, List.of(new Request.Ranking(task.text().text(query), passages)), List.of(),
                        List.copyOf(relevant.keySet()), relevant.values().stream().map(String::valueOf).toList()));
            }
        }
        if (items.isEmpty()) {
            throw task.where().wrong("dataset_kwargs", "no query of " + task.data().described() + " has a relevant passage among the "
                    + "judgements; doc_to_id says which column they call it by.");
        }
        return items;
    }

    /** What a row is called: as the template says, else in the columns {@code _id} or {@code id}. */
    private static String id(@Nullable Template template, Document document) {
        return template != null
                ? template.text(document)
                : String.valueOf(document.columns().getOrDefault("_id", document.columns().getOrDefault("id", document.index() + 1)));
    }

    private static String text(Document passage) {
        var title = String.valueOf(passage.columns().getOrDefault("title", ""));
        return (title + "\n" + passage.columns().getOrDefault("text", "")).strip();
    }

    /** By the query's name, what each relevant passage is worth, by its place. */
    private static Map<String, Map<Integer, Double>> gains(Task task, Path folder, Map<String, Integer> places) {
        var gains = new HashMap<String, Map<Integer, Double>>();
        for (var file : task.data().paths(JUDGEMENTS, folder)) {
            int line = 0;
            for (var each : WholeText.read(file).lines().toList()) {
                line++;
                var fields = SPACE.split(each.strip());
                if (each.isBlank()) {
                    continue;
                }
                var relevance = fields[fields.length - 1];
                if (fields.length < 3 || fields.length > 4 || !NUMBER.matcher(relevance).matches()) {
                    if (line == 1) {
                        continue; // names of columns
                    }
                    throw new UserError("Line " + line + " of " + file + " should be a query, a passage and a number.");
                }
                var place = places.get(fields[fields.length - 2]);
                var judgement = new Document(line, file + ":" + line,
                        Map.of("query", fields[0], "passage", fields[fields.length - 2], "relevance", number(relevance)));
                double gain = gain(task, judgement);
                if (gain > 0 && place != null) {
                    gains.computeIfAbsent(fields[0], _ -> new LinkedHashMap<>()).put(place, gain);
                }
            }
        }
        return gains;
    }

    private static Number number(String text) {
        return text.contains(".") ? (Number) Double.valueOf(text) : Long.valueOf(text);
    }

    private static double gain(Task task, Document judgement) {
        var written = task.target() == null ? String.valueOf(judgement.columns().get("relevance")) : task.target().text(judgement);
        if (!NUMBER.matcher(written).matches()) {
            throw task.where().wrong("doc_to_target", "of retrieval it says what a judgement is worth, a number, not '" + written + "'.");
        }
        return Double.parseDouble(written);
    }

    /**
     * A query's value from the places of the passages that were named, the best first.
     *
     * @param at how many of them count
     */
    static double value(Name metric, int at, Item item, List<Integer> named) {
        var gains = new HashMap<Integer, Double>();
        for (int i = 0; i < item.right().size(); i++) {
            gains.put(item.right().get(i), Double.parseDouble(item.references().get(i)));
        }
        var got = named.stream().limit(at).map(place -> gains.getOrDefault(place, 0.0)).toList();
        return switch (metric) {
            // Järvelin and Kekäläinen 2002, section 2.2, with the logarithm of rank + 1, as trec_eval has it
            case NDCG -> discounted(got) / discounted(gains.values().stream().sorted(Comparator.reverseOrder()).limit(at).toList());
            case RECALL -> (double) got.stream().filter(gain -> gain > 0).count() / gains.size();
            case MRR -> IntStream.range(0, got.size()).filter(i -> got.get(i) > 0).mapToDouble(i -> 1.0 / (i + 1)).findFirst().orElse(0);
            default -> throw new IllegalStateException(metric + " is no metric of rankings");
        };
    }

    private static double discounted(List<Double> gains) {
        return IntStream.range(0, gains.size()).mapToDouble(i -> gains.get(i) / (Math.log(i + 2) / Math.log(2))).sum();
    }

    /** What naming passages at random gives on average. */
    static double chance(Name metric, int at, Item item) {
        int passages = ((Request.Ranking) item.requests().getFirst()).passages().texts().size();
        int relevant = item.right().size();
        int named = Math.min(at, passages);
        return switch (metric) {
            case NDCG -> {
                var gains = item.references().stream().map(Double::valueOf).toList();
                double mean = gains.stream().mapToDouble(gain -> gain).sum() / passages;
                yield discounted(IntStream.range(0, named).mapToObj(_ -> mean).toList())
                        / discounted(gains.stream().sorted(Comparator.reverseOrder()).limit(at).toList());
            }
            case RECALL -> (double) named / passages;
            case MRR -> {
                double sum = 0;
                double none = 1; // probability that nothing relevant came before
                for (int rank = 1; rank <= named; rank++) {
                    double now = Math.min(1, (double) relevant / (passages - rank + 1));
                    sum += none * now / rank;
                    none *= 1 - now;
                }
                yield sum;
            }
            default -> throw new IllegalStateException(metric + " is no metric of rankings");
        };
    }
}
