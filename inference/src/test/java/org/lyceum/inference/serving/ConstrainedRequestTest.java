package org.lyceum.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.constraint.JsonConstraints;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.json.JsonMapper;

/** Constraints on their way through the scheduler: sampling, prompt lookup, the end. */
@Timeout(120)
class ConstrainedRequestTest {
    private static final Tokenizer TOKENIZER = BytePairTrainer.of(260).withSpecialTokens(List.of("<|endoftext|>"))
            .train(List.of("true true"));
    private static final int END = TOKENIZER.endOfText().orElseThrow();
    private static final String SCHEMA = """
            {"type":"object","properties":{"n":{"type":"integer"},"ok":{"type":"boolean"},"tags":{"type":"array","items":
            {"enum":["red","green"]},"minItems":2,"maxItems":20}},"required":["n","ok","tags"],"additionalProperties":false}""";
    private static final SamplingConfig HOT = SamplingConfig.DEFAULT.withTemperature(1).withMaxTokens(600);

    private final JsonConstraints constraints = new JsonConstraints(TOKENIZER);

    @Test
    void textsOfAModelThatKnowsNoJsonAreJson() throws InterruptedException {
        var model = model(Set.of(END));
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT)) {
            for (int seed = 0; seed < 20; seed++) {
                var result = scheduler.submit(request(HOT.withSeed(seed))).await();
                assertThat(result.reason()).isEqualTo(Finish.END_OF_TEXT);
                var value = new JsonMapper().readTree(result.text());
                assertThat(value.get("n").isIntegralNumber()).isTrue();
                assertThat(value.get("tags").size()).isBetween(2, 20);
                assertThat(result.ids()).as("the last brace is among the tokens, and none that ends the text").doesNotContain(END);
                assertThat(String.join("", result.tokens().stream().map(Event.Token::text).toList())).isEqualTo(result.text());
            }
            assertThat(scheduler.statistics().acceptedTokens()).as("tags repeat themselves").isPositive();
        }
    }

    @Test
    void promptLookupDoesNotChangeWhatIsDrawn() throws InterruptedException {
        var model = model(Set.of(END));
        try (var plain = new Scheduler(model, SchedulerConfig.DEFAULT.withDraftTokens(0))) {
            var expected = plain.submit(request(HOT)).await();
            plain.close();
            try (var guessing = new Scheduler(model, SchedulerConfig.DEFAULT.withDraftTokens(12))) {
                assertThat(guessing.submit(request(HOT)).await().ids()).isEqualTo(expected.ids());
            }
        }
    }

    @Test
    void aTextThatIsCompleteEndsThoughTheModelKnowsNoEnd() throws InterruptedException {
        try (var scheduler = new Scheduler(model(Set.of()), SchedulerConfig.DEFAULT)) {
            var result = scheduler.submit(request(HOT)).await();
            assertThat(result.reason()).isEqualTo(Finish.END_OF_TEXT);
            assertThat(result.text()).endsWith("}");
        }
    }

    @Test
    void tooFewTokensAreSaidToHaveBeenTooFew() throws InterruptedException {
        try (var scheduler = new Scheduler(model(Set.of(END)), SchedulerConfig.DEFAULT)) {
            var result = scheduler.submit(request(HOT.withMaxTokens(5))).await();
            assertThat(result.reason()).isEqualTo(Finish.MAX_TOKENS);
            assertThat(result.ids()).hasSize(5);
        }
    }

    private Request request(SamplingConfig sampling) {
        return Request.of(TOKENIZER.encode("json: "), sampling).withConstraint(constraints.schema(SCHEMA));
    }

    private static LanguageModel model(Set<Integer> ends) {
        return new LanguageModel(new TrigramEngine(TOKENIZER.vocabularySize(), 1000, 5), TOKENIZER, ends, null);
    }
}
