package org.lyceum.study.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.study.contextual.Contextual;

/** Looks at the states that a transformer has of words. */
final class WordStates {
    private final Contextual model;
    /** Of words seen before: lists of pairs come back to the same ones. */
    private final Map<Request.Placed, List<float[]>> known = new HashMap<>();

    WordStates(Contextual model) {
        this.model = model;
    }

    /** The cosine of the two words' vectors in each layer; no numbers where a word cannot be written with the model's tokens. */
    Answer alike(Request.Alike pair) {
        if (!model.knows(pair.first().word()) || !model.knows(pair.second().word())) {
            return Answer.numbers(List.of());
        }
        var first = states(pair.first());
        var second = states(pair.second());
        return Answer.numbers(IntStream.range(0, first.size()).mapToObj(layer -> Contextual.cosine(first.get(layer), second.get(layer)))
                .toList());
    }

    private List<float[]> states(Request.Placed word) {
        return known.computeIfAbsent(word, _ -> model.states(word.text(), word.from(), word.to()));
    }
}
