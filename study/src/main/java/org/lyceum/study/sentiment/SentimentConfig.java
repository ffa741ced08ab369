package org.lyceum.study.sentiment;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.Recurrence;
import org.lyceum.tensor.DType;

/**
 * What the sentiment ladder compares.
 *
 * @param tasks the data sets
 * @param rungs what is tried, from the lowest: any of {@link #RUNGS}
 * @param seeds how often each rung is climbed, where chance plays a part
 * @param minCount words that come less often in the training sentences share one vector, for all rungs that learn word vectors
 * @param features word features with a linear classifier
 * @param fasttext fastText's classifier
 * @param cnn a convolutional network
 * @param lstm a bidirectional LSTM
 * @param transformer a transformer encoder that begins at random
 * @param pretrained encoders that were pretrained, and are fine-tuned
 * @param prompt a language model that is asked
 * @param published figures of others, to stand beside ours
 */
public record SentimentConfig(List<Task> tasks, List<String> rungs, int seeds, int minCount, Features features, FastText fasttext, Cnn cnn,
        Lstm lstm, Transformer transformer, Pretrained pretrained, Prompt prompt, List<Published> published) {
    /** The rungs, from the lowest. */
    public static final List<String> RUNGS = List.of("features", "fasttext", "cnn", "lstm", "transformer", "pretrained", "prompt");

    /**
     * A data set: three files of lines, each a label, a space and a sentence whose tokens are divided by spaces.
     *
     * @param name in figures and tables
     * @param labels what our labels stand for in the files: {@code {negative: [0, 1], neutral: [2], positive: [3, 4]}}
     */
    public record Task(String name, String train, String validation, String test, Map<String, List<String>> labels) {
        public Task {
            if (labels.size() < 2) {
                throw UserError.usage(
                        "sentiment.tasks: '" + name + "' needs at least two labels, each with those of the files that it stands for.");
            }
            labels = sorted(labels);
        }
    }

    /**
     * How a network learns.
     *
     * @param epochs passes over the training sentences, after each of which there is a validation; the best is kept
     * @param batch sentences of a step
     * @param learningRate the peak of AdamW's, which rises over the first tenth of the steps and then falls to 0 in a straight line
     * @param weightDecay decoupled
     */
    public record Learning(int epochs, int batch, double learningRate, double weightDecay) {
        public Learning {
            if (epochs < 1 || batch < 1 || !(learningRate > 0) || !(weightDecay >= 0)) {
                throw UserError.usage("Epochs, batch and learning_rate must be above 0, and weight_decay at least 0.");
            }
        }
    }

    /**
     * @param runs words of the longest run that is a feature: 1 for single words, 2 for pairs of neighbours besides
     * @param cutoff features that come less often in the training sentences are left out
     * @param penalties on the squares of the weights; the one that is best on the validation sentences is taken
     * @param iterations of L-BFGS
     */
    public record Features(int runs, int cutoff, List<Double> penalties, int iterations) {
        public Features {
            if (runs < 1 || cutoff < 0 || iterations < 1 || penalties.isEmpty()
                    || penalties.stream().anyMatch(penalty -> !(penalty >= 0))) {
                throw UserError
                        .usage("sentiment.features: runs and iterations must be at least 1, and penalties a list of at least one number "
                                + "that is not negative.");
            }
        }
    }

    /**
     * @param dimensions of a vector
     * @param runs words of the longest run that has a vector
     * @param buckets that longer runs share
     */
    public record FastText(int dimensions, int runs, int buckets, int epochs, double learningRate) {
    }

    /** The shape of a {@link org.lyceum.models.classifiers.SentenceCnn}, and how it learns. */
    public record Cnn(int width, List<Integer> windows, int filters, double dropout, Learning learning) {
    }

    /** The shape of a {@link org.lyceum.models.RecurrentEncoder} of {@code kind}, and how it learns. */
    public record Lstm(Recurrence.Kind kind, int width, int units, int depth, double dropout, Learning learning) {
    }

    /** The shape of an {@link org.lyceum.models.Encoder}, whose states are averaged, and how it learns. */
    public record Transformer(int width, int depth, int heads, double dropout, Learning learning) {
    }

    /**
     * @param models folders with an encoder and its tokenizer, or {@code org/name} of one that was pulled; none to leave this rung out
     * @param maxTokens longer sentences are cut
     * @param dtype of matrix products; the weights are f32
     */
    public record Pretrained(List<String> models, int maxTokens, DType dtype, Learning learning) {
        /** Fewer would be little more than what frames a sentence. */
        private static final int LEAST = 8;

        public Pretrained {
            if (maxTokens < LEAST) {
                throw UserError.usage("sentiment.pretrained.max_tokens must be at least " + LEAST + ", not " + maxTokens + ".");
            }
        }
    }

    /**
     * @param model a language model: a folder, a run, a .gguf file or {@code org/name}; null to leave this rung out
     * @param shots examples before the question, one entry for each kind of prompt; 0 for none
     * @param template the question, {text} standing for the sentence; the answer follows it
     * @param answers the word that stands for each label
     * @param limit test sentences that are asked about, the first ones; 0 for all
     */
    public record Prompt(@Nullable String model, List<Integer> shots, String template, Map<String, String> answers, int limit) {
        public Prompt {
            if (!template.contains("{text}")) {
                throw UserError.usage("sentiment.prompt.template must hold {text}, where the sentence goes, not '" + template + "'.");
            }
            answers = sorted(answers);
        }
    }

    /** In an order that is the same in every process, for what is written and compared: {@code Map.of} has a new one each time. */
    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** What somebody else reached on a task with a rung's kind of model, in percent, and where that is said. */
    public record Published(String task, String rung, double accuracy, String source) {
    }

    private static final List<Task> TASKS = List.of(
            new Task("sst3", "stsa.fine.train", "stsa.fine.dev", "stsa.fine.test",
                    Map.of("negative", List.of("0", "1"), "neutral", List.of("2"), "positive", List.of("3", "4"))),
            new Task("sst2", "stsa.binary.train", "stsa.binary.dev", "stsa.binary.test",
                    Map.of("negative", List.of("0"), "positive", List.of("1"))));

    public static final SentimentConfig DEFAULTS = new SentimentConfig(TASKS, RUNGS, 3, 2,
            new Features(2, 1, List.of(0.3, 1.0, 3.0), 100),
            new FastText(64, 2, 200_000, 10, 0.3),
            new Cnn(100, List.of(3, 4, 5), 100, 0.5, new Learning(4, 50, 1e-3, 0.1)),
            new Lstm(Recurrence.Kind.LSTM, 100, 64, 1, 0.5, new Learning(4, 50, 2e-3, 0.1)),
            new Transformer(100, 2, 4, 0.3, new Learning(6, 50, 1e-3, 0.1)),
            new Pretrained(List.of(), 64, DType.BF16, new Learning(2, 32, 5e-5, 0.01)),
            new Prompt(null, List.of(0, 8), "Review: {text}\nSentiment:",
                    Map.of("negative", "negative", "neutral", "neutral", "positive", "positive"), 500),
            List.of());

    public SentimentConfig {
        if (tasks.isEmpty() || rungs.isEmpty() || seeds < 1 || minCount < 1) {
            throw UserError.usage("The sentiment ladder needs at least one task, one rung and one seed, and min_count of at least 1.");
        }
        for (var rung : rungs) {
            if (!RUNGS.contains(rung)) {
                throw UserError.usage("sentiment.rungs: unknown rung '" + rung + "'; " + Nearest.hint(rung, RUNGS));
            }
        }
    }
}
