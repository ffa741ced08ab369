package org.lyceum.app.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.Document;

/**
 * Byte-level BPE: learning a vocabulary beside Hugging Face {@code tokenizers}, encoding beside {@code tokenizers} and {@code tiktoken}, on
 * one thread and on several. The vocabulary must come out the same and so must the ids, or it was not the same work.
 */
public final class TokenizerBench {
    /** The peers, by the names of {@code --peers}; they are Python packages. */
    public static final List<String> PEERS = List.of("tokenizers", "tiktoken");
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Short documents are joined until they have about as many bytes as a page of the web. */
    private static final int DOCUMENT = 10_000;

    private final Conditions conditions;
    private final @Nullable Path data;
    private final long bytes;
    private final int vocabularySize;

    /**
     * @param data what to read; null for the built-in corpus, shuffled and repeated
     * @param megabytes of the built-in corpus
     * @param vocabularySize tokens to learn
     */
    public TokenizerBench(Conditions conditions, @Nullable Path data, int megabytes, int vocabularySize) {
        this.conditions = conditions;
        this.data = data;
        this.bytes = data == null ? megabytes * 1_000_000L : Long.MAX_VALUE; // a text of somebody's own is taken whole
        this.vocabularySize = vocabularySize;
    }

    /** Measures. */
    public List<Result> run() {
        var only = conditions.only();
        if (only != null && !List.of("train", "encode").contains(only)) {
            throw UserError.usage("bench tokenizer has no part '" + only + "'; known are train, encode.");
        }
        var results = new ArrayList<Result>();
        try (var folder = TemporaryFolder.make()) {
            long size = writeDocuments(folder.path());
            for (int threads : IntStream.of(1, conditions.threads()).distinct().toArray()) {
                new TokenizerSpec(vocabularySize, threads).write(folder.path());
                results.addAll(measure(folder, threads, size / 1e6));
            }
        }
        return results;
    }

    private List<Result> measure(TemporaryFolder folder, int threads, double megabytes) {
        try (var team = new Team()) {
            var lyceum = team
                    .add(Worker.start("Lyceum", LyceumWorker.command("tokenizer", folder.path()), folder.file("lyceum.log"), PATIENCE));
            lyceum.ask("train");
            lyceum.ask("save");
            for (var name : conditions.peers()) {
                Peers.find(conditions.python(), List.of(name), conditions.say())
                        .ifPresent(p -> team.add(Worker.start(name,
                                p.command("tokenizer.py", folder.path().toString(), name, String.valueOf(threads)),
                                folder.file(name + ".log"), PATIENCE)));
            }
            var on = threads == 1 ? "1 thread" : threads + " threads";
            var results = new ArrayList<Result>();
            if (!"encode".equals(conditions.only())) {
                var learners = team.workers().stream().filter(worker -> !worker.name().startsWith("tiktoken")).toList();
                results.addAll(work("train", String.format(Locale.ROOT, "BPE training, %,d tokens, %s", vocabularySize, on), learners,
                        megabytes));
            }
            if (!"train".equals(conditions.only())) {
                results.addAll(work("encode", "BPE encoding, " + on, team.workers(), megabytes));
            }
            return results;
        }
    }

    private List<Result> work(String command, String name, List<Worker> workers, double megabytes) {
        var speeds = new LinkedHashMap<Worker, double[]>();
        // Encoding is warmed up by a round that does not count; for training, which takes longer, Lyceum's first one has to do.
        for (int round = command.equals("encode") ? -1 : 0; round < conditions.rounds(); round++) {
            var digests = new LinkedHashMap<String, String>();
            for (var worker : workers) {
                var answer = worker.ask(command);
                digests.put(worker.name(), answer.path("digest").asString());
                if (round >= 0) {
                    speeds.computeIfAbsent(worker, _ -> new double[conditions.rounds()])[round] = megabytes
                            / answer.path("seconds").asDouble();
                }
            }
            requireSame(command, digests);
        }
        return Result.throughputs(name, "MB/s", speeds);
    }

    private static void requireSame(String command, Map<String, String> digests) {
        var ours = digests.get("Lyceum");
        digests.forEach((peer, digest) -> {
            if (!digest.equals(ours)) {
                throw new UserError(peer + " came to other " + (command.equals("train") ? "merges" : "ids") + " than Lyceum on the same "
                        + "text; it did other work, so there is nothing to compare.");
            }
        });
    }

    /** Writes the documents, no more than about {@code bytes}, and returns how many of text. */
    private long writeDocuments(Path folder) {
        var texts = texts();
        var file = TokenizerSpec.documents(folder);
        var random = new Random(1);
        var size = new long[1];
        WholeFiles.write(file, out -> {
            var document = new ByteArrayOutputStream();
            while (size[0] < bytes) {
                if (data == null) {
                    Collections.shuffle(texts, random);
                }
                for (var text : texts) {
                    document.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
                    if (document.size() >= DOCUMENT) {
                        size[0] += document.size();
                        document.writeTo(out);
                        out.write(0);
                        document.reset();
                        if (size[0] >= bytes) {
                            break;
                        }
                    }
                }
                if (data != null) {
                    break; // and not repeated
                }
            }
            size[0] += document.size();
            document.writeTo(out);
            out.write(0);
        });
        conditions.say().accept(String.format(Locale.ROOT, "%.1f MB of %s", size[0] / 1e6, data == null ? "wordnet" : data));
        return size[0];
    }

    private List<String> texts() {
        try (var documents = Corpus.open(data == null ? "wordnet" : data.toString()).stream()) {
            return new ArrayList<>(documents.map(Document::text).toList());
        }
    }
}
