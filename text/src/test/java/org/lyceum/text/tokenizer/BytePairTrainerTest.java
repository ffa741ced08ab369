package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.json.JsonMapper;

class BytePairTrainerTest {
    @ParameterizedTest
    @CsvSource({"GPT2,bpe-gpt2,700", "CL100K,bpe-cl100k,700", "CL100K_TWO_DIGITS,bpe-cl100k_two_digits,500", "O200K,bpe-o200k,700"})
    void learnsWhatHuggingFaceLearns(PreSplit split, String fixture, int size) {
        var trained = BytePairTrainer.of(size).withPreSplit(split).train(List.of(Fixtures.text("text.txt")));
        var theirs = Tokenizer.load(Fixtures.path(fixture + ".json"));
        var mapper = JsonMapper.builder().build();
        var ours = mapper.readTree(trained.json()).path("model");
        var expected = mapper.readTree(theirs.json()).path("model");
        assertThat(ours.path("vocab")).isEqualTo(expected.path("vocab"));
        assertThat(ours.path("merges").valueStream().map(merge -> merge.stringValue()).toList())
                .isEqualTo(expected.path("merges").valueStream()
                        .map(merge -> merge.path(0).stringValue() + " " + merge.path(1).stringValue()).toList());
    }

    @Property(tries = 300)
    void learnsWhatTheSlowWayLearns(
            @ForAll @Size(max = 6) List<@StringLength(max = 40) @CharRange(from = 'a', to = 'c') String> documents) {
        var expected = slowly(documents);
        var trainer = BytePairTrainer.of(257 + expected.size()).withMinFrequency(1).withThreads(2);
        var merges = JsonMapper.builder().build().readTree(trainer.train(documents).json()).path("model").path("merges").valueStream()
                .map(merge -> merge.stringValue()).toList();
        assertThat(merges).isEqualTo(expected);
    }

