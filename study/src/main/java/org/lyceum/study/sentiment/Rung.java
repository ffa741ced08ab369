package org.lyceum.study.sentiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A way to tell what is felt in a sentence. */
interface Rung {
    /** Short, for figures: {@code cnn}. */
    String key();

    /** For tables. */
    String title();

    /** Whether chance plays a part, so that several seeds are worth their time. */
    boolean random();

    /** Throws {@link org.lyceum.foundation.UserError} for what would keep it from {@code data}; told before anything is learned. */
    default void check(SentimentData data) {
    }

    /** Learns from the training sentences, and answers for the test sentences. */
    Climb climb(SentimentData data, long seed);

    /**
     * What came out.
     *
     * @param accuracy on the test sentences
     * @param answered test sentences
     * @param validation accuracy on the validation sentences; NaN where none was asked for
     * @param seconds of training, or of answering where nothing is trained
     * @param parameters weights that the model has
     * @param further other figures by name
     */
    record Climb(double accuracy, long answered, double validation, double seconds, long parameters, Map<String, Double> further) {
        /** As figures to keep. */
        Map<String, Double> figures() {
            var figures = new LinkedHashMap<String, Double>();
            figures.put("accuracy", accuracy);
            figures.put("answered", (double) answered);
            figures.put("validation", validation);
            figures.put("seconds", seconds);
            figures.put("parameters", (double) parameters);
            figures.putAll(further);
            return figures;
        }
    }

    /** The share of {@code sentences} that are answered right. */
    static double accuracy(List<Sentence> sentences, ToIntFunction<Sentence> answer) {
        return (double) sentences.stream().filter(sentence -> answer.applyAsInt(sentence) == sentence.label()).count() / sentences.size();
    }
}
