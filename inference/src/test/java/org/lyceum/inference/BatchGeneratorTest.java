package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.BatchGenerator.Prompt;
import org.lyceum.inference.Engine.Part;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.Recurrence.Kind;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;

/** Prompts side by side against each by itself, and many parts in one pass against one after the other. */
class BatchGeneratorTest {
    private static final SamplingConfig CONFIG = SamplingConfig.DEFAULT.withTemperature(0).withMaxTokens(9);

    private static void sameAsAlone(LanguageModel model) {
        var beginning = Toys.randomIds(17, 3); // long enough to be shared
        var longer = Arrays.copyOf(beginning, 19);
        var prompts = List.of(new Prompt(beginning, CONFIG), new Prompt(longer, CONFIG.withMaxTokens(3)),
                new Prompt(longer, CONFIG.withTemperature(1).withSeed(5)));
        var others = List.of(new Prompt(Toys.randomIds(4, 1), CONFIG), new Prompt(Toys.randomIds(21, 2), CONFIG), // this fills the context
                new Prompt(Toys.randomIds(1, 4), CONFIG.withStop(List.of("a", "e"))), new Prompt(Toys.randomIds(9, 5), CONFIG));
        for (var some : List.of(prompts, others)) {
            var expected = new ArrayList<String>();
            for (var prompt : some) {
                try (var generator = new Generator(model)) {
                    expected.add(generator.generate(prompt.ids(), prompt.config(), Set.of(), _ -> {
                    }).text());
                }
            }
            assertThat(new BatchGenerator(model).generate(some)).isEqualTo(expected);
            assertThat(expected).anyMatch(text -> !text.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qkNorm", "alibi", "sinusoidal", "none"})
    void asEachByItself(String config) {
        sameAsAlone(Toys.model(config));
    }

    @Test
    void inModelsThatNoPassHoldsTogether() {
        var model = new RecurrentModel(new RecurrentConfig(Kind.GRU, 40, 24, 12, 2, true, 0), DType.F32);
        Initialisation.of(model, 3);
        sameAsAlone(new LanguageModel(model, Toys.tokenizer()));
    }

    @Test
    void aPromptBeyondTheContextSaysSo() {
        var generator = new BatchGenerator(Toys.model("llama"));
        assertThatThrownBy(() -> generator.generate(List.of(new Prompt(Toys.randomIds(25, 1), CONFIG)))).isInstanceOf(UserError.class)
                .hasMessageContaining("25 tokens long");
        assertThat(generator.generate(List.of())).isEmpty();
    }

    private static void samePasses(Decoder decoder, int chunk) {
        try (var engine = new TorchEngine(decoder, 512, chunk); var alone = new TorchEngine(decoder)) {
            var together = List.of(engine.open(), engine.open(), engine.open());
            var each = List.of(alone.open(), alone.open(), alone.open());
            int[][][] rounds = {{Toys.randomIds(7, 1), Toys.randomIds(1, 2), Toys.randomIds(11, 3)},
                    {Toys.randomIds(1, 4), Toys.randomIds(1, 5), Toys.randomIds(1, 6)},
                    {Toys.randomIds(4, 7), Toys.randomIds(9, 8), Toys.randomIds(2, 9)}};
            for (var ids : rounds) {
                var parts = new ArrayList<Part>();
                var slow = new ArrayList<Part>();
                for (int i = 0; i < 3; i++) {
                    int wanted = i == 2 ? ids[i].length : Math.min(i, ids[i].length);
                    parts.add(new Part(together.get(i), ids[i], wanted));
                    slow.add(new Part(each.get(i), ids[i], wanted));
                }
                var logits = engine.together(parts);
                var expected = alone.forward(slow);
                for (int i = 0; i < 3; i++) {
                    assertThat(logits.get(i)).hasDimensions(parts.get(i).wanted(),
                            parts.get(i).wanted() == 0 ? 0 : expected.get(i)[0].length);
                    for (int row = 0; row < parts.get(i).wanted(); row++) {
                        for (int v = 0; v < expected.get(i)[row].length; v++) {
                            assertThat(logits.get(i)[row][v]).isCloseTo(expected.get(i)[row][v], within(1e-4f));
                        }
                    }
                    assertThat(together.get(i).length()).isEqualTo(each.get(i).length());
                }
            }
            assertThatThrownBy(() -> engine.together(List.of(new Part(together.getFirst(), Toys.randomIds(2, 1), 1),
                    new Part(together.getLast(), Toys.randomIds(20, 1), 1)))).isInstanceOf(RuntimeException.class);
            assertThat(together.getFirst().length()).as("nothing was appended").isEqualTo(12);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qkNorm", "alibi", "sinusoidal", "none"})
    void onePassForManyPartsGivesTheirLogits(String config) {
        samePasses(Toys.decoder(config, 1), 512);
        samePasses(Toys.decoder(config, 1), 5); // parts are cut
    }

    @Test
    void inLayersThatSlide() {
        var decoder = new Decoder(
                DecoderConfig.llama(40, 24, 32, 3, 4, 2).with(c -> c.window = new DecoderConfig.Window(5, 2, Rope.of(10))), DType.F32);
        Initialisation.of(decoder, 5);
        samePasses(decoder, 512);
        samePasses(decoder, 5);
    }
}
