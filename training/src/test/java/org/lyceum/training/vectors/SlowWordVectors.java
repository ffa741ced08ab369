package org.lyceum.training.vectors;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.vectors.FastTextModel;
import org.lyceum.models.vectors.HuffmanTree;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.WordVectorConfig.Architecture;
import org.lyceum.training.vectors.WordVectorConfig.Loss;

/** The same training in plain loops over double[][], one line of text in one piece, with the draws in the same order. */
final class SlowWordVectors {
    final double[][] input;
    final double[][] output;
    private final WordVocabulary vocabulary;
    private final WordVectorConfig config;
    private final HuffmanTree tree;
    private final Negatives negatives;
    private double rate;
    private Draws draws = new Draws(1);

    SlowWordVectors(WordVocabulary vocabulary, WordVectorConfig config) {
        this.vocabulary = vocabulary;
        this.config = config;
        int d = config.dimensions();
        input = new double[vocabulary.size() + config.subwords().buckets()][d];
        output = new double[vocabulary.size()][d];
        for (int r = 0; r < input.length; r++) {
            var first = new Draws(Seeds.derive(config.seed(), "first values", r));
            for (int k = 0; k < d; k++) {
                input[r][k] = (float) ((2 * first.unit() - 1) * 0.5 / d);
            }
        }
        tree = new HuffmanTree(vocabulary.counts());
        negatives = new Negatives(vocabulary.counts(), config.exponent());
    }

    void run(List<int[]> lines) {
        long total = lines.stream().mapToLong(line -> line.length).sum();
        long done = 0;
        rate = config.rate();
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
            draws = new Draws(Seeds.derive(config.seed(), "words", epoch));
            rate = rateAt(done, total);
            long unsaid = 0;
            for (var line : lines) {
                learn(line);
                unsaid += line.length;
                if (unsaid > 1000) {
                    done += unsaid;
                    unsaid = 0;
                    rate = rateAt(done, total);
                }
            }
            done += unsaid;
        }
    }

    private double rateAt(long done, long total) {
        return config.rate() - (config.rate() - config.lastRate()) * done / (total * config.epochs());
    }

    private void learn(int[] line) {
        for (int at = 0; at < line.length; at++) {
            int reach = 1 + draws.below(config.window());
            var around = new ArrayList<Integer>();
            for (int i = Math.max(0, at - reach); i <= Math.min(line.length - 1, at + reach); i++) {
                if (i != at) {
                    around.add(line[i]);
                }
            }
            if (around.isEmpty()) {
                continue;
            }
            if (config.architecture() == Architecture.CBOW) {
                var parts = around.stream().flatMap(word -> rowsOf(word).stream()).toList();
                add(parts, gradient(mean(parts), targets(line[at])));
            } else if (config.subwords().max() > 0) {
                var parts = rowsOf(line[at]);
                for (int word : around) {
                    add(parts, gradient(mean(parts), targets(word)));
                }
            } else if (config.shared()) {
                var targets = targets(line[at]);
                var before = copy(output);
                var gradients = new ArrayList<double[]>();
                var olds = around.stream().map(word -> input[word].clone()).toList();
                for (var old : olds) {
                    var changed = copy(output);
                    put(before, output); // each pair sees the values before the step
                    gradients.add(gradient(old, targets));
                    for (int r = 0; r < changed.length; r++) {
                        for (int k = 0; k < changed[r].length; k++) {
                            changed[r][k] += output[r][k] - before[r][k];
                        }
                    }
                    put(changed, output);
                }
                for (int i = 0; i < around.size(); i++) {
                    add(List.of(around.get(i)), gradients.get(i));
                }
            } else {
                for (int word : around) {
                    add(List.of(word), gradient(input[word], targets(line[at])));
                }
            }
        }
    }

    private static double[][] copy(double[][] table) {
        var copy = new double[table.length][];
        for (int r = 0; r < copy.length; r++) {
            copy[r] = table[r].clone();
        }
        return copy;
    }

    private static void put(double[][] from, double[][] to) {
        for (int r = 0; r < to.length; r++) {
            to[r] = from[r].clone();
        }
    }

    private List<Integer> rowsOf(int word) {
        var rows = new ArrayList<Integer>();
        for (int row : FastTextModel.rows(vocabulary.words().get(word), word, config.subwords(), vocabulary.size())) {
            rows.add(row);
        }
        return rows;
    }

    private double[] mean(List<Integer> rows) {
        var mean = new double[config.dimensions()];
        for (int row : rows) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += input[row][k] / rows.size();
            }
        }
        return mean;
    }

    private void add(List<Integer> rows, double[] gradient) {
        for (int row : rows) {
            for (int k = 0; k < gradient.length; k++) {
                input[row][k] += gradient[k];
            }
        }
    }

    /** Output rows and their labels. */
    private record Target(int row, int label) {
    }

    private List<Target> targets(int word) {
        var targets = new ArrayList<Target>();
        if (config.loss() == Loss.HIERARCHICAL) {
            for (int d = 0; d < tree.nodes(word).length; d++) {
                targets.add(new Target(tree.nodes(word)[d], tree.code(word)[d]));
            }
            return targets;
        }
        targets.add(new Target(word, 1));
        for (int i = 0; i < config.negatives(); i++) {
            int drawn = negatives.draw(draws);
            if (drawn != word) {
                targets.add(new Target(drawn, 0));
            }
        }
        return targets;
    }

    /** Changes the output rows and returns what is to be added to the input. */
    private double[] gradient(double[] x, List<Target> targets) {
        var factors = new double[targets.size()]; // of the values before the step, also where a row comes twice
        for (int j = 0; j < factors.length; j++) {
            double z = 0;
            for (int k = 0; k < x.length; k++) {
                z += x[k] * output[targets.get(j).row()][k];
            }
            z = Math.floor(z * 64 + 0.5) / 64; // the table's cell
            factors[j] = rate * (targets.get(j).label() - (z >= 8 ? 1 : z <= -8 ? 0 : 1 / (1 + Math.exp(-z))));
        }
        var gradient = new double[x.length];
        for (int j = 0; j < factors.length; j++) {
            for (int k = 0; k < x.length; k++) {
                gradient[k] += factors[j] * output[targets.get(j).row()][k];
            }
        }
        for (int j = 0; j < factors.length; j++) {
            for (int k = 0; k < x.length; k++) {
                output[targets.get(j).row()][k] += factors[j] * x[k];
            }
        }
        return gradient;
    }
}
