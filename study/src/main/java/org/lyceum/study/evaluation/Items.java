package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lyceum.foundation.Seeds;
import org.lyceum.study.evaluation.Task.Kind;

/** Turns a task's documents into what a model is asked, examples before the question. */
final class Items {
    private final Task task;
    private final List<Document> pool;
    private final long seed;

    private Items(Task task, List<Document> pool, long seed) {
        this.task = task;
        this.pool = pool;
        this.seed = seed;
    }

    /**
     * The items of the first {@code limit} documents.
     *
     * @param folder what the files of the data are relative to
     * @param limit the most documents; 0 for all
     * @param seed of the choice of examples
     */
    static List<Item> of(Task task, Path folder, int limit, long seed) {
        switch (task.kind()) {
            case AGE_OF_ACQUISITION -> {
                return AcquisitionAges.items(task, folder, limit);
            }
            case RETRIEVAL -> {
                return Retrieval.items(task, folder, limit);
            }
            case FINE_TUNE -> {
                return FineTuned.items(task, folder, limit, seed);
            }
            default -> {
            }
        }
        var documents = task.data().test(folder);
        List<Document> pool = task.shots() == 0 ? List.of() : task.data().shotsAmongTest() ? documents : task.data().shots(folder);
        int spare = task.data().shotsAmongTest() ? 1 : 0; // a document is never its own example
        if (task.shots() > 0 && pool.size() < task.shots() + spare) {
            throw task.where().wrong("num_fewshot", "there are not " + task.shots() + " documents for examples, only "
                    + (pool.size() - spare) + ".");
        }
        var items = new Items(task, pool, seed);
        return documents.stream().limit(limit > 0 ? limit : Long.MAX_VALUE).map(items::item).toList();
    }

    private Item item(Document document) {
        var before = task.description() + examples(document);
        return switch (task.kind()) {
            case MULTIPLE_CHOICE -> multipleChoice(document, before);
            case MINIMAL_PAIRS -> pair(document, before);
            case TWO_BY_TWO -> square(document, before);
            case LOGLIKELIHOOD -> {
                var continuation = String.valueOf(target(document));
                yield new Item(document, List.of(new Request.Likelihood(before + context(document), continuation)), List.of(), List.of(),
                        List.of(continuation));
            }
            case WORD_SIMILARITY -> WordSimilarity.item(task, document, several(document, 2), String.valueOf(target(document)));
            case AGE_OF_ACQUISITION, RETRIEVAL, FINE_TUNE -> throw new IllegalStateException("items of all documents at once");
            case LOGLIKELIHOOD_ROLLING -> {
                var text = String.valueOf(target(document));
                yield new Item(document, List.of(new Request.Rolling(text)), List.of(), List.of(), List.of(text));
            }
            case GENERATE_UNTIL -> new Item(document,
                    IntStream.range(0, task.generation().repeats()).<Request>mapToObj(draw -> written(document, before, draw)).toList(),
                    List.of(), List.of(), references(document));
            case TRANSLATION -> {
                var source = Objects.requireNonNull(task.own().source()).text(document);
                yield new Item(document, List.of(new Request.Translate(source, written(document, before, 0))), List.of(), List.of(),
                        references(document));
            }
        };
    }

    private Request.Generate written(Document document, String before, int draw) {
        var generation = task.generation();
        return new Request.Generate(before + context(document), generation.until(), generation.maxTokens(), generation.temperature(),
                draw);
    }

    private Item multipleChoice(Document document, String before) {
        var choices = choices(document);
        if (value(document) instanceof Long right) { // the choices are contexts, of which the text names the right one; the target follows
            var continuation = task.targetDelimiter() + target(document);
            return new Item(document,
                    choices.stream().<Request>map(choice -> new Request.Likelihood(before + choice, continuation)).toList(),
                    choices, List.of(place(right, choices, document)), List.of());
        }
        var context = before + context(document);
        var right = (target(document) instanceof List<?> several ? several.stream() : Stream.of(target(document)))
                .map(each -> place(each, choices, document)).toList();
        return new Item(document,
                choices.stream().<Request>map(choice -> new Request.Likelihood(context, task.targetDelimiter() + choice)).toList(), choices,
                right, List.of());
    }

