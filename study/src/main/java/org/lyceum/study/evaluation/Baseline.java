package org.lyceum.study.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.study.evaluation.Metric.Name;
import org.lyceum.study.evaluation.Task.Kind;

/**
 * What is reached without a model. All but the first answer like a model would and are scored the same way; what a baseline has no answer to is
 * left out.
 */
enum Baseline {
    /** What choosing blindly gives on average; of a text, every byte equally probable. */
    RANDOM,
    /** The answer that is right most often, given every time; it has seen the answers. */
    MAJORITY,
    /** The choice whose words are most frequent in the task's own texts; of a text, its bytes by their own frequencies. */
    UNIGRAM,
    /** The longest choice, in characters. */
    LONGEST,
    /** Of two words, the letters that they share: {@link WordSimilarity#spelling}. */
    SPELLING,
    /** Passages by the words that they share with the query ({@link Bm25}). */
    BM25,
    /** The sentence that was to be translated. */
    COPY;

    private static final Pattern SPACE = Pattern.compile("\\s+");

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The values of the task's metrics that it has an answer to, by the names of {@link Scores#of}. */
    Map<String, Double> values(Task task, List<Item> items, long seed) {
        if (this == RANDOM) {
            return chance(task, items);
        }
        var answer = answers(task, items);
        if (answer == null) {
            return Map.of();
        }
        var values = new LinkedHashMap<String, Double>();
        var outcomes = items.stream().map(item -> new Outcome(item, answer.apply(item))).toList();
        for (var filter : task.filters()) {
            for (var metric : task.metrics()) {
                if (has(task.kind(), metric.name())) {
                    values.put(filter.metric(metric.key()),
                            Scores.value(task, metric,
                                    task.kind() == Kind.GENERATE_UNTIL || task.kind() == Kind.TRANSLATION ? Filter.PLAIN : filter,
                                    outcomes));
                }
            }
        }
        return values;
    }

    private boolean has(Kind kind, Name metric) {
        return switch (kind) {
            case LOGLIKELIHOOD -> metric == Name.ACC;
            case LOGLIKELIHOOD_ROLLING, GENERATE_UNTIL, TRANSLATION -> true;
            // Scores that are no log-probabilities leave nothing to normalise, and what a model lacks says nothing of another's answers.
            default -> metric != Name.ACC_NORM && metric != Name.MISSING;
        };
    }

    private static Map<String, Double> chance(Task task, List<Item> items) {
        var values = new LinkedHashMap<String, Double>();
        for (var metric : task.metrics()) {
            var value = switch (task.kind()) {
                case RETRIEVAL -> items.stream().mapToDouble(item -> Retrieval.chance(metric.name(), metric.at(), item)).average();
                case MULTIPLE_CHOICE, FINE_TUNE -> metric.isAccuracy()
                        ? items.stream().mapToDouble(item -> (double) item.right().stream().distinct().count() / item.choices().size())
                                .average()
                        : OptionalDouble.empty();
                case MINIMAL_PAIRS -> OptionalDouble.of(0.5);
                case TWO_BY_TWO -> OptionalDouble.of(metric.name() == Name.ACC_EACH ? 0.5 : 0.25);
                case WORD_SIMILARITY, AGE_OF_ACQUISITION -> metric.isCorrelation() ? OptionalDouble.of(0) : OptionalDouble.empty();
                case LOGLIKELIHOOD_ROLLING -> metric.name() == Name.BITS_PER_BYTE ? OptionalDouble.of(8) : OptionalDouble.empty();
                default -> OptionalDouble.empty();
            };
            value.ifPresent(number -> values.put(metric.key(), number));
        }
        return values;
    }

