package org.lyceum.training.vectors;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.FastTextModel;
import org.lyceum.models.vectors.HuffmanTree;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.tensor.kernels.FloatRows;
import org.lyceum.tensor.kernels.LogisticStep;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.WordVectorConfig.Architecture;
import org.lyceum.training.vectors.WordVectorConfig.Loss;

/**
 * word2vec (Mikolov et al. 2013) and fastText (Bojanowski et al. 2017): two tables of vectors, of words as they are seen (with fastText, and of
 * their n-grams) and of words, or nodes of a tree, as they are predicted, changed word by word of the text. V words, D dimensions.
 *
 * <p>Where it departs from the tools: with {@link WordVectorConfig#shared} the pairs of a window are learned in one step; with n-grams, the
 * neighbours of a word are, since its vector is made of many rows; the text is cut into
 * pieces with a random stream each, which threads take in turn.
 */
public final class WordVectorTraining {
    private static final long PIECE = 20_000; // words, about

    private final WordVocabulary vocabulary;
    private final WordIds text;
    private final WordVectorConfig config;
    private final FloatRows input; // (V + buckets, D)
    private final FloatRows output; // (V or nodes, D)
    private final int[] keep; // of 2³¹ draws, how many leave a word in
    private final int @Nullable [][] rows; // of each word, where the rows begin that make it; null where each is made of its own
    private final float[] reaches; // of each word, see reach(); 0 without n-grams
    private final @Nullable Negatives negatives;
    private final HuffmanTree tree;
    private final int mostOutputs;

    /**
     * Makes the tables: first values are uniform between −1/2D and 1/2D for what is seen, as in word2vec's tool, and 0 for what is predicted.
     *
     * @throws UserError where there is only one word, or the tables are too large
     */
    public WordVectorTraining(WordVocabulary vocabulary, WordIds text, WordVectorConfig config) {
        if (vocabulary.size() < 2) {
            throw new UserError(
                    "Only one word, '" + vocabulary.words().getFirst() + "', comes often enough; lower --min-count, or give more text.");
        }
        this.vocabulary = vocabulary;
        this.text = text;
        this.config = config;
        int words = vocabulary.size();
        var subwords = config.subwords();
        input = new FloatRows(words + subwords.buckets(), config.dimensions());
        output = new FloatRows(words, config.dimensions());
        Rows.fill(input, 0.5 / config.dimensions(), config.seed());
        boolean negative = config.loss() == Loss.NEGATIVE;
        negatives = negative ? new Negatives(vocabulary.counts(), config.exponent()) : null;
        tree = new HuffmanTree(negative ? new long[]{1} : vocabulary.counts());
        mostOutputs = negative ? config.negatives() + 1 : tree.depth();
        keep = keep(vocabulary, config.subsampling());
        reaches = new float[words];
        if (subwords.max() == 0) {
            rows = null;
        } else {
            rows = new int[words][];
            for (int i = 0; i < words; i++) {
                rows[i] = IntStream.of(FastTextModel.rows(vocabulary.words().get(i), i, subwords, words))
                        .map(input::at).toArray();
                reaches[i] = reach(rows[i]);
            }
        }
    }

    /** How far the mean of parts goes when each takes the same step: once as far, and farther where n-grams share a bucket and take it twice. */
    private static float reach(int[] parts) {
        long pairs = 0;
        for (int a : parts) {
            for (int b : parts) {
                pairs += a == b ? 1 : 0;
            }
        }
        return (float) pairs / parts.length;
    }

    /** See {@link WordVectorConfig#subsampling}. */
    static int[] keep(WordVocabulary vocabulary, double t) {
        return IntStream.range(0, vocabulary.size()).map(i -> {
            double f = (double) vocabulary.count(i) / vocabulary.total();
            double p = t == 0 ? 1 : Math.sqrt(t / f) + t / f;
            return p >= 1 ? Integer.MAX_VALUE : (int) (p * Integer.MAX_VALUE);
        }).toArray();
    }

