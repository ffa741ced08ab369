package org.lyceum.inference.translation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.text.parallel.PairTokenizer;

/** Translates sentences: text in, text out. */
public final class Translator {
    /** Hypotheses that are continued at once; more would not fill the processor better. */
    private static final int ROWS = 512;

    private final EncoderDecoder model;
    private final PairTokenizer tokenizer;

    public Translator(EncoderDecoder model, PairTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /**
     * A translation of a sentence.
     *
     * @param text of it
     * @param hypothesis as the search found it
     */
    public record Translation(String text, Hypothesis hypothesis) {
    }

    /**
     * The best translations of each sentence, the best first. A blank sentence has one, which is empty. Throws {@link UserError} where a
     * sentence is longer than the model's context.
     */
    public List<List<Translation>> translate(List<String> sentences, BeamConfig config) {
        var sources = new int[sentences.size()][];
        for (int i = 0; i < sources.length; i++) {
            var ids = tokenizer.encode(sentences.get(i));
            if (ids.length >= model.config().context()) {
                throw new UserError(String.format(Locale.ROOT,
                        "Sentence %,d has %,d tokens, and the model takes %,d at most; cut it into shorter ones, a line each.", i + 1,
                        ids.length, model.config().context() - 1));
            }
            sources[i] = ids.length == 0 ? ids : append(ids, tokenizer.end());
        }
        var results = new ArrayList<List<Translation>>();
        for (int i = 0; i < sources.length; i++) {
            results.add(List.of(new Translation("", new Hypothesis(List.of(), 0, 0))));
        }
        // Sentences alike in length go together, so that little is computed for padding.
        var order = IntStream.range(0, sources.length).filter(i -> sources[i].length > 0).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> sources[i].length).reversed()).toList();
        var search = new BeamSearch(model, tokenizer.start(), tokenizer.end(), config);
        int batch = Math.max(1, ROWS / config.beam());
        for (int from = 0; from < order.size(); from += batch) {
            var some = order.subList(from, Math.min(order.size(), from + batch));
            var found = search.search(some.stream().map(i -> sources[i]).toList());
            for (int k = 0; k < some.size(); k++) {
                results.set(some.get(k), found.get(k).stream()
                        .map(one -> new Translation(tokenizer.decode(one.ids().stream().mapToInt(Integer::intValue).toArray()), one))
                        .toList());
            }
        }
        return results;
    }

    /** The best translation of each sentence. */
    public List<String> best(List<String> sentences, BeamConfig config) {
        return translate(sentences, config).stream().map(found -> found.getFirst().text()).toList();
    }

    /** How the words of {@code translation} attended to those of {@code sentence}. Both must have tokens. */
    public CrossWeights weights(String sentence, Hypothesis translation) {
        var source = append(tokenizer.encode(sentence), tokenizer.end());
        var target = translation.ids().stream().mapToInt(Integer::intValue).toArray();
        return CrossWeights.of(model, tokenizer, source, target);
    }

    private static int[] append(int[] ids, int last) {
        var longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = last;
        return longer;
    }
}
