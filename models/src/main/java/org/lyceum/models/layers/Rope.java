package org.lyceum.models.layers;

import org.lyceum.foundation.UserError;

/**
 * How fast rotary positions turn: dimension pair i of a head D wide by θ^(−2i/D) for each position (Su et al. 2021, equation 34), slower
 * where a model was stretched to a longer context than it was first trained for.
 *
 * @param theta the base θ
 * @param scaling how it was stretched
 */
public record Rope(double theta, Scaling scaling) {
    /** How a model was stretched to a longer context. */
    public sealed interface Scaling {
    }

    /** Not at all. */
    public record Unscaled() implements Scaling {
    }

    /** Every frequency divided by {@code factor} (Chen et al. 2023, equation 4). */
    public record Linear(double factor) implements Scaling {
        public Linear {
            positive("factor", factor);
        }
    }

    /**
     * Llama 3's: frequencies that turn fewer than {@code lowFrequencyFactor} times within {@code originalContext} are divided by
     * {@code factor}, those that turn more than {@code highFrequencyFactor} times stay, and those between are interpolated (Llama Team
     * 2024, section 3.4.2, and Meta's code).
     */
    public record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext) implements Scaling {
        public Llama3 {
            positive("factor", factor);
            positive("low_freq_factor", lowFrequencyFactor);
            positive("original_max_position_embeddings", originalContext);
            if (!(highFrequencyFactor > lowFrequencyFactor)) {
                throw UserError.usage("The RoPE scaling's high_freq_factor=" + highFrequencyFactor + " must be above its low_freq_factor="
                        + lowFrequencyFactor + ".");
            }
        }
    }

    /** Throws {@link UserError} for a base that is not above 0. */
    public Rope {
        if (!(theta > 0)) {
            throw UserError.usage("model.rope_theta=" + theta + " must be above 0.");
        }
    }

    /** Unscaled. */
    public static Rope of(double theta) {
        return new Rope(theta, new Unscaled());
    }

    /**
     * The angle, in radians, that one position adds to each of the D/2 pairs of a head {@code headWidth} wide. Rounded to f32 after each
     * step as transformers rounds it: far into the context an error in the last place would show in the logits.
     */
    public float[] frequencies(int headWidth) {
        var frequencies = new float[headWidth / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float plain = 1 / (float) Math.pow(theta, 2 * i / (float) headWidth);
            frequencies[i] = switch (scaling) {
                case Unscaled() -> plain;
                case Linear(double factor) -> plain / (float) factor;
                case Llama3 llama -> scaled(plain, llama);
            };
        }
        return frequencies;
    }

    private static float scaled(float frequency, Llama3 s) {
        float wavelength = (float) (2 * Math.PI) / frequency; // in positions
        float turns = s.originalContext() / wavelength;
        if (wavelength > s.originalContext() / s.lowFrequencyFactor()) {
            return frequency / (float) s.factor();
        }
        if (wavelength < s.originalContext() / s.highFrequencyFactor()) {
            return frequency;
        }
        float smooth = (turns - (float) s.lowFrequencyFactor()) / (float) (s.highFrequencyFactor() - s.lowFrequencyFactor());
        return (1 - smooth) * frequency / (float) s.factor() + smooth * frequency;
    }

    private static void positive(String key, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw UserError.usage("The RoPE scaling's " + key + "=" + value + " must be above 0.");
        }
    }
}