    /** Trains. Throws {@link UserError} where the learning rate was so large that vectors grew beyond all numbers. */
    public WordVectorTraining run(VectorProgress progress) {
        int pieces = (int) Math.clamp(text.words() / PIECE, 1, 10_000);
        var hogwild = new Hogwild(text.words() * config.epochs(), config.rate(), config.lastRate(), progress);
        hogwild.run(config.threads(), pieces * config.epochs(), _ -> new Learner(hogwild, pieces));
        for (float value : input.values()) {
            if (!Float.isFinite(value)) {
                throw new UserError("The vectors grew beyond all numbers; lower the learning rate, which was " + config.rate() + ".");
            }
        }
        return this;
    }

    /** The vectors of the words: what is seen, with n-grams the means. */
    public WordVectors vectors() {
        if (config.subwords().max() > 0) {
            return model(1).vectors();
        }
        int d = config.dimensions();
        var values = new float[vocabulary.size() * d];
        for (int i = 0; i < vocabulary.size(); i++) {
            System.arraycopy(input.values(), input.at(i), values, i * d, d);
        }
        return new WordVectors(vocabulary.words(), d, values);
    }

    /**
     * All of it as a model of fastText's.
     *
     * @param minCount for its settings
     */
    public FastTextModel model(int minCount) {
        var settings = new FastTextModel.Settings(
                config.architecture() == Architecture.CBOW ? FastTextModel.Task.CBOW : FastTextModel.Task.SKIP_GRAM,
                config.loss() == Loss.NEGATIVE ? FastTextModel.Loss.NEGATIVE : FastTextModel.Loss.HIERARCHICAL, config.dimensions(),
                config.window(), config.epochs(), minCount, config.negatives(), 1, config.subwords(), config.subsampling());
        return new FastTextModel(settings, vocabulary.words(), vocabulary.counts(), List.of(), new long[0], input, output);
    }

    /** (V + buckets, D). */
    FloatRows input() {
        return input;
    }

    /** (V, D); in a tree, the last row is no node's. */
    FloatRows output() {
        return output;
    }

    /** One thread's. */
    private final class Learner implements Hogwild.Worker {
        private final Hogwild hogwild;
        private final int pieces;
        private final int[] line = new int[WordIds.LONGEST_LINE];
        private final int[] window = new int[2 * config.window()]; // where the rows of the words around begin, or of all that make them
        private final float[] gradients = new float[2 * config.window() * input.stride()];
        private final float[] hidden = new float[input.stride()];
        private final float[] sum = new float[input.stride()]; // of gradients
        private final int[] one = {0};
        private final LogisticStep step = new LogisticStep(output, 2 * config.window(), mostOutputs);
        private int[] parts = new int[256];
        private Draws draws = new Draws(1);
        private float rate;
        private long steps;
        private double loss;

        Learner(Hogwild hogwild, int pieces) {
            this.hogwild = hogwild;
            this.pieces = pieces;
        }

        @Override
        public void run(int piece) {
            draws = new Draws(Seeds.derive(config.seed(), "words", piece));
            rate = hogwild.rate();
            loss = Double.NaN;
            var lines = text.lines(piece % pieces, pieces);
            long done = 0;
            for (int n = lines.next(line); n > 0; n = lines.next(line)) {
                int kept = 0;
                for (int i = 0; i < n; i++) {
                    if (keep[line[i]] == Integer.MAX_VALUE || (int) (draws.next() >>> 33) < keep[line[i]]) {
                        line[kept++] = line[i];
                    }
                }
                learn(kept);
                done += n;
                if (done > 1000) {
                    rate = hogwild.done(done);
                    done = 0;
                }
            }
            hogwild.done(done);
            if (!Double.isNaN(loss)) {
                hogwild.sample(loss);
            }
        }

