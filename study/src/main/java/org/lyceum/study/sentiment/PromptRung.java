package org.lyceum.study.sentiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.LanguageModel;

/**
 * A language model that is asked: of the words that stand for the labels, which is likeliest behind the question? With examples before it or
 * without (Brown et al. 2020, section 2), and calibrated: each probability is divided by the one that the word has behind a question about nothing
 * (Zhao et al. 2021, section 4).
 *
 * @param shots examples before the question
 */
record PromptRung(SentimentConfig.Prompt config, String model, int shots) implements Rung {
    /** Sentences that say nothing (Zhao et al. 2021, section 4.2). */
    private static final List<String> NOTHING = List.of("N/A", "[MASK]", "");
    private static final String BETWEEN = "\n\n";
    /** Words of an example at most, so that some fit into a small context. */
    private static final int LONGEST_EXAMPLE = 30;

    @Override
    public String key() {
        return shots == 0 ? "prompt" : "prompt" + shots;
    }

    @Override
    public String title() {
        return shots == 0 ? "Prompt, zero-shot" : "Prompt, " + shots + " examples";
    }

    @Override
    public boolean random() {
        return shots > 0;
    }

    @Override
    public void check(SentimentData data) {
        answers(data);
        LanguageModel.checkpoint(Path.of(model));
    }

    private List<String> answers(SentimentData data) {
        return data.labels().stream().map(label -> {
            if (!(config.answers().get(label) instanceof String answer) || answer.isBlank()) {
                throw UserError.usage("sentiment.prompt.answers has no word for the label '" + label + "' of " + data.task().name() + ".");
            }
            return answer;
        }).toList();
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var answers = answers(data);
        var test = config.limit() > 0 && config.limit() < data.test().size() ? data.test().subList(0, config.limit()) : data.test();
        var before = new StringBuilder();
        examples(data, seed).forEach(example -> before.append(question(example.text())).append(' ').append(answers.get(example.label()))
                .append(BETWEEN));
        try (var language = LanguageModel.load(Path.of(model)); var options = new LikeliestAnswer(language, answers)) {
            var nothing = new double[answers.size()];
            for (var text : NOTHING) {
                var probabilities = options.probabilities(before + question(text));
                Arrays.setAll(nothing, i -> nothing[i] + probabilities[i] / NOTHING.size());
            }
            long begin = System.nanoTime();
            int plain = 0;
            int calibrated = 0;
            for (var sentence : test) {
                var probabilities = options.probabilities(before + question(sentence.text()));
                plain += best(probabilities) == sentence.label() ? 1 : 0;
                Arrays.setAll(probabilities, i -> probabilities[i] / nothing[i]);
                calibrated += best(probabilities) == sentence.label() ? 1 : 0;
            }
            return new Climb((double) calibrated / test.size(), test.size(), Double.NaN, (System.nanoTime() - begin) / 1e9, 0,
                    Map.of("uncalibrated", (double) plain / test.size()));
        }
    }

    private String question(String text) {
        return config.template().replace("{text}", text);
    }

    /** Training sentences, as many of each label as can be, in a random order. */
    private List<Sentence> examples(SentimentData data, long seed) {
        var random = Seeds.generator(seed, "examples", shots);
        var chosen = new ArrayList<Sentence>();
        for (int i = 0; i < shots; i++) {
            int label = i % data.labels().size();
            var candidates = data.train().stream()
                    .filter(s -> s.label() == label && s.words().size() <= LONGEST_EXAMPLE && !chosen.contains(s))
                    .toList();
            if (candidates.isEmpty()) {
                throw new UserError("There are not enough short training sentences of " + data.task().name() + " with the label "
                        + data.labels().get(label) + " for " + shots + " examples; ask for fewer (prompt.shots).");
            }
            chosen.add(random.nextInt(i + 1), candidates.get(random.nextInt(candidates.size())));
        }
        return chosen;
    }

    private static int best(double[] values) {
        return IntStream.range(0, values.length).reduce((a, b) -> values[b] > values[a] ? b : a).orElseThrow();
    }
}
