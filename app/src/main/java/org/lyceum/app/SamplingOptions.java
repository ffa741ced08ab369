package org.lyceum.app;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.SamplingConfig.WhenFull;
import picocli.CommandLine.Option;

/** How text is drawn, for {@code generate} and {@code chat}; the defaults are those of {@link SamplingConfig#DEFAULT}. */
final class SamplingOptions {
    @Option(names = "--max-tokens", paramLabel = "N", description = "The most tokens to generate (${DEFAULT-VALUE}).")
    private int maxTokens = SamplingConfig.DEFAULT.maxTokens();

    @Option(names = "--temperature", paramLabel = "T", description = "Divides the logits; 0 takes the most probable token "
            + "(${DEFAULT-VALUE}).")
    private double temperature = SamplingConfig.DEFAULT.temperature();

    @Option(names = "--top-k", paramLabel = "K", description = "Keep the K most probable tokens; 0 for all (${DEFAULT-VALUE}).")
    private int topK = SamplingConfig.DEFAULT.topK();

    @Option(names = "--top-p", paramLabel = "P", description = "Of those, keep the most probable that reach probability P "
            + "(${DEFAULT-VALUE}).")
    private double topP = SamplingConfig.DEFAULT.topP();

    @Option(names = "--min-p", paramLabel = "P", description = "Of those, keep the ones at least P times as probable as the first "
            + "(${DEFAULT-VALUE}).")
    private double minP = SamplingConfig.DEFAULT.minP();

    @Option(names = "--repetition-penalty", paramLabel = "R", description = "Above 1 makes tokens that occurred less probable "
            + "(${DEFAULT-VALUE}).")
    private double repetitionPenalty = SamplingConfig.DEFAULT.repetitionPenalty();

    @Option(names = "--seed", paramLabel = "S", description = "The same seed draws the same text (${DEFAULT-VALUE}).")
    private long seed = SamplingConfig.DEFAULT.seed();

    @Option(names = "--stop", paramLabel = "TEXT", description = "End at this text; may be given several times.")
    private List<String> stop = new ArrayList<>();

    SamplingConfig config(WhenFull whenFull) {
        return new SamplingConfig(temperature, topK, topP, minP, repetitionPenalty, seed, maxTokens, stop, whenFull);
    }
}
