package org.lyceum.inference;

import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * How text is drawn from a model.
 *
 * @param temperature logits are divided by it; 0 takes the most probable token every time
 * @param topK only the K most probable tokens stay; 0 for no limit (Fan, Lewis and Dauphin 2018, section 5.4)
 * @param topP of those, the most probable whose probabilities first reach P; 1 for all (nucleus sampling, Holtzman et al. 2020, section
 *     3.1)
 * @param minP of those, the tokens at least P times as probable as the most probable; 0 for all (Nguyen et al. 2024, section 3)
 * @param repetitionPenalty above 1 makes tokens that occurred less probable; 1 for none (CTRL, Keskar et al. 2019, section 4.1)
 * @param seed the draw at a position is a function of this and the position
 * @param maxTokens the most tokens to generate
 * @param stop strings that end the text and are not part of it
 * @param whenFull what happens at the end of the model's context
 * @param presencePenalty subtracted from the logit of each token that was generated already; 0 for none (OpenAI's, as is the next)
 * @param frequencyPenalty the same, as often as it was generated
 */
public record SamplingConfig(double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed, int maxTokens,
        List<String> stop, WhenFull whenFull, double presencePenalty, double frequencyPenalty) {

    /** What happens when the context is full. */
    public enum WhenFull {
        /** The text ends. */
        STOP,
        /** The older half of the context is forgotten and the text goes on. */
        SLIDE
    }

    /** Temperature 0.8 over the 50 most probable tokens, at most 256 of them, stopping at the end of the context. */
    public static final SamplingConfig DEFAULT = new SamplingConfig(0.8, 50, 1, 0, 1, 42, 256, List.of(), WhenFull.STOP);

    /** The most probable token every time. */
    public static final SamplingConfig GREEDY = DEFAULT.withTemperature(0);

    /** Without penalties for tokens that were generated already. */
    public SamplingConfig(double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed, int maxTokens,
            List<String> stop, WhenFull whenFull) {
        this(temperature, topK, topP, minP, repetitionPenalty, seed, maxTokens, stop, whenFull, 0, 0);
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public SamplingConfig {
        check(temperature >= 0 && temperature < Double.POSITIVE_INFINITY, "temperature", temperature,
                "at least 0 (0 takes the most probable token)");
        check(topK >= 0, "top-k", topK, "at least 0 (0 for no limit)");
        check(topP > 0 && topP <= 1, "top-p", topP, "above 0 and at most 1");
        check(minP >= 0 && minP <= 1, "min-p", minP, "from 0 to 1");
        check(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY, "repetition-penalty", repetitionPenalty,
                "above 0 (1 for none)");
        check(Math.abs(presencePenalty) <= 2, "presence-penalty", presencePenalty, "from -2 to 2");
        check(Math.abs(frequencyPenalty) <= 2, "frequency-penalty", frequencyPenalty, "from -2 to 2");
        check(maxTokens >= 1, "max-tokens", maxTokens, "at least 1");
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw UserError.usage("A stop string must not be empty; leave it out to have none.");
        }
    }

    public SamplingConfig withTemperature(double value) {
        return new SamplingConfig(value, topK, topP, minP, repetitionPenalty, seed, maxTokens, stop, whenFull, presencePenalty,
                frequencyPenalty);
    }

    public SamplingConfig withSeed(long value) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, value, maxTokens, stop, whenFull, presencePenalty,
                frequencyPenalty);
    }

    public SamplingConfig withMaxTokens(int value) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, seed, value, stop, whenFull, presencePenalty,
                frequencyPenalty);
    }

    public SamplingConfig withStop(List<String> value) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, seed, maxTokens, value, whenFull, presencePenalty,
                frequencyPenalty);
    }

    public SamplingConfig withWhenFull(WhenFull value) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, seed, maxTokens, stop, value, presencePenalty,
                frequencyPenalty);
    }

    /** With OpenAI's penalties, from -2 to 2. */
    public SamplingConfig withPenalties(double presence, double frequency) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, seed, maxTokens, stop, whenFull, presence, frequency);
    }

    private static void check(boolean holds, String name, Number value, String allowed) {
        if (!holds) {
            throw UserError.usage(name + " must be " + allowed + ", not " + value + ".");
        }
    }
}
