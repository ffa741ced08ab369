package org.lyceum.training.vectors;

import java.util.Arrays;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.tensor.kernels.FloatRows;
import org.lyceum.tensor.kernels.GloveStep;
import org.lyceum.text.words.Cooccurrences;
import org.lyceum.text.words.WordVocabulary;

/**
 * GloVe (Pennington, Socher and Manning 2014): vectors whose products are logarithms of how often words stand near each other,
 * J = Σ f(Xᵢⱼ) (wᵢ·w̃ⱼ + bᵢ + b̃ⱼ − ln Xᵢⱼ)² with f(x) = min(1, x/x_max)^α (equations 8 and 9), by AdaGrad over the pairs that came. A word's
 * vector is w + w̃ (section 4.2).
 */
public final class Glove {
    private static final int PIECE = 20_000; // pairs

    /**
     * What to learn by.
     *
     * @param dimensions of a vector
     * @param window words to each side that count as near, by 1/distance
     * @param epochs passes over the pairs
     * @param rate the learning rate, which AdaGrad lowers
     * @param most x_max: pairs that come so often, or more often, weigh 1
     * @param power α
     * @param memory bytes for counting pairs, about; more pairs go to temporary files
     * @param threads with more than one, two trainings are never quite the same
     * @param seed of every random choice
     */
    public record Config(int dimensions, int window, int epochs, double rate, double most, double power, long memory, int threads,
            long seed) {
        /** The authors' tool's, with a window of 10 as in the paper, x_max = 10 for texts of some million words, and 25 epochs. */
        public static final Config DEFAULT = new Config(100, 10, 25, 0.05, 10, 0.75, 1L << 29, 1, 1);

        public Config {
            if (dimensions < 1 || window < 1 || epochs < 1 || threads < 1 || !(rate > 0) || !(most > 0) || memory < 1) {
                throw UserError.usage("Dimensions, window, epochs, rate, x_max, memory and threads must be above 0.");
            }
        }

        /** The same with another seed. */
        public Config withSeed(long newSeed) {
            return new Config(dimensions, window, epochs, rate, most, power, memory, threads, newSeed);
        }

        /** The same on {@code newThreads} threads. */
        public Config withThreads(int newThreads) {
            return new Config(dimensions, window, epochs, rate, most, power, memory, newThreads, seed);
        }
    }

    private final WordVocabulary vocabulary;
    private final Cooccurrences pairs;
    private final Config config;
    private final FloatRows words; // (V, D): w
    private final FloatRows contexts; // (V, D): w̃
    private final FloatRows wordSquares;
    private final FloatRows contextSquares;
    private final float[] biases;
    private final float[] contextBiases;
    private final float[] biasSquares;
    private final float[] contextBiasSquares;

    private Glove(WordVocabulary vocabulary, Cooccurrences pairs, Config config) {
        this.vocabulary = vocabulary;
        this.pairs = pairs;
        this.config = config;
        int n = vocabulary.size();
        words = new FloatRows(n, config.dimensions());
        contexts = new FloatRows(n, config.dimensions());
        wordSquares = new FloatRows(n, config.dimensions());
        contextSquares = new FloatRows(n, config.dimensions());
        Rows.fill(words, 0.5 / config.dimensions(), Seeds.derive(config.seed(), "words", 0));
        Rows.fill(contexts, 0.5 / config.dimensions(), Seeds.derive(config.seed(), "contexts", 0));
        Arrays.fill(wordSquares.values(), 1);
        Arrays.fill(contextSquares.values(), 1);
        biases = new float[n];
        contextBiases = new float[n];
        biasSquares = new float[n];
        contextBiasSquares = new float[n];
        Arrays.fill(biasSquares, 1);
        Arrays.fill(contextBiasSquares, 1);
    }

    /** Learns. Throws {@link UserError} where the tables are too large. */
    public static WordVectors train(WordVocabulary vocabulary, Cooccurrences pairs, Config config, VectorProgress progress) {
        var glove = new Glove(vocabulary, pairs, config);
        int pieces = (int) Math.clamp(pairs.size() / PIECE, 1, 100_000);
        var hogwild = new Hogwild(pairs.size() * config.epochs(), config.rate(), config.rate(), progress);
        hogwild.run(config.threads(), pieces * config.epochs(), _ -> piece -> {
            int part = piece % pieces;
            long from = pairs.size() * part / pieces;
            long to = pairs.size() * (part + 1) / pieces;
            double loss = 0;
            for (long at = from; at < to; at++) {
                loss += glove.learn(pairs.first(at), pairs.second(at), pairs.count(at));
            }
            hogwild.done(to - from);
            hogwild.sample(loss / (to - from));
        });
        return glove.vectors();
    }

    /** Both directions of a pair; returns their losses' mean before. */
    private double learn(int i, int j, double x) {
        float log = (float) Math.log(x);
        float weight = (float) (x < config.most() ? Math.pow(x / config.most(), config.power()) : 1);
        double loss = step(i, j, log, weight);
        return i == j ? loss : (loss + step(j, i, log, weight)) / 2;
    }

    private double step(int i, int j, float log, float weight) {
        int at = words.at(i);
        float error = contexts.dot(contexts.at(j), words.values(), at) + biases[i] + contextBiases[j] - log;
        float factor = (float) config.rate() * weight * error;
        if (!Float.isFinite(factor)) {
            throw new UserError("GloVe's vectors grew beyond all numbers; lower the learning rate.");
        }
        GloveStep.run(words, wordSquares, at, contexts, contextSquares, contexts.at(j), factor);
        biases[i] -= (float) (factor / Math.sqrt(biasSquares[i]));
        contextBiases[j] -= (float) (factor / Math.sqrt(contextBiasSquares[j]));
        biasSquares[i] += factor * factor;
        contextBiasSquares[j] += factor * factor;
        return 0.5 * weight * error * error;
    }

    private WordVectors vectors() {
        int d = config.dimensions();
        var values = new float[vocabulary.size() * d];
        for (int i = 0; i < vocabulary.size(); i++) {
            for (int k = 0; k < d; k++) {
                values[i * d + k] = words.values()[words.at(i) + k] + contexts.values()[contexts.at(i) + k];
            }
        }
        return new WordVectors(vocabulary.words(), d, values);
    }
}
