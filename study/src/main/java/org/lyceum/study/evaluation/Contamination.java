package org.lyceum.study.evaluation;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Which documents of tasks stand in the training text: one that shares an n-gram of words with it, as Brown et al. 2020 ("Language Models are
 * Few-Shot Learners", appendix C) define it. n is the 5th percentile of the lengths of a task's documents in words, at least 8 and at most 13;
 * shorter documents cannot be told from chance and count as clean. A document is its context without examples, and its right answer.
 *
 * <p>The training text is read once, document by document; what is held in memory are the tasks' n-grams.
 */
public final class Contamination {
    private static final int LEAST = 8;
    private static final int MOST = 13;
    /** Characters that are looked at again with the next piece of a long document. */
    private static final int CARRIED = 10_000;

    /**
     * What was found of a task.
     *
     * @param n words that must follow each other alike
     * @param documents that were looked at
     * @param dirty places in the task of those that stand in the training text
     * @param tooShort documents of fewer words than {@code n}
     */
    record Found(int n, int documents, List<Integer> dirty, int tooShort) {
        double share() {
            return documents == 0 ? 0 : (double) dirty.size() / documents;
        }
    }

    private final Map<String, Found> found = new HashMap<>();

    private Contamination() {
    }

    /** What is known of the task {@code name}; a task that was not looked for has nothing dirty. */
    Found of(String name) {
        return found.getOrDefault(name, new Found(0, 0, List.of(), 0));
    }

    /**
     * Looks for the tasks' documents in the training text.
     *
     * @param training run folders and folders of token shards, which are decoded, or what {@link Corpus} reads
     * @param n words; 0 for as many as the paper takes
     * @param data what the tasks' files are relative to
     * @param limit documents of each task; 0 for all
     * @throws UserError for training text that cannot be read
     */
    public static Contamination in(List<String> training, List<Task> tasks, int n, Path data, int limit, Consumer<String> say) {
        if (n < 0 || n > 1000) {
            throw UserError.usage("--contamination-words must be from 1 to 1000, not " + n + ".");
        }
        var texts = new LinkedHashMap<Task, List<long[]>>();
        tasks.forEach(task -> texts.put(task, Items.of(task.withShots(0), data, limit, 0).stream()
                .map(item -> NGrams.words(text(task, item))).toList()));
        var sizes = new HashMap<Task, Integer>();
        var numbers = new TreeMap<Integer, LongStream.Builder>();
        texts.forEach((task, documents) -> {
            int size = n > 0 ? n : usual(documents);
            sizes.put(task, size);
            var all = numbers.computeIfAbsent(size, _ -> LongStream.builder());
            documents.forEach(words -> NGrams.each(words, size, all));
        });
        var wanted = new TreeMap<Integer, NGrams.Wanted>();
        numbers.forEach((size, all) -> wanted.put(size, new NGrams.Wanted(all.build().toArray())));
        numbers.clear();
        var words = new long[1];
        for (var source : training) {
            read(source, text -> {
                var own = NGrams.words(text);
                words[0] += own.length;
                wanted.forEach((size, table) -> NGrams.each(own, size, table::meet));
            });
        }
        say.accept(String.format(Locale.ROOT, "looked for the tasks' documents in %,d words of training text", words[0]));
        var result = new Contamination();
        texts.forEach((task, documents) -> result.found.put(task.name(), found(documents, requireNonNull(sizes.get(task)), wanted)));
        return result;
    }

    private static Found found(List<long[]> documents, int size, Map<Integer, NGrams.Wanted> wanted) {
        var dirty = new ArrayList<Integer>();
        int tooShort = 0;
        var table = wanted.get(size);
        for (int i = 0; i < documents.size(); i++) {
            var met = new boolean[1];
            NGrams.each(documents.get(i), size, number -> met[0] |= table != null && table.found(number));
            if (met[0]) {
                dirty.add(i);
            }
            tooShort += documents.get(i).length < size ? 1 : 0;
        }
        return new Found(size, documents.size(), List.copyOf(dirty), tooShort);
    }

    private static int usual(List<long[]> documents) {
        var lengths = documents.stream().mapToInt(words -> words.length).sorted().toArray();
        return lengths.length == 0 ? MOST : Math.clamp(lengths[lengths.length / 20], LEAST, MOST);
    }

    /** The context and the right answer, without what stands before each of the task's questions. */
    private static String text(Task task, Item item) {
        int right = item.right().isEmpty() ? 0 : item.right().getFirst();
        var asked = item.requests().isEmpty() ? "" : item.requests().get(right < item.requests().size() ? right : 0).prompt();
        var own = asked.startsWith(task.description()) ? asked.substring(task.description().length()) : asked;
        return item.requests().stream().anyMatch(Request.Generate.class::isInstance)
                ? own + " " + String.join(" ", item.references())
                : own;
    }

    private static void read(String source, Consumer<String> texts) {
        var folder = Path.of(source);
        var shards = Files.exists(folder.resolve("data").resolve("dataset.json")) ? folder.resolve("data") : folder;
        if (!Files.exists(shards.resolve("dataset.json"))) {
            Corpus.open(source).forEach(document -> texts.accept(document.text()));
            return;
        }
        var inside = shards.resolve("tokenizer.json");
        var tokenizer = Tokenizer
                .load(Files.exists(inside) ? inside : shards.toAbsolutePath().normalize().resolveSibling("tokenizer.json"));
        try (var dataset = TokenDataset.open(shards, false)) {
            var train = dataset.train();
            int end = train.endOfDocument();
            var before = ""; // the end of a piece whose document goes on in the next
            for (long piece = 0; piece < train.pieces(); piece++) {
                var ids = new int[Math.toIntExact(train.pieceEnd(piece) - train.pieceStart(piece))];
                train.copy(train.pieceStart(piece), ids.length, ids, 0);
                var text = before + tokenizer.decode(Arrays.stream(ids).filter(id -> id != end).toArray());
                texts.accept(text);
                before = ids.length == 0 || ids[ids.length - 1] == end ? "" : text.substring(Math.max(0, text.length() - CARRIED));
            }
        }
    }

    /** What is left of a task's outcomes without the documents that stand in the training text. */
    TaskResult.Clean clean(Task task, List<Outcome> outcomes, long seed) {
        var known = of(task.name());
        var dirty = new HashSet<>(known.dirty());
        var rest = outcomes.stream().filter(outcome -> !dirty.contains(outcome.item().document().index())).toList();
        return new TaskResult.Clean(known, rest.isEmpty() ? Map.of() : Scores.of(task, rest, seed));
    }
}
