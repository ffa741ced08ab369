package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.lyceum.foundation.UserError;

/**
 * Learns a WordPiece vocabulary as BERT's: words are what {@link BertNormalizer} makes of the text, their pieces are learned by merging the
 * most frequent pair (Sennrich et al. 2016, algorithm 1), which is how Hugging Face's {@code WordPieceTrainer} does it; how Google made
 * theirs is not published. The five special tokens come first, then the characters that begin words, those that continue one ("##x"), and the
 * merges. A pure function of the words' counts.
 *
 * @param vocabularySize tokens wanted, the special ones and the characters among them
 * @param minFrequency   how often a pair must occur, at least, to become a token
 * @param lowercase      whether case and accents are lost, as in {@code bert-base-uncased}
 */
public record WordPieceTrainer(int vocabularySize, long minFrequency, boolean lowercase) {
    /** Padding, unknown words, the first token, the one after each text, and the place of a token that is to be guessed. */
    public static final List<String> SPECIALS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    /** Rarer characters than the most frequent so many make unknown words: a text with a few Chinese names needs no thousands of tokens. */
    private static final int CHARACTERS = 1000;
    private static final String CONTINUATION = "##";
    private static final int LONGEST_WORD = 100;

    public WordPieceTrainer {
        if (vocabularySize < SPECIALS.size() + 2 || vocabularySize > TokenizerFiles.LARGEST_ID) {
            throw UserError.usage("A WordPiece vocabulary has from " + (SPECIALS.size() + 2) + " to " + TokenizerFiles.LARGEST_ID
                    + " tokens, not " + vocabularySize + ".");
        }
        if (minFrequency < 1) {
            throw UserError.usage("The minimal frequency must be 1 or more, not " + minFrequency + ".");
        }
    }

    /** Lower case, pairs seen twice or more. */
    public static WordPieceTrainer of(int vocabularySize) {
        return new WordPieceTrainer(vocabularySize, 2, true);
    }

    /**
     * Learns from {@code documents}, read once.
     *
     * @throws UserError if the text does not support so many tokens (the message says how many it does), or the documents throw it
     */
    public WordPieceTokenizer train(Iterable<String> documents) {
        var normalizer = new BertNormalizer(true, true, lowercase, lowercase);
        var words = count(documents, normalizer);
        var alphabet = alphabet(words);
        var tokens = new ArrayList<>(SPECIALS);
        var starts = new TreeSet<Integer>();
        var continues = new TreeSet<Integer>();
        var kept = new Words();
        for (int w = 0; w < words.size(); w++) {
            var characters = characters(words, w);
            if (Arrays.stream(characters).allMatch(alphabet::containsKey) && characters.length <= LONGEST_WORD) {
                starts.add(characters[0]);
                Arrays.stream(characters).skip(1).forEach(continues::add);
                var bytes = bytes(words, w);
                kept.add(bytes, 0, bytes.length, words.count(w));
            }
        }
        var first = ids(starts, "", tokens);
        var inside = ids(continues, CONTINUATION, tokens);
        var learner = new MergeLearner(kept, w -> {
            var characters = characters(kept, w);
            var ids = new int[characters.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (i == 0 ? first : inside).getOrDefault(characters[i], -1);
            }
            return ids;
        }, tokens, (left, right) -> left + right.substring(CONTINUATION.length()));
        learner.learn(vocabularySize, minFrequency, (_, _, _) -> {
        });
        int learned = learner.tokens().size();
        if (learned != vocabularySize) {
            throw new UserError(learned < vocabularySize
                    ? "The text supports a vocabulary of " + learned + " tokens, not " + vocabularySize + "; ask for fewer tokens or give "
                            + "more text."
                    : "The characters of the text alone are " + learned + " tokens; ask for a vocabulary of more than "
                            + vocabularySize + ".");
        }
        return create(learner.tokens(), normalizer);
    }

    private static WordPieceTokenizer create(List<String> tokens, BertNormalizer normalizer) {
        var added = new ArrayList<AddedToken>();
        for (var special : SPECIALS) {
            added.add(new AddedToken(added.size(), special, true));
        }
        var vocabulary = new Vocabulary(new ArrayList<>(tokens), added, WordPieceTokenizer.spelling(CONTINUATION), null);
        int unknown = SPECIALS.indexOf("[UNK]");
        var frame = new Frame(new int[]{SPECIALS.indexOf("[CLS]")}, new int[]{SPECIALS.indexOf("[SEP]")});
        var named = new LinkedHashMap<String, String>();
        for (var special : SPECIALS) {
            named.put(special.substring(1, special.length() - 1).toLowerCase(Locale.ROOT) + "_token", special);
        }
        var config = TokenizerFiles.MAPPER.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        named.forEach(config::put);
        config.put("clean_up_tokenization_spaces", false);
        var settings = new TokenizerSettings(() -> WordPieceTokenizer.write(vocabulary, normalizer, unknown, frame),
                () -> TokenizerFiles.pretty(config), named, null, frame);
        return new WordPieceTokenizer(vocabulary, settings, normalizer, CONTINUATION, LONGEST_WORD, unknown, true);
    }

    private static Words count(Iterable<String> documents, BertNormalizer normalizer) {
        var words = new Words();
        var word = new StringBuilder();
        for (var document : documents) {
            for (int c : normalizer.characters(document)) {
                boolean alone = (c & BertNormalizer.ALONE) != 0;
                if (c == BertNormalizer.GAP || alone) {
                    flush(word, words);
                }
                if (c != BertNormalizer.GAP) {
                    word.appendCodePoint(c & ~BertNormalizer.ALONE);
                }
                if (alone) {
                    flush(word, words);
                }
            }
            flush(word, words);
        }
        return words;
    }

    private static void flush(StringBuilder word, Words words) {
        if (!word.isEmpty()) {
            var bytes = word.toString().getBytes(StandardCharsets.UTF_8);
            words.add(bytes, 0, bytes.length, 1);
            word.setLength(0);
        }
    }

    /** The most frequent characters and their counts; of equals, the smaller code point. */
    private static Map<Integer, Long> alphabet(Words words) {
        var counts = new HashMap<Integer, Long>();
        for (int w = 0; w < words.size(); w++) {
            for (int c : characters(words, w)) {
                counts.merge(c, words.count(w), Long::sum);
            }
        }
        var kept = new HashMap<Integer, Long>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .limit(CHARACTERS).forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
        return kept;
    }

    private static Map<Integer, Integer> ids(TreeSet<Integer> characters, String prefix, List<String> tokens) {
        var ids = new HashMap<Integer, Integer>();
        for (int c : characters) {
            ids.put(c, tokens.size());
            tokens.add(prefix + Character.toString(c));
        }
        return ids;
    }

    private static int[] characters(Words words, int word) {
        return new String(bytes(words, word), StandardCharsets.UTF_8).codePoints().toArray();
    }

    private static byte[] bytes(Words words, int word) {
        var bytes = new byte[words.length(word)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = words.at(word, i);
        }
        return bytes;
    }
}
