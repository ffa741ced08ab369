package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class WordPieceTrainerTest {
    private static final List<String> TEXT = List.of("The lower, the lowest; a newer LOW. Naïve low lowest",
            "newer newest widest the widest low café", "the 日 lower low");

    @TempDir
    private Path temporary;

    @Test
    void learnsWhatCountingEveryPairAnewLearns() {
        var trained = WordPieceTrainer.of(40).train(TEXT);
        assertThat(trained.vocabulary().size()).isEqualTo(40);
        var tokens = new ArrayList<String>();
        for (int id = 0; id < 40; id++) {
            tokens.add(trained.token(id));
        }
        assertThat(tokens).containsExactlyElementsOf(slow(40));
        assertThat(tokens.subList(0, 5)).isEqualTo(WordPieceTrainer.SPECIALS);
    }

    /** The oracle: words as lists of names, all pairs counted again for each merge; of equals the pair that is older in the vocabulary. */
    private static List<String> slow(int size) {
        var words = new HashMap<String, Long>();
        for (var text : List.of("the lower , the lowest ; a newer low . naive low lowest", "newer newest widest the widest low cafe",
                "the 日 lower low")) {
            for (var word : text.split(" ")) {
                words.merge(word, 1L, Long::sum);
            }
        }
        var spelled = new HashMap<String, List<String>>();
        for (var word : words.keySet()) {
            var pieces = new ArrayList<String>();
            word.codePoints().forEach(c -> pieces.add((pieces.isEmpty() ? "" : "##") + Character.toString(c)));
            spelled.put(word, pieces);
        }
        var tokens = new ArrayList<>(WordPieceTrainer.SPECIALS);
        spelled.values().stream().flatMap(List::stream).distinct().filter(p -> !p.startsWith("##")).sorted().forEach(tokens::add);
        spelled.values().stream().flatMap(List::stream).distinct().filter(p -> p.startsWith("##")).sorted().forEach(tokens::add);
        while (tokens.size() < size) {
            var counts = new HashMap<List<String>, Long>();
            spelled.forEach((word, pieces) -> {
                for (int i = 0; i + 1 < pieces.size(); i++) {
                    counts.merge(pieces.subList(i, i + 2).stream().toList(), words.get(word), Long::sum);
                }
            });
            var best = counts.entrySet().stream().max(Map.Entry.<List<String>, Long>comparingByValue()
                    .thenComparing(entry -> -tokens.indexOf(entry.getKey().get(0)) * 1000 - tokens.indexOf(entry.getKey().get(1))))
                    .orElseThrow().getKey();
            var merged = best.get(0) + best.get(1).substring(2);
            tokens.add(merged);
            spelled.replaceAll((_, pieces) -> {
                var out = new ArrayList<String>();
                for (int i = 0; i < pieces.size(); i++) {
                    if (i + 1 < pieces.size() && pieces.subList(i, i + 2).equals(best)) {
                        out.add(merged);
                        i++;
                    } else {
                        out.add(pieces.get(i));
                    }
                }
                return out;
            });
        }
        return tokens;
    }

    @Test
    void whatIsSavedIsReadBackWithItsFrameAndRoles() {
        var trained = WordPieceTrainer.of(38).train(TEXT);
        trained.save(temporary);
        var back = Tokenizer.load(temporary);
        assertThat(back).isInstanceOf(WordPieceTokenizer.class);
        assertThat(back.fingerprint()).isEqualTo(trained.fingerprint());
        var text = "The lowest, NEWER low; zebra";
        assertThat(back.encodeFramed(text)).isEqualTo(trained.encodeFramed(text)).startsWith(2).endsWith(1, 3);
        assertThat(back.settings().namedTokens()).containsEntry("mask_token", "[MASK]").containsEntry("pad_token", "[PAD]");
        assertThat(trained.decode(Arrays.copyOf(trained.encode("The lowest"), 2))).startsWith("the");
        assertThat(trained.encode("[MASK]")).doesNotContain(4);
        assertThat(trained.encodeWithSpecials("[MASK]")).containsExactly(4);
    }

    @Test
    void whatTheTextDoesNotSupportIsRefused() {
        assertThatThrownBy(() -> WordPieceTrainer.of(5000).train(TEXT)).isInstanceOf(UserError.class).hasMessageContaining("not 5000");
        assertThatThrownBy(() -> WordPieceTrainer.of(12).train(TEXT)).isInstanceOf(UserError.class).hasMessageContaining("more than 12");
        assertThatThrownBy(() -> WordPieceTrainer.of(3)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new WordPieceTrainer(100, 0, true)).isInstanceOf(UserError.class);
    }
}