        /** Learns from the {@code n} words of {@link #line}. */
        private void learn(int n) {
            for (int at = 0; at < n; at++) {
                int reach = 1 + draws.below(config.window());
                int from = Math.max(0, at - reach);
                int to = Math.min(n, at + reach + 1);
                if (to - from < 2) {
                    continue;
                }
                steps++;
                if (config.architecture() == Architecture.CBOW) {
                    cbow(at, from, to);
                } else if (rows == null) {
                    skipGram(at, from, to);
                } else {
                    skipGramOfParts(at, from, to);
                }
            }
        }

        /** The word from each of its neighbours, as in word2vec's tool, which turns the pairs of the paper round. */
        private void skipGram(int at, int from, int to) {
            int c = 0;
            for (int i = from; i < to; i++) {
                if (i != at) {
                    window[c++] = input.at(line[i]);
                }
            }
            var x = input.values();
            if (config.shared()) {
                outputs(line[at]);
                sample(x, window, c);
                step.run(x, window, c, rate, gradients, false);
                for (int i = 0; i < c; i++) {
                    input.add(window[i], gradients, i * input.stride(), 1);
                }
            } else {
                for (int i = 0; i < c; i++) {
                    outputs(line[at]);
                    one[0] = window[i];
                    sample(x, one, 1);
                    step.run(x, one, 1, rate, gradients, false);
                    input.add(window[i], gradients, 0, 1);
                }
            }
        }

        /**
         * Each neighbour from the mean of what makes the word, as in fastText's tool. A step adds its gradient to each of the parts: their mean
         * goes on to the next neighbour at once, and they take the sum of all gradients at the end.
         */
        private void skipGramOfParts(int at, int from, int to) {
            var own = partsOf(line[at]);
            input.mean(own, 0, own.length, hidden);
            one[0] = 0;
            Arrays.fill(sum, 0);
            int first = from == at ? at + 1 : from;
            float reach = reaches[line[at]];
            for (int i = from; i < to; i++) {
                if (i != at) {
                    outputs(line[i]);
                    if (i == first) {
                        sample(hidden, one, 1);
                    }
                    step.run(hidden, one, 1, rate, gradients, false);
                    for (int k = 0; k < hidden.length; k++) {
                        hidden[k] += reach * gradients[k];
                        sum[k] += gradients[k];
                    }
                }
            }
            input.addToEach(own, 0, own.length, sum, 0, 1);
        }

        /** The word from the mean of the words around it, or of all that makes these. */
        private void cbow(int at, int from, int to) {
            int c = 0;
            for (int i = from; i < to; i++) {
                if (i != at) {
                    if (rows == null) {
                        parts[c++] = input.at(line[i]);
                    } else {
                        var of = partsOf(line[i]);
                        if (parts.length < c + of.length) {
                            parts = Arrays.copyOf(parts, 2 * (c + of.length));
                        }
                        System.arraycopy(of, 0, parts, c, of.length);
                        c += of.length;
                    }
                }
            }
            input.mean(parts, 0, c, hidden);
            outputs(line[at]);
            one[0] = 0;
            sample(hidden, one, 1);
            step.run(hidden, one, 1, rate, gradients, false);
            input.addToEach(parts, 0, c, gradients, 0, 1);
        }

        private int[] partsOf(int word) {
            return Objects.requireNonNull(rows)[word];
        }

        private void outputs(int word) {
            step.clear();
            if (negatives != null) {
                step.add(word, 1);
                Rows.addNegatives(step, negatives, config.negatives(), draws);
            } else {
                var nodes = tree.nodes(word);
                var code = tree.code(word);
                for (int d = 0; d < nodes.length; d++) {
                    step.add(nodes[d], code[d]);
                }
            }
        }

        /** Now and then the loss of a pair, before it is learned. */
        private void sample(float[] x, int[] inputs, int c) {
            if ((steps & 255) == 0) {
                double now = step.loss(x, inputs, c) / c;
                loss = Double.isNaN(loss) ? now : 0.9 * loss + 0.1 * now;
            }
        }
    }
}
