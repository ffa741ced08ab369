package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.SamplingConfig.WhenFull;

class GeneratorTest {
    private static final Generator.Listener SILENT = _ -> {
    };
    private static final SamplingConfig HOT = SamplingConfig.DEFAULT.withTemperature(1.5).withMaxTokens(12);

    static Stream<String> configs() {
        return Toys.CONFIGS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("configs")
    void greedyEqualsTheNaiveLoop(String config) {
        var model = Toys.model(config);
        var prompt = Toys.randomIds(9, 3);
        var made = generate(model, prompt, SamplingConfig.GREEDY.withMaxTokens(10));
        assertThat(made.ids()).isEqualTo(naive(model, prompt, SamplingConfig.GREEDY.withMaxTokens(10)));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void slidingEqualsTheNaiveLoop(String config) {
        var model = Toys.model(config);
        var prompt = Toys.randomIds(9, 3);
        var sliding = HOT.withMaxTokens(60).withWhenFull(WhenFull.SLIDE);
        var made = generate(model, prompt, sliding);
        assertThat(made.ids()).isEqualTo(naive(model, prompt, sliding));
    }

    /** Without a cache, without streaming; a context that is full starts over with its newer half. */
    private static List<Integer> naive(LanguageModel model, int[] prompt, SamplingConfig config) {
        var sampler = new Sampler(config);
        var seen = new java.util.BitSet();
        var window = new ArrayList<Integer>();
        Arrays.stream(prompt).forEach(window::add);
        var made = new ArrayList<Integer>();
        while (made.size() < config.maxTokens()) {
            if (window.size() > Toys.CONTEXT) {
                window = new ArrayList<>(window.subList(window.size() - Toys.CONTEXT / 2, window.size()));
            }
            var ids = window.stream().mapToInt(Integer::intValue).toArray();
            var logits = Arrays.copyOf(Toys.logits(Toys.decoder(model), ids)[ids.length - 1], model.tokenizer().vocabularySize());
            int next = sampler.next(logits, seen, made.size());
            if (model.endIds().contains(next)) {
                break;
            }
            window.add(next);
            made.add(next);
        }
        return made;
    }

    @Test
    void stopsWhenTheContextIsFull() {
        var model = neverEnding();
        var made = generate(model, Toys.randomIds(20, 3), HOT.withMaxTokens(60));
        assertThat(made.finish()).isEqualTo(Finish.CONTEXT_FULL);
        assertThat(made.completionTokens()).as("the last is drawn from a full context").isEqualTo(5);
    }

    @Test
    void aPromptLongerThanTheContextIsRefusedOrCut() {
        var model = neverEnding();
        var prompt = Toys.randomIds(30, 3);
        assertThatThrownBy(() -> generate(model, prompt, HOT)).isInstanceOf(UserError.class)
                .hasMessageContaining("30 tokens").hasMessageContaining("24");
        var whole = generate(model, prompt, SamplingConfig.GREEDY.withMaxTokens(1).withWhenFull(WhenFull.SLIDE));
        var last = generate(model, Arrays.copyOfRange(prompt, 6, 30), SamplingConfig.GREEDY.withMaxTokens(1));
        assertThat(whole.ids()).isEqualTo(last.ids());
        assertThat(whole.promptTokens()).isEqualTo(30);
    }

    @Test
    void seedsReproduceAndOneGeneratorCanBeUsedAgain() {
        var model = neverEnding();
        try (var generator = new Generator(model)) {
            var first = generator.generate("hello", HOT, SILENT);
            generator.generate("help", HOT.withSeed(9), SILENT);
            assertThat(generator.generate("hello", HOT, SILENT).ids()).isEqualTo(first.ids());
            assertThat(generator.generate("hello", HOT.withSeed(9), SILENT).ids()).isNotEqualTo(first.ids());
        }
    }

    @Test
    void endsAtTheEndOfTextTokenWhichIsNoPartOfTheText() {
        var tokenizer = Toys.tokenizer();
        var free = generate(neverEnding(), tokenizer.encode("abc"), HOT);
        int end = free.ids().get(5);
        int first = free.ids().indexOf(end);
        try (var generator = new Generator(neverEnding())) {
            var made = generator.generate(tokenizer.encode("abc"), HOT, Set.of(end), SILENT);
            assertThat(made.finish()).isEqualTo(Finish.END_OF_TEXT);
            assertThat(made.ids()).isEqualTo(free.ids().subList(0, first));
        }
    }

    @Test
    void streamsWhatItReturnsAndStopsBeforeAStopString() {
        var model = neverEnding();
        var free = generate(model, model.promptIds("abc"), HOT);
        var shown = free.ids().stream().filter(id -> !model.tokenizer().isSpecial(id)).mapToInt(Integer::intValue).toArray();
        assertThat(free.text()).isEqualTo(model.tokenizer().decode(shown));
        var stop = free.text().substring(4, 7);
        var pieces = new ArrayList<String>();
        try (var generator = new Generator(model)) {
            var made = generator.generate("abc", HOT.withStop(List.of("never there", stop)), pieces::add);
            assertThat(made.finish()).isEqualTo(Finish.STOP_STRING);
            assertThat(made.text()).isEqualTo(free.text().substring(0, free.text().indexOf(stop)));
            assertThat(String.join("", pieces)).isEqualTo(made.text());
        }
    }

    @Test
    void anEmptyPromptStartsFromTheEndOfTextToken() {
        var model = Toys.model("llama");
        assertThat(model.promptIds("")).containsExactly(model.tokenizer().endOfText().orElseThrow());
        assertThat(generate(model, model.promptIds(""), HOT).promptTokens()).isOne();
    }

    @Test
    void aListenerCanEndIt() {
        var heard = new ArrayList<String>();
        try (var generator = new Generator(neverEnding())) {
            var made = generator.generate("abc", HOT, new Generator.Listener() {
                @Override
                public void text(String piece) {
                    heard.add(piece);
                }

                @Override
                public boolean cancelled() {
                    return heard.size() == 3;
                }
            });
            assertThat(made.finish()).isEqualTo(Finish.CANCELLED);
            assertThat(made.completionTokens()).isEqualTo(3);
        }
    }

    @Test
    void rowsThatPadTheVocabularyAreNeverDrawn() {
        var made = generate(neverEnding(), Toys.randomIds(3, 1), HOT.withTemperature(50).withMaxTokens(150).withWhenFull(WhenFull.SLIDE));
        assertThat(made.ids()).hasSize(150).allMatch(id -> id < Toys.tokenizer().vocabularySize());
    }

    /** A model whose end-of-text token does not end anything. */
    private static LanguageModel neverEnding() {
        return new LanguageModel(Toys.decoder("llama", 1), Toys.tokenizer(), Set.of());
    }

    private static Generation generate(LanguageModel model, int[] prompt, SamplingConfig config) {
        try (var generator = new Generator(model)) {
            return generator.generate(prompt, config, Set.of(), SILENT);
        }
    }
}
