package org.lyceum.text.parallel;

import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * How a translator sees sentences of both languages: one byte-pair vocabulary, learned from both together (Sennrich et al. 2016, section
 * 3.2), {@code <s>} where writing begins and {@code </s>} where a sentence ends. A space is put before a sentence, so that its first word is
 * the same token as elsewhere.
 *
 * @param tokenizer the vocabulary
 * @param start the id of {@code <s>}
 * @param end the id of {@code </s>}
 * @param lowerCase whether sentences are taken in lower case
 */
public record PairTokenizer(Tokenizer tokenizer, int start, int end, boolean lowerCase) {
    private static final String START = "<s>";
    private static final String END = "</s>";

    /** Around {@code tokenizer}. Throws {@link UserError} where it has no {@code <s>} or {@code </s>}. */
    public static PairTokenizer of(Tokenizer tokenizer, boolean lowerCase) {
        return new PairTokenizer(tokenizer, id(tokenizer, START), id(tokenizer, END), lowerCase);
    }

    private static int id(Tokenizer tokenizer, String name) {
        return tokenizer.id(name)
                .orElseThrow(() -> new UserError("The tokenizer has no token '" + name + "'; it is not that of a translator."));
    }

    /** Learned from {@code texts}. Throws {@link UserError} where they do not support so many tokens. */
    public static PairTokenizer train(Iterable<String> texts, int vocabularySize, int threads, boolean lowerCase) {
        var trainer = BytePairTrainer.of(vocabularySize).withSpecialTokens(List.of(START, END)).withThreads(threads);
        Iterable<String> prepared = () -> new java.util.Iterator<>() {
            private final java.util.Iterator<String> lines = texts.iterator();

            @Override
            public boolean hasNext() {
                return lines.hasNext();
            }

            @Override
            public String next() {
                return prepared(lines.next(), lowerCase);
            }
        };
        return of(trainer.train(prepared), lowerCase);
    }

    /** The ids of a sentence, without start and end; none for a blank one. */
    public int[] encode(String sentence) {
        return tokenizer.encode(prepared(sentence, lowerCase));
    }

    /** The sentence of {@code ids}. */
    public String decode(int[] ids) {
        return tokenizer.decode(ids).strip();
    }

    private static String prepared(String sentence, boolean lowerCase) {
        var stripped = sentence.strip();
        return stripped.isEmpty() ? "" : " " + (lowerCase ? stripped.toLowerCase(Locale.ROOT) : stripped);
    }
}
