package org.lyceum.study.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.lyceum.study.evaluation.Scores.Score;

/**
 * How a model's numbers go with people's. A model may give several numbers for a document, one for each of its layers. Which layer is best is
 * then chosen on one half of the documents (those of even index, say) and measured on the other, and the other way round: the best of all
 * layers on the very same documents would be flattered.
 */
final class Agreement {
    /** Draws for standard errors where each of them tries all layers. */
    private static final int DRAWS = 200;
    private static final int FIRST = 2; // of the model's numbers in a part

    private Agreement() {
    }

    /** What a document adds: its half, people's number, the model's numbers; nothing where the model has none. */
    static double[] part(Outcome outcome, List<Double> numbers) {
        if (numbers.isEmpty()) {
            return new double[0];
        }
        var part = new double[FIRST + numbers.size()];
        part[0] = outcome.item().document().index() % 2;
        part[1] = Double.parseDouble(outcome.item().references().getFirst());
        for (int i = 0; i < numbers.size(); i++) {
            part[FIRST + i] = numbers.get(i);
        }
        return part;
    }

    /** The correlation over documents that added {@code parts}, weighted by the size of the two halves where there are several layers. */
    static double of(List<double[]> parts, ToDoubleBiFunction<double[], double[]> correlation) {
        var known = parts.stream().filter(part -> part.length > 0).toList();
        int layers = known.isEmpty() ? 0 : known.getFirst().length - FIRST;
        if (layers <= 1) {
            return layers == 0 ? Double.NaN : layer(known, 0, correlation);
        }
        double sum = 0;
        for (int half = 0; half < 2; half++) {
            int own = half;
            var measured = known.stream().filter(part -> part[0] == own).toList();
            var others = known.stream().filter(part -> part[0] != own).toList();
            int best = IntStream.range(0, layers).boxed().max((a, b) -> Double.compare(orLeast(layer(others, a, correlation)),
                    orLeast(layer(others, b, correlation)))).orElseThrow();
            sum += layer(measured, best, correlation) * measured.size() / known.size();
        }
        return sum;
    }

    private static double orLeast(double value) {
        return Double.isNaN(value) ? -2 : value;
    }

    private static double layer(List<double[]> parts, int layer, ToDoubleBiFunction<double[], double[]> correlation) {
        return correlation.applyAsDouble(parts.stream().mapToDouble(part -> part[FIRST + layer]).toArray(),
                parts.stream().mapToDouble(part -> part[1]).toArray());
    }

    /** The standard error of {@link #of}. */
    static double error(List<double[]> parts, ToDoubleBiFunction<double[], double[]> correlation, long seed, String purpose) {
        return Scores.resampled(parts, some -> of(some, correlation), DRAWS, seed, purpose);
    }

    /** Each layer by itself, over all documents: first the input embedding, then what goes into the first block, then what comes out of each. */
    static Map<String, Score> byLayer(List<double[]> parts, ToDoubleBiFunction<double[], double[]> correlation, long seed) {
        var known = parts.stream().filter(part -> part.length > 0).toList();
        int layers = known.isEmpty() ? 0 : known.getFirst().length - FIRST;
        var scores = new LinkedHashMap<String, Score>();
        for (int layer = 0; layer < layers; layer++) {
            int at = layer;
            var name = layer == 0 ? "embedding" : String.valueOf(layer - 1);
            scores.put(name, new Score(layer(known, layer, correlation),
                    Scores.resampled(new ArrayList<>(known), some -> layer(some, at, correlation), DRAWS, seed, "layer " + name)));
        }
        return scores;
    }
}