    private int place(Object target, List<String> choices, Document document) {
        int at = target instanceof Long number ? Math.toIntExact(number) : choices.indexOf(String.valueOf(target));
        if (at < 0 || at >= choices.size()) {
            throw task.where().wrong("doc_to_target", "the target " + target + " of " + document.origin() + " is none of the "
                    + choices.size() + " choices.");
        }
        return at;
    }

    private Item pair(Document document, String before) {
        var choices = several(document, 2);
        var context = before + context(document);
        var target = task.target();
        var requests = choices.stream().<Request>map(choice -> target != null
                ? new Request.Likelihood(context + choice, task.targetDelimiter() + target.text(document))
                : new Request.Likelihood(context, (context.isEmpty() ? "" : task.targetDelimiter()) + choice)).toList();
        return new Item(document, requests, choices, List.of(0), List.of());
    }

    private Item square(Document document, String before) {
        var contexts = several(document, 2);
        var targets = target(document) instanceof List<?> list ? list : List.of();
        if (targets.size() != 2) {
            throw task.where().wrong("doc_to_target",
                    "two_by_two needs a list of 2 targets, which " + document.origin() + " does not give.");
        }
        var requests = targets.stream().flatMap(target -> contexts.stream().<Request>map(context -> new Request.Likelihood(before + context,
                task.targetDelimiter() + target))).toList();
        return new Item(document, requests, contexts, List.of(0), List.of());
    }

    private List<String> several(Document document, int count) {
        var choices = choices(document);
        if (choices.size() != count) {
            throw task.where().wrong("doc_to_choice",
                    task.kind().key() + " needs " + count + " choices, but " + document.origin() + " gives "
                            + choices.size() + ".");
        }
        return choices;
    }

    private List<String> choices(Document document) {
        if (Objects.requireNonNull(task.choices()).value(document, false) instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        throw task.where().wrong("doc_to_choice", "doc_to_choice must give a list, which it does not for " + document.origin() + ".");
    }

    private Object value(Document document) {
        return task.text().value(document, task.choices() != null);
    }

    private String context(Document document) {
        return value(document) instanceof Long place && task.choices() != null
                ? choices(document).get(place(place, choices(document), document))
                : task.text().text(document);
    }

    private Object target(Document document) {
        return Objects.requireNonNull(task.target()).value(document, task.choices() != null);
    }

    private List<String> references(Document document) {
        return target(document) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(target(document)));
    }

    /** Examples, each with its answer. */
    private String examples(Document document) {
        if (task.shots() == 0) {
            return "";
        }
        var text = new StringBuilder();
        for (var example : chosen(document)) {
            text.append(context(example));
            var answer = answer(example);
            if (!answer.isEmpty()) {
                text.append(task.targetDelimiter()).append(answer);
            }
            text.append(task.shotsDelimiter());
        }
        return text.toString();
    }

    private String answer(Document example) {
        if (task.target() == null) {
            return "";
        }
        var target = target(example);
        var first = target instanceof List<?> list && !list.isEmpty() ? list.getFirst() : target;
        return first instanceof Long place && task.choices() != null && task.kind() == Kind.MULTIPLE_CHOICE
                && !(value(example) instanceof Long)
                        ? choices(example).get(place(place, choices(example), example))
                        : String.valueOf(first);
    }

    private List<Document> chosen(Document document) {
        boolean among = task.data().shotsAmongTest();
        if (task.shotsInOrder()) {
            return pool.stream().filter(each -> !among || each.index() != document.index()).limit(task.shots()).toList();
        }
        var random = Seeds.generator(seed, "examples of " + task.name(), document.index());
        var places = new ArrayList<Integer>();
        while (places.size() < task.shots()) {
            int place = random.nextInt(pool.size());
            if (!places.contains(place) && !(among && place == document.index())) {
                places.add(place);
            }
        }
        return IntStream.range(0, task.shots()).mapToObj(i -> pool.get(places.get(i))).toList();
    }
}