    /** Counts all pairs anew before each merge, until a merge would spell a token that is there already or nothing is left to merge. */
    private static List<String> slowly(List<String> documents) {
        var merges = new ArrayList<String>();
        var ids = new HashMap<String, Integer>(Map.of("a", 1000, "b", 1001, "c", 1002));
        var words = documents.stream().map(word -> new ArrayList<>(Arrays.asList(word.split("")))).toList();
        while (true) {
            var counts = new TreeMap<Long, Integer>();
            for (var word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(LongIntMap.pair(ids.get(word.get(i)), ids.get(word.get(i + 1))), 1, Integer::sum);
                }
            }
            var best = counts.entrySet().stream()
                    .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry.<Long, Integer>comparingByKey().reversed()));
            if (best.isEmpty()) {
                return merges;
            }
            var names = new HashMap<Integer, String>();
            ids.forEach((name, id) -> names.put(id, name));
            var left = names.get((int) (best.get().getKey() >>> 32));
            var right = names.get(best.get().getKey().intValue());
            if (ids.containsKey(left + right)) {
                return merges;
            }
            ids.put(left + right, 1003 + merges.size());
            merges.add(left + " " + right);
            for (var word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(left) && word.get(i + 1).equals(right)) {
                        word.set(i, left + right);
                        word.remove(i + 1);
                    }
                }
            }
        }
    }

    @Test
    void theNumberOfThreadsAndTheOrderOfDocumentsChangeNothing() {
        var text = Fixtures.text("text.txt");
        var documents = new ArrayList<>(List.of(text.split("(?<=\\.)")));
        var one = BytePairTrainer.of(600).withThreads(1).train(documents);
        assertThat(one.json()).isEqualTo(BytePairTrainer.of(600).withThreads(3).train(documents.reversed()).json());
    }

    @Test
    void aLongDocumentIsCountedInParts() {
        var text = Fixtures.text("text.txt");
        var once = BytePairTrainer.of(500).withMinFrequency(1).train(List.of(text));
        var often = BytePairTrainer.of(500).withMinFrequency(1).withThreads(2).train(List.of(text.repeat(800)));
        // The counts differ at the seams of the copies only, the tokens hardly.
        assertThat(often.vocabularySize()).isEqualTo(500);
        var shared = new java.util.HashSet<>(tokens(once));
        shared.retainAll(tokens(often));
        assertThat(shared).hasSizeGreaterThan(495);
    }

    private static List<String> tokens(Tokenizer tokenizer) {
        return java.util.stream.IntStream.range(0, tokenizer.vocabularySize()).mapToObj(tokenizer::token).toList();
    }

    @Test
    void specialTokensComeFirstAndStayOutOfPlainText() {
        var tokenizer = BytePairTrainer.of(300).withSpecialTokens(List.of("<|endoftext|>", "<|user_start|>", "<|user_end|>"))
                .train(List.of(Fixtures.text("text.txt")));
        assertThat(tokenizer.id("<|user_end|>")).hasValue(2);
        assertThat(tokenizer.endOfText()).hasValue(0);
        assertThat(tokenizer.specialTokens()).containsExactly(Map.entry("<|endoftext|>", 0), Map.entry("<|user_start|>", 1),
                Map.entry("<|user_end|>", 2));
        assertThat(tokenizer.encodeWithSpecials("<|user_start|><|endoftext|>")).containsExactly(1, 0);
        assertThat(tokenizer.encode("<|user_start|>")).hasSizeGreaterThan(3).doesNotContain(0, 1, 2);
        assertThat(tokenizer.isSpecial(2)).isTrue();
        assertThat(tokenizer.isSpecial(3)).isFalse();
    }

    @Test
    void saysHowManyTokensTheTextSupports() {
        assertThatThrownBy(() -> BytePairTrainer.of(5000).train(List.of("the cat and the hat"))).isInstanceOf(UserError.class)
                .hasMessageContaining("supports a vocabulary of 260 tokens, not 5000");
        assertThatThrownBy(() -> BytePairTrainer.of(300).train(List.of())).isInstanceOf(UserError.class).hasMessageContaining("257 tokens");
    }

    @Test
    void saysWhatIsWrongWithTheSettings() {
        assertThatThrownBy(() -> BytePairTrainer.of(256)).isInstanceOf(UserError.class).hasMessageContaining("at least 257");
        assertThatThrownBy(() -> BytePairTrainer.of(300).withSpecialTokens(List.of("<a>", "<a>"))).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> BytePairTrainer.of(300).withSpecialTokens(List.of("x"))).isInstanceOf(UserError.class)
                .hasMessageContaining("<|x|>");
        assertThatThrownBy(() -> BytePairTrainer.of(300).withThreads(0)).isInstanceOf(UserError.class);
    }

    @Test
    void aDocumentThatCannotBeReadSaysSo() {
        Iterable<String> documents = () -> {
            throw new UserError("There is no file or folder x.");
        };
        assertThatThrownBy(() -> BytePairTrainer.of(300).train(documents)).isInstanceOf(UserError.class);
        Iterable<String> later = () -> Stream.of("a", "b").map(text -> {
            if (text.equals("b")) {
                throw new UserError("The second document is damaged.");
            }
            return text;
        }).iterator();
        assertThatThrownBy(() -> BytePairTrainer.of(300).withThreads(2).train(later)).isInstanceOf(UserError.class)
                .hasMessage("The second document is damaged.");
    }

    /** An iterator such as a corpus's goes on behind a file that failed; the training must not, with any number of threads. */
    @Test
    void afterADocumentThatCannotBeReadNoMoreAreRead() {
        var asked = new AtomicInteger();
        Iterable<String> documents = () -> Stream.generate(() -> "text").limit(100_000).iterator();
        Iterable<String> failing = () -> {
            var all = documents.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public String next() {
                    if (asked.incrementAndGet() == 10) {
                        throw new UserError("The tenth document is damaged.");
                    }
                    return all.next();
                }
            };
        };
        assertThatThrownBy(() -> BytePairTrainer.of(300).withThreads(3).train(failing)).isInstanceOf(UserError.class)
                .hasMessage("The tenth document is damaged.");
        assertThat(asked).hasValue(10);
    }

    @Test
    void reportsItsProgress() {
        var counted = new long[1];
        var merged = new long[1];
        var text = Fixtures.text("text.txt");
        BytePairTrainer.of(400).withProgress((stage, done, of) -> {
            switch (stage) {
                case COUNTING -> counted[0] = done;
                case MERGING -> merged[0] = done;
            }
        }).train(List.of(text));
        assertThat(counted[0]).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(merged[0]).isEqualTo(400 - 257);
    }
}
