package org.lyceum.app.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.words.WordSplit;

/**
 * Words a second of learning word vectors, beside gensim on the same text with the same settings, both reading it from a file. Words are
 * counted before the clock runs; looking them up is part of the work on both sides.
 */
public final class VectorsBench {
    /** The peers, by the names of {@code --peers}; they are Python packages. */
    public static final List<String> PEERS = List.of("gensim");
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    /** Lyceum's kinds, and the one of the peer's that each is held against. */
    private static final List<List<String>> KINDS = List.of(List.of("skip-gram", "skip-gram"), List.of("skip-gram-pairs", "skip-gram"),
            List.of("skip-gram-tree", "skip-gram-tree"), List.of("cbow", "cbow"), List.of("fasttext", "fasttext"),
            List.of("fasttext-cbow", "fasttext-cbow"));

    private final Conditions conditions;
    private final @Nullable Path data;
    private final long bytes;
    private final VectorsSpec spec;

    /**
     * @param data what to read; null for the built-in corpus, repeated
     * @param megabytes of the built-in corpus
     */
    public VectorsBench(Conditions conditions, @Nullable Path data, int megabytes, int dimensions) {
        this.conditions = conditions;
        this.data = data;
        this.bytes = megabytes * 1_000_000L;
        this.spec = VectorsSpec.of(dimensions, conditions.threads());
    }

    /** Measures. */
    public List<Result> run() {
        var only = conditions.only();
        var names = KINDS.stream().map(List::getFirst).toList();
        if (only != null && !names.contains(only)) {
            throw UserError.usage("bench vectors has no part '" + only + "'; known are " + String.join(", ", names) + ".");
        }
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            writeText(folder.path());
            spec.write(folder.path());
            var lyceum = team
                    .add(Worker.start("Lyceum", LyceumWorker.command("vectors", folder.path()), folder.file("lyceum.log"), PATIENCE));
            for (var name : conditions.peers()) {
                Peers.find(conditions.python(), List.of(name), conditions.say()).ifPresent(p -> team
                        .add(Worker.start(name, p.command("vectors.py", folder.path().toString()), folder.file(name + ".log"), PATIENCE)));
            }
            for (var worker : team.workers()) {
                if (!worker.ready().path("vocabulary").equals(lyceum.ready().path("vocabulary"))) {
                    throw new UserError(worker.name() + " found " + worker.ready().path("vocabulary") + " words, Lyceum "
                            + lyceum.ready().path("vocabulary") + "; it did other work, so there is nothing to compare.");
                }
            }
            conditions.say().accept(String.format(Locale.ROOT, "%,d different words", lyceum.ready().path("vocabulary").asInt()));
            var results = new ArrayList<Result>();
            for (var kind : KINDS) {
                if (only == null || only.equals(kind.getFirst())) {
                    results.addAll(measure(team, kind.getFirst(), kind.getLast()));
                }
            }
            return results;
        }
    }

    private List<Result> measure(Team team, String ours, String theirs) {
        var speeds = new LinkedHashMap<Worker, double[]>();
        for (int round = -1; round < conditions.rounds(); round++) { // the first is for warming up
            for (var worker : team.workers()) {
                var answer = worker.ask("train " + (worker == team.lyceum() ? ours : theirs));
                if (round >= 0) {
                    speeds.computeIfAbsent(worker, _ -> new double[conditions.rounds()])[round] = answer.path("words").asDouble() / 1000
                            / answer.path("seconds").asDouble();
                }
            }
        }
        var threads = conditions.threads() == 1 ? "1 thread" : conditions.threads() + " threads";
        return Result.throughputs(ours + ", " + spec.dimensions() + " dimensions, " + threads, "k words/s", speeds);
    }

    /** Writes the words of the text, about {@code bytes} of the built-in corpus. */
    private void writeText(Path folder) {
        var corpus = Corpus.open(data == null ? "wordnet" : data.toString());
        var size = new long[2];
        WholeFiles.write(VectorsSpec.text(folder), out -> {
            var line = new StringBuilder();
            do {
                for (var document : corpus) {
                    for (var text : (Iterable<String>) document.text().lines()::iterator) {
                        line.setLength(0);
                        WordSplit.WORDS.words(text, word -> {
                            line.append(line.isEmpty() ? "" : " ").append(word);
                            size[1]++;
                        });
                        if (!line.isEmpty()) {
                            var encoded = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
                            out.write(encoded);
                            size[0] += encoded.length;
                        }
                    }
                }
            } while (data == null && size[0] < bytes);
        });
        conditions.say().accept(String.format(Locale.ROOT, "%,d words of %s", size[1], data == null ? "wordnet" : data));
    }
}
