package org.lyceum.study.recall;

import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * @param architectures that are compared
 * @param parameters of each, hit as nearly as whole widths allow
 * @param cues symbols that may have to be recalled; guessing is right once in so many times
 * @param noise symbols of the steps between
 * @param distances k, steps from the symbol to the question, at which recall is measured; training draws from 1 to the largest
 * @param tokens that each model is trained on
 * @param tokensPerStep of one step of the optimizer, all sequences together
 * @param learningRate the peak, of AdamW
 * @param seeds models of each architecture
 * @param asked sequences that recall at each distance is measured on
 * @param lengths T, at which the speed of training is measured; none for no such measurement
 * @param rounds of the measurement of speed, in each of which every architecture has its turn
 */
public record RecallConfig(List<Architecture> architectures, int parameters, int cues, int noise, List<Integer> distances, long tokens,
        int tokensPerStep, double learningRate, int seeds, int asked, List<Integer> lengths, int rounds) {
    static final RecallConfig DEFAULTS = new RecallConfig(List.of(Architecture.values()), 50_000, 16, 16,
            List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512), 2_000_000, 4096, 3e-3, 3, 256, List.of(16, 64, 256, 1024), 3);

    public RecallConfig {
        atLeast("cues", cues, 2);
        atLeast("noise", noise, 1);
        atLeast("seeds", seeds, 1);
        atLeast("asked", asked, 1);
        atLeast("rounds", rounds, 1);
        if (architectures.isEmpty() || distances.isEmpty() || distances.stream().anyMatch(k -> k < 1)
                || lengths.stream().anyMatch(length -> length < 1)) {
            throw UserError.usage("recall: at least one architecture and one distance, distances and lengths at least 1.");
        }
        atLeast("tokens_per_step", tokensPerStep, longest(distances) + 1 + RecallTask.MOST_BEFORE);
        if (tokens < tokensPerStep) {
            throw UserError.usage("recall.tokens=" + tokens + " must be at least tokens_per_step=" + tokensPerStep + ".");
        }
        if (!(learningRate > 0 && Double.isFinite(learningRate))) {
            throw UserError.usage("recall.learning_rate=" + learningRate + " must be above 0.");
        }
    }

    private static int longest(List<Integer> distances) {
        return distances.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** The largest distance. */
    int longest() {
        return longest(distances);
    }

    private static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw UserError.usage("recall." + key + "=" + value + " must be at least " + least + ".");
        }
    }
}
