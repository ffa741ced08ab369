package org.lyceum.training.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.FastTextModel;
import org.lyceum.models.vectors.FastTextModel.Loss;
import org.lyceum.models.vectors.HuffmanTree;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.tensor.kernels.FloatRows;
import org.lyceum.tensor.kernels.LogisticStep;

/**
 * fastText's classifier (Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification"): a text is the mean of the vectors of its
 * words, their n-grams and runs of words, and a linear layer gives its label. Trained by stochastic gradient descent, text by text, with a
 * learning rate that falls to 0 in a straight line. As in fastText's tool, the end of the line counts as a word; unlike there, texts are
 * shuffled for each epoch, so that data sorted by label do no harm.
 */
public final class FastTextClassifier {
    /** Texts of a piece of work. */
    private static final int PIECE = 256;

    /**
     * What to learn.
     *
     * @param dimensions of a vector
     * @param epochs passes over the texts
     * @param rate the learning rate at the beginning
     * @param minCount words that come less often have no vector of their own
     * @param wordRuns words of the longest run that counts (fastText's wordNgrams); 1 for none, 2 for pairs of neighbours besides
     * @param subwords character n-grams; those and runs of words share its buckets, of which there must be some for either
     * @param loss how a label's probability is made of products
     * @param negatives labels that are drawn against the right one, for {@link Loss#NEGATIVE}
     * @param threads with more than one, two trainings are never quite the same
     * @param seed of every random choice
     */
    public record Config(int dimensions, int epochs, double rate, int minCount, int wordRuns, Subwords subwords, Loss loss, int negatives,
            int threads, long seed) {
        /** fastText's own: 100 dimensions, 5 epochs, rate 0.1, words alone, softmax; one thread. */
        public static final Config DEFAULT = new Config(100, 5, 0.1, 1, 1, Subwords.NONE, Loss.SOFTMAX, 5, 1, 1);

        public Config {
            if (dimensions < 1 || epochs < 1 || !(rate > 0) || wordRuns < 1 || threads < 1 || negatives < 1) {
                throw UserError.usage("Dimensions, epochs, rate, word runs, negatives and threads must be above 0.");
            }
            if (wordRuns > 1 && subwords.buckets() < 1) {
                throw UserError.usage("Runs of words need buckets to share; 200000 do for most texts.");
            }
        }

        /** The same with runs of up to {@code words} words, in {@code buckets} buckets. */
        public Config withWordRuns(int words, int buckets) {
            return new Config(dimensions, epochs, rate, minCount, words, new Subwords(subwords.min(), subwords.max(), buckets), loss,
                    negatives,
                    threads, seed);
        }

        /** The same with other passes and another first learning rate. */
        public Config withEpochs(int newEpochs, double newRate) {
            return new Config(dimensions, newEpochs, newRate, minCount, wordRuns, subwords, loss, negatives, threads, seed);
        }

        /** The same with another seed. */
        public Config withSeed(long newSeed) {
            return new Config(dimensions, epochs, rate, minCount, wordRuns, subwords, loss, negatives, threads, newSeed);
        }

        /** The same with another loss. */
        public Config withLoss(Loss newLoss) {
            return new Config(dimensions, epochs, rate, minCount, wordRuns, subwords, newLoss, negatives, threads, seed);
        }

        /** The same on {@code newThreads} threads. */
        public Config withThreads(int newThreads) {
            return new Config(dimensions, epochs, rate, minCount, wordRuns, subwords, loss, negatives, newThreads, seed);
        }
    }

    /** A text, cut into words, and its label. */
    public record Example(List<String> words, String label) {
    }

    private final Config config;
    private final int[][] texts; // where the rows of each begin in input
    private final int[] labels;
    private final FloatRows input;
    private final FloatRows output;
    private final HuffmanTree tree;
    private final Negatives negatives;
    private final FastTextModel model;

    private FastTextClassifier(List<Example> examples, Config config) {
        this.config = config;
        if (examples.isEmpty()) {
            throw new UserError("There are no labelled texts to learn from.");
        }
        var counts = new HashMap<String, Long>();
        var labelCounts = new HashMap<String, Long>();
        for (var example : examples) {
            example.words().forEach(word -> counts.merge(word, 1L, Long::sum));
            labelCounts.merge(example.label(), 1L, Long::sum);
        }
        if (labelCounts.size() < 2) {
            throw new UserError("All texts have the label '" + examples.getFirst().label() + "'; there is nothing to tell apart.");
        }
        counts.merge(Subwords.END_OF_LINE, (long) examples.size(), Long::sum);
        counts.values().removeIf(count -> count < config.minCount());
        var words = byCount(counts);
        var labelNames = byCount(labelCounts);
        var ids = numbers(words);
        var labelIds = numbers(labelNames);
        var subwords = config.subwords();
        input = new FloatRows(words.size() + subwords.buckets(), config.dimensions());
        output = new FloatRows(labelNames.size(), config.dimensions());
        texts = examples.stream()
                .map(example -> IntStream.of(FastTextModel.textRows(example.words(), ids, subwords, config.wordRuns(), words.size()))
                        .map(input::at).toArray())
                .toArray(int[][]::new);
        labels = examples.stream().mapToInt(example -> labelIds.getOrDefault(example.label(), 0)).toArray();
        var labelTimes = labelNames.stream().mapToLong(label -> labelCounts.getOrDefault(label, 0L)).toArray();
        tree = new HuffmanTree(labelTimes);
        negatives = new Negatives(labelTimes, 0.5);
        Rows.fill(input, 1.0 / config.dimensions(), config.seed());
        model = new FastTextModel(
                new FastTextModel.Settings(FastTextModel.Task.SUPERVISED, config.loss(), config.dimensions(), 5, config.epochs(),
                        config.minCount(), config.negatives(), config.wordRuns(), subwords, 1e-4),
                words, words.stream().mapToLong(word -> counts.getOrDefault(word, 0L)).toArray(), labelNames, labelTimes, input, output);
    }

