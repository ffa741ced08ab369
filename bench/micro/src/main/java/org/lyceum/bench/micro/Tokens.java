package org.lyceum.bench.micro;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.lyceum.foundation.Seeds;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.shard.BatchConfig;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.text.shard.ShardWriter;
import org.lyceum.text.shard.TokenShard;
import org.lyceum.text.shard.TokenSplit;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.PreSplit;
import org.lyceum.text.tokenizer.Tokenizer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From text to tokens to batches, in Java alone. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Tokens {
    private static final int WORDS = 100_000;

    /** The first words of the built-in corpus, and a tokenizer that was trained on as many again. */
    @State(Scope.Benchmark)
    public static class Text {
        final String text;
        final byte[] utf8;
        final Tokenizer tokenizer;

        public Text() {
            try (var documents = Corpus.open("wordnet").stream()) {
                var words = documents.map(Document::text).limit(WORDS).flatMap(text -> List.of(text.split(" ")).stream()).limit(2 * WORDS)
                        .toList();
                text = words.stream().limit(WORDS).collect(Collectors.joining(" "));
                utf8 = text.getBytes(StandardCharsets.UTF_8);
                tokenizer = BytePairTrainer.of(8192).withThreads(1).train(List.of(String.join(" ", words)));
            }
        }
    }

    /** A shard of a million tokens on the disk, mapped. */
    @State(Scope.Benchmark)
    public static class Shard {
        private static final int VOCABULARY = 4096;
        private static final int TOKENS = 1 << 20;

        private final TemporaryFile file = TemporaryFile.make();
        private final Arena arena = Arena.ofShared();
        private final BatchSource source;
        private long step;

        public Shard() {
            var random = Seeds.generator(1, "micro", 0);
            var tokens = random.ints(TOKENS, 0, VOCABULARY).toArray();
            tokens[TOKENS - 1] = VOCABULARY - 1;
            try (var shard = new ShardWriter(file.path(), VOCABULARY, VOCABULARY - 1)) {
                shard.add(tokens, 0);
                shard.finish();
            }
            source = new BatchSource(new TokenSplit(List.of(TokenShard.open(file.path(), arena))), new BatchConfig(16, 256), 1);
        }

        /** Removes the file. */
        @TearDown
        public void remove() {
            arena.close();
            file.close();
        }
    }

    /** Words a second. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public int[] encode(Text state) {
        return state.tokenizer.encode(state.text);
    }

    /** Words a second. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public int preSplit(Text state) {
        int pieces = 0;
        for (int at = 0; at < state.utf8.length; pieces++) {
            at = PreSplit.CL100K.next(state.utf8, at, state.utf8.length);
        }
        return pieces;
    }

    /** Batches of 16 × 256 tokens a second. */
    @Benchmark
    public Batch batch(Shard state) {
        return state.source.batch(state.step++);
    }
}
