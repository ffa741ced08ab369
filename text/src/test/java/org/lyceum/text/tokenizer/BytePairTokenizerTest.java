package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;

class BytePairTokenizerTest {
    private static final Tokenizer CL100K = Tokenizer.load(Fixtures.path("bpe-cl100k.json"));

    @ParameterizedTest
    @ValueSource(strings = {"bpe-gpt2", "bpe-cl100k", "bpe-cl100k_two_digits", "bpe-qwen2", "bpe-o200k"})
    void givesTheIdsOfHuggingFace(String fixture) {
        var tokenizer = Tokenizer.load(Fixtures.path(fixture + ".json"));
        assertThat(tokenizer).isInstanceOf(BytePairTokenizer.class);
        var samples = Fixtures.samples();
        var plain = Fixtures.ids(fixture, "plain");
        var specials = Fixtures.ids(fixture, "specials");
        for (int i = 0; i < samples.size(); i++) {
            assertThat(tokenizer.encode(samples.get(i))).as(samples.get(i)).isEqualTo(plain.get(i));
            assertThat(tokenizer.encodeWithSpecials(samples.get(i))).as(samples.get(i)).isEqualTo(specials.get(i));
        }
    }

    @Property(tries = 2_000)
    void anyBytesComeBack(@ForAll byte[] bytes) {
        assertThat(CL100K.decodeBytes(CL100K.encode(bytes))).isEqualTo(bytes);
    }

    @Property(tries = 1_000)
    void textComesBackAndIsEncodedLikeItsBytes(@ForAll String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(CL100K.encode(text)).isEqualTo(CL100K.encode(utf8));
        assertThat(CL100K.decode(CL100K.encode(text))).isEqualTo(new String(utf8, StandardCharsets.UTF_8));
    }

    @Property(tries = 2_000)
    void bothWaysToMergeAgree(@ForAll @Size(max = 120) List<@IntRange(max = 3) Integer> start,
            @ForAll @IntRange(min = 1, max = 40) int count) {
        var random = new java.util.SplittableRandom(count);
        var pairs = new long[count];
        var results = new int[count];
        for (int rank = 0; rank < count; rank++) {
            pairs[rank] = LongIntMap.pair(random.nextInt(4 + rank), random.nextInt(4 + rank));
            results[rank] = 4 + rank;
        }
        var merges = new Merges(pairs, results);
        var one = start.stream().mapToInt(Integer::intValue).toArray();
        var other = one.clone();
        assertThat(Arrays.copyOf(one, merges.scan(one, one.length))).isEqualTo(Arrays.copyOf(other, merges.heap(other, other.length)));
    }

    /** The slow way for each piece, beside the table of whole tokens and the cache, twice: first met, and remembered. */
    @Property(tries = 1_000)
    void whatIsRememberedIsWhatMergingGives(@ForAll @Size(max = 40) List<@IntRange(max = 699) Integer> ids, @ForAll String other) {
        var tokens = new ByteArrayOutputStream();
        ids.forEach(id -> tokens.writeBytes(CL100K.bytes(id)));
        tokens.writeBytes(other.getBytes(StandardCharsets.UTF_8));
        var text = tokens.toByteArray();
        var expected = new Ints(text.length);
        for (int i = 0; i < text.length;) {
            int next = PreSplit.CL100K.next(text, i, text.length);
            var merged = ((BytePairTokenizer) CL100K).merge(text, i, next - i);
            expected.addAll(merged, merged.length);
            i = next;
        }
        assertThat(CL100K.encode(text)).isEqualTo(expected.toArray());
        assertThat(CL100K.encode(text)).isEqualTo(expected.toArray());
    }

    @Test
    void aVeryLongPieceIsNoTrouble() {
        var text = "ab".repeat(200_000);
        assertThat(CL100K.decode(CL100K.encode(text))).isEqualTo(text);
    }

    @Test
    void whatIsSavedIsTheSameTokenizer(@TempDir Path folder) throws Exception {
        var trained = BytePairTrainer.of(400).train(List.of(Fixtures.text("text.txt")));
        trained.save(folder);
        var loaded = Tokenizer.load(folder);
        assertThat(loaded).isInstanceOf(BytePairTokenizer.class);
        assertThat(loaded.fingerprint()).isEqualTo(trained.fingerprint()).hasSize(64);
        assertThat(loaded.endOfText()).hasValue(0);
        for (var sample : Fixtures.samples()) {
            assertThat(loaded.encode(sample)).isEqualTo(trained.encode(sample));
        }
        assertThat(Files.readString(folder.resolve("tokenizer_config.json"))).contains("\"eos_token\" : \"<|endoftext|>\"");
        assertThat(Tokenizer.load(folder.resolve("tokenizer.json")).fingerprint()).isEqualTo(trained.fingerprint());
    }

    @Test
    void aLoadedFileIsSavedAsItWas(@TempDir Path folder) throws Exception {
        CL100K.save(folder);
        assertThat(folder.resolve("tokenizer.json")).hasSameTextualContentAs(Fixtures.path("bpe-cl100k.json"));
    }

    @Test
    void theDeclaredEndOfTextCounts(@TempDir Path folder) throws Exception {
        var trained = BytePairTrainer.of(300).withSpecialTokens(List.of("<|endoftext|>", "<|stop|>"))
                .train(List.of(Fixtures.text("text.txt")));
        trained.save(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"<|stop|>\"}}");
        assertThat(Tokenizer.load(folder).endOfText()).hasValue(1);
    }

    @Test
    void manyThreadsGetTheSameIds() throws Exception {
        var samples = Fixtures.samples();
        var expected = samples.stream().map(CL100K::encode).toList();
        var fresh = Tokenizer.load(Fixtures.path("bpe-cl100k.json"));
        try (var pool = Executors.newFixedThreadPool(4)) {
            var results = pool.invokeAll(java.util.Collections.nCopies(40, () -> samples.stream().map(fresh::encode).toList()));
            for (var result : results) {
                assertThat(result.get()).usingRecursiveComparison().isEqualTo(expected);
            }
        }
    }

    @Test
    void anIdOutsideTheVocabularyIsNamed() {
        assertThatThrownBy(() -> CL100K.decode(new int[]{5, 700})).isInstanceOf(UserError.class).hasMessageContaining("700")
                .hasMessageContaining("0 to 699");
        assertThatThrownBy(() -> CL100K.bytes(-1)).isInstanceOf(UserError.class);
    }
}
