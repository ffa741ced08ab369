package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.lyceum.foundation.UserError;

/**
 * Learns a byte-level BPE vocabulary from text (Sennrich et al. 2016, algorithm 1, over the bytes of pre-split pieces). The result depends
 * on the text and the settings only, not on the number of threads or the order of documents, and is the one that Hugging Face's
 * {@code BpeTrainer} learns: special tokens get the first ids, then the 256 bytes, then the merges in the order in which they were made.
 *
 * @param vocabularySize  tokens wanted, the special ones and the 256 bytes among them
 * @param minFrequency    how often a pair must occur, at least, to become a token; 2 leaves out what was seen once
 * @param preSplit        where text is cut; no token crosses a cut
 * @param specialTokens   names for structure, first ids in this order; the text is not searched for them
 * @param threads         threads that count words
 * @param progress        told now and then how far the training is
 */
public record BytePairTrainer(int vocabularySize, long minFrequency, PreSplit preSplit, List<String> specialTokens, int threads,
        Progress progress) {

    /** The name of the token that stands between documents. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Text is cut into work of about this many bytes, so that one long document keeps every thread busy. */
    private static final int CHUNK = 1 << 20;

    /** Hears how far a training is; called from one thread at a time. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} bytes of text counted so far ({@code of} is -1, nobody knows), or {@code done} merges {@code of} those wanted. */
        void report(Stage stage, long done, long of);
    }

    /** What a training does: first it counts words, then it merges pairs. */
    public enum Stage {
        COUNTING, MERGING
    }

    public BytePairTrainer {
        specialTokens = List.copyOf(specialTokens);
        if (new HashSet<>(specialTokens).size() < specialTokens.size() || specialTokens.contains("")) {
            throw UserError.usage("Special tokens must have names, each its own: " + specialTokens + ".");
        }
        for (var special : specialTokens) {
            var name = special.getBytes(StandardCharsets.UTF_8);
            if (preSplit.next(name, 0, name.length) == name.length) { // then merges could spell it, and plain text would become special
                throw UserError
                        .usage("'" + special + "' cannot be a special token, because it could be a word of the text; use a name such as <|"
                                + special.strip() + "|>.");
            }
        }
        int least = 256 + specialTokens.size();
        if (vocabularySize < least) {
            throw UserError.usage(
                    "A byte-level vocabulary holds the 256 bytes and " + specialTokens.size() + " special token(s): ask for at least "
                            + least + " tokens, not " + vocabularySize + ".");
        }
        if (vocabularySize > TokenizerFiles.LARGEST_ID) {
            throw UserError.usage(
                    "A vocabulary of " + vocabularySize + " tokens is out of reach; ask for at most " + TokenizerFiles.LARGEST_ID + ".");
        }
        if (minFrequency < 1 || threads < 1) {
            throw UserError
                    .usage("The minimal frequency (" + minFrequency + ") and the number of threads (" + threads + ") must be 1 or more.");
        }
    }

    /** GPT-4's pre-split, {@code <|endoftext|>}, pairs seen twice or more, all processors, no progress. */
    public static BytePairTrainer of(int vocabularySize) {
        return new BytePairTrainer(vocabularySize, 2, PreSplit.CL100K, List.of(END_OF_TEXT), Runtime.getRuntime().availableProcessors(),
                (_, _, _) -> {
                });
    }

    /** The same with another minimal frequency. */
    public BytePairTrainer withMinFrequency(long frequency) {
        return new BytePairTrainer(vocabularySize, frequency, preSplit, specialTokens, threads, progress);
    }

    /** The same with another pre-split. */
    public BytePairTrainer withPreSplit(PreSplit split) {
        return new BytePairTrainer(vocabularySize, minFrequency, split, specialTokens, threads, progress);
    }

    /** The same with other special tokens. */
    public BytePairTrainer withSpecialTokens(List<String> names) {
        return new BytePairTrainer(vocabularySize, minFrequency, preSplit, names, threads, progress);
    }

    /** The same with another number of threads. */
    public BytePairTrainer withThreads(int count) {
        return new BytePairTrainer(vocabularySize, minFrequency, preSplit, specialTokens, count, progress);
    }

    /** The same with another listener. */
    public BytePairTrainer withProgress(Progress listener) {
        return new BytePairTrainer(vocabularySize, minFrequency, preSplit, specialTokens, threads, listener);
    }

    /**
     * Learns from {@code documents}, read once, in order, a few at a time.
     *
     * @throws UserError if the text does not support so many tokens (the message says how many it does), or the documents throw it: then
     *     no more of them are read
     */
    public BytePairTokenizer train(Iterable<String> documents) {
        var words = count(documents.iterator());
        var firstTokens = new ArrayList<>(specialTokens);
        var byteIds = new int[256];
        for (int b : ByteAlphabet.inTrainingOrder()) {
            byteIds[b] = firstTokens.size();
            firstTokens.add(String.valueOf(ByteAlphabet.character(b)));
        }
        var learner = new MergeLearner(words, byteIds, firstTokens);
        learner.learn(vocabularySize, minFrequency, progress);
        if (learner.tokens().size() < vocabularySize) {
            throw new UserError("The text supports a vocabulary of " + learner.tokens().size() + " tokens, not " + vocabularySize
                    + (minFrequency > 1 ? ", when a pair must occur " + minFrequency + " times to become a token" : "")
                    + "; ask for fewer tokens or give more text.");
        }
        var specials = new ArrayList<AddedToken>();
        for (var special : specialTokens) {
            specials.add(new AddedToken(specials.size(), special, true));
        }
        return BytePairFiles.create(learner.tokens(), specials, learner.merges(), preSplit);
    }

    /** The pieces of all documents and how often each occurs. Each thread counts for itself; the counts are added up at the end. */
    private Words count(Iterator<String> documents) {
        var chunks = new Chunks(documents, progress);
        Callable<Words> worker = () -> {
            var words = new Words();
            for (var chunk = chunks.next(); chunk.to > chunk.from; chunk = chunks.next()) {
                for (int i = chunk.from; i < chunk.to;) {
                    int next = preSplit.next(chunk.text, i, chunk.to);
                    if (next - i > 1) { // a single byte has no pair to merge
                        words.add(chunk.text, i, next - i, 1);
                    }
                    i = next;
                }
            }
            return words;
        };
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var all = new ArrayList<Words>();
            for (var result : pool.invokeAll(Collections.nCopies(threads, worker))) {
                all.add(result.get());
            }
            var sum = all.getFirst();
            all.stream().skip(1).forEach(sum::addAll);
            return sum;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("The training of the tokenizer was interrupted.", e);
        }
    }

    /** A stretch of text that may be split on its own. */
    private record Chunk(byte[] text, int from, int to) {
    }

    /** Hands out the documents, long ones torn where every pre-split cuts. */
    private static final class Chunks {
        private final Iterator<String> documents;
        private final Progress progress;
        private byte[] text = {};
        private int from;
        private long done;
        private boolean stopped;

        Chunks(Iterator<String> documents, Progress progress) {
            this.documents = documents;
            this.progress = progress;
        }

        /** The next stretch, never empty but at the end, or after a failure: its thread reports it, the others need not read on. */
        synchronized Chunk next() {
            if (stopped || Thread.currentThread().isInterrupted()) {
                return new Chunk(text, 0, 0);
            }
            stopped = true;
            while (from == text.length && documents.hasNext()) {
                text = documents.next().getBytes(StandardCharsets.UTF_8);
                from = 0;
            }
            int to = text.length - from <= CHUNK ? text.length : PreSplit.tear(text, from + CHUNK, text.length);
            var chunk = new Chunk(text, from, to);
            done += to - from;
            from = to;
            progress.report(Stage.COUNTING, done, -1);
            stopped = false;
            return chunk;
        }
    }
}
