package org.lyceum.study.selfsupervision;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.training.masked.MaskedConfig;

/**
 * @param seed of every random choice
 * @param text what encoders are pretrained on: files within the recipe's data, or {@code wordnet}; the sentences of {@code train} join them
 *     without their labels
 * @param train labelled sentences, lines of "label text", within the recipe's data
 * @param validation those that choose the best weights of a fine-tuning
 * @param test those that are measured
 * @param pairs JSON lines of {@code sentence1}, {@code sentence2} and a {@code label} that is 1 for paraphrases; null for none
 * @param model the encoder's shape
 * @param vocabularySize tokens of its vocabulary
 * @param steps of each pretraining
 * @param batch windows a step
 * @param learningRate the peak of each pretraining
 * @param contrastiveSteps of SimCSE's training behind the masked one
 * @param temperature of its loss
 * @param probe numbers of labels that a linear classifier on frozen features learns from; 0 for all
 * @param tune numbers of labels that the whole encoder learns from; 0 for all
 * @param epochs of a fine-tuning, more where that would be fewer than {@code leastSteps}
 * @param leastSteps of a fine-tuning
 * @param tuneRate its peak rate
 * @param seeds repetitions: which sentences are labelled, the head, the order
 */
public record SelfSupervisionConfig(long seed, List<String> text, String train, String validation, String test, @Nullable String pairs,
        MaskedConfig.Model model, int vocabularySize, long steps, int batch, double learningRate, long contrastiveSteps, double temperature,
        List<Integer> probe, List<Integer> tune, int epochs, int leastSteps, double tuneRate, int seeds) {
    static final SelfSupervisionConfig DEFAULTS = new SelfSupervisionConfig(1, List.of("wordnet"), "sentiment/stsa.binary.train",
            "sentiment/stsa.binary.dev", "sentiment/stsa.binary.test", null, new MaskedConfig.Model(128, 2, 2, null, 64, 0.1), 6000, 1500,
            32,
            1e-3, 200, 0.05, List.of(100, 1000, 0), List.of(100, 1000), 3, 60, 5e-4, 3);

    public SelfSupervisionConfig {
        if (seeds < 1 || epochs < 1 || leastSteps < 0 || steps < 1 || contrastiveSteps < 1) {
            throw UserError.usage("selfsupervision: seeds, epochs, steps and contrastive_steps must be at least 1.");
        }
        if (probe.stream().anyMatch(n -> n < 0) || tune.stream().anyMatch(n -> n < 0) || probe.isEmpty()) {
            throw UserError.usage("selfsupervision: probe must name numbers of labels, and none in probe or tune may be below 0.");
        }
    }
}
