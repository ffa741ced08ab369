package org.lyceum.app;

import org.lyceum.inference.Generator;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.training.pretrain.Pretraining;

/** The samples of a training run: inference and training do not know each other, the command knows both. */
final class Sampling {
    static final Pretraining.Sampler SAMPLER = (decoder, tokenizer, prompt, maxTokens, seed) -> {
        try (var generator = new Generator(new LanguageModel(decoder, tokenizer))) {
            var config = SamplingConfig.DEFAULT.withSeed(seed).withMaxTokens(maxTokens);
            return generator.generate(prompt, config, _ -> {
            }).text();
        }
    };

    private Sampling() {
    }
}