    private @Nullable Function<Item, List<Answer>> answers(Task task, List<Item> items) {
        return switch (task.kind()) {
            case MULTIPLE_CHOICE, MINIMAL_PAIRS, TWO_BY_TWO ->
                this == SPELLING || this == BM25 || this == COPY ? null : chooser(task, items);
            case TRANSLATION -> this != COPY
                    ? null
                    : item -> List.of(Answer.written(((Request.Translate) item.requests().getFirst()).source()));
            case FINE_TUNE -> {
                double most = mostFrequent(items.stream().map(item -> item.right().getFirst()));
                yield this != MAJORITY ? null : item -> item.requests().stream().map(_ -> Answer.numbers(List.of(most))).toList();
            }
            case AGE_OF_ACQUISITION -> switch (this) {
                case UNIGRAM -> AcquisitionAges::byFrequency;
                case LONGEST -> AcquisitionAges::byLength;
                default -> null;
            };
            case RETRIEVAL -> this != BM25 ? null : lexical(items);
            case WORD_SIMILARITY -> this != SPELLING
                    ? null
                    : item -> List
                            .of(Answer.numbers(List.of(WordSimilarity.spelling(item.choices().getFirst(), item.choices().getLast()))));
            case LOGLIKELIHOOD, GENERATE_UNTIL -> {
                var most = mostFrequent(items.stream().flatMap(item -> item.references().stream().limit(1)));
                yield this != MAJORITY
                        ? null
                        : item -> List.of(new Answer(0, item.references().contains(most), most, List.of()));
            }
            case LOGLIKELIHOOD_ROLLING -> this != UNIGRAM ? null : bytes(items);
        };
    }

    private static Function<Item, List<Answer>> lexical(List<Item> items) {
        var answers = new HashMap<Item, List<Answer>>();
        try (var index = new Bm25(((Request.Ranking) items.getFirst().requests().getFirst()).passages().texts())) {
            for (var item : items) {
                var query = ((Request.Ranking) item.requests().getFirst()).query();
                answers.put(item, List.of(Answer.numbers(index.best(query, Retrieval.DEPTH).stream().map(Integer::doubleValue).toList())));
            }
        }
        return answers::get;
    }

    private @Nullable Function<Item, List<Answer>> chooser(Task task, List<Item> items) {
        return switch (this) {
            case MAJORITY -> {
                if (task.kind() != Kind.MULTIPLE_CHOICE) {
                    yield null; // the right one is always the first
                }
                int most = mostFrequent(items.stream().map(item -> item.right().getFirst()));
                yield item -> scores(item, i -> i == most ? 1 : 0);
            }
            case LONGEST -> item -> scores(item, i -> likelihood(item, i).continuation().length() + likelihood(item, i).context().length());
            default -> {
                var counts = new HashMap<String, Integer>();
                items.forEach(item -> item.choices().forEach(choice -> words(choice).forEach(word -> counts.merge(word, 1, Integer::sum))));
                double total = counts.values().stream().mapToInt(count -> count).sum() + counts.size() + 1.0;
                yield item -> scores(item, i -> words(likelihood(item, i).context() + " " + likelihood(item, i).continuation()).stream()
                        .mapToDouble(word -> Math.log((counts.getOrDefault(word, 0) + 1) / total)).sum());
            }
        };
    }

    private static Request.Likelihood likelihood(Item item, int request) {
        return (Request.Likelihood) item.requests().get(request);
    }

    private static List<Answer> scores(Item item, Function<Integer, ? extends Number> score) {
        return IntStream.range(0, item.requests().size()).mapToObj(i -> Answer.of(score.apply(i).doubleValue(), false)).toList();
    }

    private static List<String> words(String text) {
        return Stream.of(SPACE.split(text.strip().toLowerCase(Locale.ROOT))).toList();
    }

    /** Each byte by its frequency in all the texts. */
    private static Function<Item, List<Answer>> bytes(List<Item> items) {
        var counts = new long[256];
        long total = 0;
        for (var item : items) {
            for (byte each : item.references().getFirst().getBytes(StandardCharsets.UTF_8)) {
                counts[each & 255]++;
                total++;
            }
        }
        double all = total;
        return item -> {
            double sum = 0;
            for (byte each : item.references().getFirst().getBytes(StandardCharsets.UTF_8)) {
                sum += Math.log(counts[each & 255] / all);
            }
            return List.of(Answer.of(sum, false));
        };
    }

    /** The value that occurs most often, the first of equal ones. */
    private static <T> T mostFrequent(Stream<T> values) {
        var counts = values.collect(Collectors.groupingBy(value -> value, LinkedHashMap::new, Collectors.counting()));
        var entries = new ArrayList<>(counts.entrySet());
        return entries.stream().reduce((a, b) -> b.getValue() > a.getValue() ? b : a).orElseThrow().getKey();
    }
}