    private static List<String> byCount(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey).toList();
    }

    private static Map<String, Integer> numbers(List<String> names) {
        return IntStream.range(0, names.size()).boxed().collect(Collectors.toMap(names::get, i -> i));
    }

    /**
     * Learns.
     *
     * @return the model; {@link FastTextModel#predict} gives labels of texts
     * @throws UserError where there are no examples or only one label
     */
    public static FastTextModel train(List<Example> examples, Config config, VectorProgress progress) {
        return new FastTextClassifier(examples, config).train(progress);
    }

    /** The same, silently. */
    public static FastTextModel train(List<Example> examples, Config config) {
        return train(examples, config, VectorProgress.NONE);
    }

    /** The share of {@code examples} whose label the model finds likeliest; NaN of none. */
    public static double accuracy(FastTextModel model, List<Example> examples) {
        long right = examples.parallelStream().filter(example -> {
            var best = model.predict(example.words(), 1);
            return !best.isEmpty() && best.getFirst().label().equals(example.label());
        }).count();
        return (double) right / examples.size();
    }

    private FastTextModel train(VectorProgress progress) {
        long words = Arrays.stream(texts).mapToLong(rows -> rows.length).sum();
        var hogwild = new Hogwild(words * config.epochs(), config.rate(), 0, progress);
        int pieces = (texts.length + PIECE - 1) / PIECE;
        var orders = new ArrayList<int[]>();
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
            orders.add(shuffled(epoch));
        }
        hogwild.run(config.threads(), pieces * config.epochs(), _ -> new Learner(hogwild, orders, pieces));
        return model;
    }

    private int[] shuffled(int epoch) {
        var draws = new Draws(Seeds.derive(config.seed(), "order of texts", epoch));
        var order = IntStream.range(0, texts.length).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int j = draws.below(i + 1);
            int held = order[i];
            order[i] = order[j];
            order[j] = held;
        }
        return order;
    }

    /** One thread's. */
    private final class Learner implements Hogwild.Worker {
        private final Hogwild hogwild;
        private final List<int[]> orders;
        private final int pieces;
        private final float[] hidden = new float[input.stride()];
        private final float[] gradient = new float[input.stride()];
        private final float[] probabilities = new float[output.rows()];
        private final int[] zero = {0};
        private final LogisticStep step = new LogisticStep(output, 1,
                Math.max(tree.depth(), Math.max(output.rows(), config.negatives() + 1)));

        Learner(Hogwild hogwild, List<int[]> orders, int pieces) {
            this.hogwild = hogwild;
            this.orders = orders;
            this.pieces = pieces;
        }

        @Override
        public void run(int piece) {
            var order = orders.get(piece / pieces);
            var draws = new Draws(Seeds.derive(config.seed(), "labels", piece));
            int from = piece % pieces * PIECE;
            float rate = hogwild.rate();
            double loss = 0;
            int to = Math.min(texts.length, from + PIECE);
            for (int i = from; i < to; i++) {
                var rows = texts[order[i]];
                if (rows.length > 0) {
                    input.mean(rows, 0, rows.length, hidden);
                    loss += learn(labels[order[i]], rate, draws);
                    input.addToEach(rows, 0, rows.length, gradient, 0, 1f / rows.length);
                    rate = hogwild.done(rows.length);
                }
            }
            hogwild.sample(loss / (to - from));
        }

        /** Changes {@link #output} and fills {@link #gradient}, times the rate; returns the loss before. */
        private double learn(int label, float rate, Draws draws) {
            if (config.loss() == Loss.SOFTMAX) {
                return softmax(label, rate);
            }
            step.clear();
            switch (config.loss()) {
                case HIERARCHICAL -> {
                    for (int d = 0; d < tree.nodes(label).length; d++) {
                        step.add(tree.nodes(label)[d], tree.code(label)[d]);
                    }
                }
                case NEGATIVE -> {
                    step.add(label, 1);
                    Rows.addNegatives(step, negatives, Math.min(config.negatives(), output.rows() - 1), draws);
                }
                case ONE_AGAINST_ALL, SOFTMAX -> {
                    for (int i = 0; i < output.rows(); i++) {
                        step.add(i, i == label ? 1 : 0);
                    }
                }
            }
            double loss = step.loss(hidden, zero, 1);
            step.run(hidden, zero, 1, rate, gradient, false);
            return loss;
        }

        /** ∂(−ln softmax(W·h)[label]) / ∂(W·h)ᵢ = pᵢ − [i = label]. */
        private double softmax(int label, float rate) {
            float most = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = output.dot(output.at(i), hidden, 0);
                most = Math.max(most, probabilities[i]);
            }
            double sum = 0;
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = (float) Math.exp(probabilities[i] - most);
                sum += probabilities[i];
            }
            Arrays.fill(gradient, 0);
            for (int i = 0; i < probabilities.length; i++) {
                float g = rate * ((i == label ? 1 : 0) - (float) (probabilities[i] / sum));
                Rows.addTo(gradient, output, i, g);
                output.add(output.at(i), hidden, 0, g);
            }
            return -Math.log(probabilities[label] / sum);
        }
    }
}
