package org.lyceum.models.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.lyceum.foundation.Correlation;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/** How well vectors agree with people: similarity of pairs of words, and analogies, as gensim's {@code KeyedVectors} counts them. */
public final class WordTests {
    private WordTests() {
    }

    /**
     * Agreement with people's judgements.
     *
     * @param spearman the rank correlation between cosines and judgements, over the pairs that have vectors; NaN for fewer than two
     * @param pairs those pairs
     * @param missing pairs of which a word has no vector
     */
    public record Similarity(double spearman, int pairs, int missing) {
    }

    /**
     * Analogies solved.
     *
     * @param correct those whose fourth word came first
     * @param asked those of which all four words have vectors
     * @param missing the others
     */
    public record Analogies(int correct, int asked, int missing) {
        /** The share that was solved; NaN where none was asked. */
        public double accuracy() {
            return (double) correct / asked;
        }

        private Analogies plus(Analogies other) {
            return new Analogies(correct + other.correct, asked + other.asked, missing + other.missing);
        }
    }

    /**
     * Reads pairs, a line each: two words and a number, with spaces or tabs between; a first line without a number, and lines that begin
     * with #, are passed over. Words that are not there as they are spelt are looked for in lower case.
     *
     * @throws UserError where a line is another, with its number
     */
    public static Similarity similarity(WordVectors vectors, Path file) {
        var cosines = new ArrayList<Double>();
        var judgements = new ArrayList<Double>();
        int missing = 0;
        var lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            var fields = lines.get(i).strip().split("\\s+");
            if (lines.get(i).isBlank() || lines.get(i).startsWith("#")) {
                continue;
            }
            double judgement;
            try {
                judgement = fields.length < 3 ? Double.NaN : Double.parseDouble(fields[2]);
            } catch (NumberFormatException e) {
                judgement = Double.NaN;
            }
            if (Double.isNaN(judgement)) {
                if (i == 0) {
                    continue;
                }
                throw new UserError("Line " + (i + 1) + " of " + file + " should have two words and a number.");
            }
            var a = find(vectors, fields[0]);
            var b = find(vectors, fields[1]);
            if (a.isPresent() && b.isPresent()) {
                cosines.add(vectors.similarity(vectors.words().get(a.getAsInt()), vectors.words().get(b.getAsInt())));
                judgements.add(judgement);
            } else {
                missing++;
            }
        }
        return new Similarity(Correlation.spearman(array(cosines), array(judgements)), cosines.size(), missing);
    }

    /**
     * Reads analogies, four words a line under sections that begin with a colon (Mikolov et al. 2013, {@code questions-words.txt}), and
     * solves them by {@link WordVectors#analogy}.
     *
     * @param among the answer is looked for among so many first words
     * @return by section, all of them together last, under {@code total}
     */
    public static SequencedMap<String, Analogies> analogies(WordVectors vectors, Path file, int among) {
        var questions = new LinkedHashMap<String, List<int[]>>();
        var missing = new LinkedHashMap<String, Integer>();
        var section = "all";
        var lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (line.startsWith(":")) {
                section = line.substring(1).strip();
            } else if (!line.isEmpty()) {
                var words = line.split("\\s+");
                if (words.length != 4) {
                    throw new UserError("Line " + (i + 1) + " of " + file + " should have four words.");
                }
                var ids = Arrays.stream(words).map(word -> find(vectors, word)).mapToInt(id -> id.orElse(Integer.MAX_VALUE)).toArray();
                questions.computeIfAbsent(section, _ -> new ArrayList<>());
                if (IntStream.of(ids).allMatch(id -> id < Math.min(among, vectors.size()))) {
                    questions.get(section).add(ids);
                } else {
                    missing.merge(section, 1, Integer::sum);
                }
            }
        }
        var results = new LinkedHashMap<String, Analogies>();
        var total = new Analogies(0, 0, 0);
        for (var each : questions.entrySet()) {
            int correct = (int) each.getValue().parallelStream().filter(ids -> solved(vectors, ids, Math.min(among, vectors.size())))
                    .count();
            var result = new Analogies(correct, each.getValue().size(), missing.getOrDefault(each.getKey(), 0));
            results.put(each.getKey(), result);
            total = total.plus(result);
        }
        results.put("total", total);
        return results;
    }

    private static boolean solved(WordVectors vectors, int[] ids, int among) {
        var best = vectors.analogy(ids[0], ids[1], ids[2], among, 1);
        return !best.isEmpty() && best.getFirst().word().equals(vectors.words().get(ids[3]));
    }

    private static OptionalInt find(WordVectors vectors, String word) {
        var exact = vectors.index(word);
        return exact.isPresent() ? exact : vectors.index(word.toLowerCase(Locale.ROOT));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    private static double[] array(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
