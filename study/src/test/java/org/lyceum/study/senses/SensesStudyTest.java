package org.lyceum.study.senses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.models.layers.HiddenProbe;
import org.lyceum.models.vectors.WordVectorFiles;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.study.StudyRun;
import org.lyceum.study.contextual.Contextual;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class SensesStudyTest {
    private static final String YAML = """
            bank:
              money: [the bank lends, a bank of gold, ask the bank]
              river: [by the bank, on a wet bank, the bank of mud]
            bat:
              animal: [a bat in the dark, the bat flew, see the bat]
              club: [hit with a bat, his bat broke, the bat of wood]
            """;

    @TempDir
    Path folder;

    private CharacterTokenizer tokenizer;
    private Decoder decoder;

    @BeforeEach
    void model() throws IOException {
        Files.writeString(folder.resolve("words.yaml"), YAML);
        tokenizer = CharacterTokenizer.of(List.of(YAML), List.of("<|endoftext|>"));
        decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 64, 16, 2, 2, 1), DType.F32);
        Initialisation.of(decoder, 1);
        var model = Files.createDirectories(folder.resolve("model"));
        HuggingFaceFolder.write(model, decoder, Map.of());
        tokenizer.save(model);
    }

    private SensesConfig config(List<String> models, List<String> shown) {
        return new SensesConfig(folder.resolve("words.yaml").toString(), models, null, shown);
    }

    private StudyRun open(SensesConfig config) {
        return StudyRun.open(folder.resolve("run"), config, folder::resolve, _ -> {
        });
    }

    @Test
    void staticVectorsTellNothingAndAllLayersAreLookedAt() throws IOException {
        var vectors = folder.resolve("words.vec");
        WordVectorFiles.writeText(new WordVectors(List.of("bank", "bat"), 2, new float[]{1, 2, 3, 4}), vectors);
        var config = new SensesConfig(folder.resolve("words.yaml").toString(), List.of(folder.resolve("model").toString()),
                vectors.toString(), List.of("bat"));
        var run = open(config);
        new SensesStudy().run(config, run);
        assertThat(run.figures()).containsEntry("pairs", 30.0).containsEntry("static_accuracy", 0.6);
        assertThat(run.figures().get("contextual_accuracy")).isBetween(0.0, 1.0);
        assertThat(Files.readString(run.folder().resolve("accuracy-by-layer.svg"))).contains("model");
        assertThat(Files.readString(run.folder().resolve("map-model-bat.svg"))).contains("animal").contains("club")
                .contains("the bat flew");
        var report = Files.readString(run.finish("senses", "words", config, List.of()));
        assertThat(report).contains("hit with a bat", "words.vec", "sees what stands before the word");
    }

    /** The mean over the word's tokens, and the same word in the same sentence is the same whatever the layer is called. */
    @Test
    void statesAreThoseOfTheWordsTokens() {
        var model = Contextual.of("toy", tokenizer, decoder);
        var states = model.states("see the bat", 8, 11);
        assertThat(states).hasSize(2 + decoder.config().depth());
        var ids = tokenizer.encode("see the bat");
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var all = HiddenProbe.states(() -> decoder.hidden(Tensor.ofIds(ids, 1, ids.length), null, Pass.EVALUATION));
            for (int layer = 0; layer < all.size(); layer++) {
                var rows = all.get(layer).select(0, 0).narrow(0, 8, 3);
                assertThat(states.get(layer + 1)).containsExactly(rows.sum(0, false).dividedBy(3).floats(), within(1e-6f));
            }
        }
        // A causal model has not read what stands behind the word.
        assertThat(model.states("see the bat", 4, 7).get(2))
                .containsExactly(model.states("see the dark", 4, 7).get(2), within(1e-5f));
    }

    @Test
    void encodersSeeTheWholeSentence() {
        var encoder = new Encoder(
                new EncoderConfig(tokenizer.vocabularySize(), 64, 0, 1, 16, 1, 2, 32, EncoderBlock.Activation.GELU, 1e-5, 0),
                DType.F32);
        try (var _ = NoGradient.open()) {
            encoder.parameters().forEach(p -> p.value().copyFrom(Tensor.normal(p.name().hashCode(), 0.3, p.value().shape())));
        }
        var model = Contextual.of("toy", tokenizer, encoder);
        var one = model.states("see the bat", 4, 7);
        var other = model.states("see the dark", 4, 7);
        assertThat(one.get(0)).containsExactly(other.get(0)); // static
        assertThat(one.get(1)).containsExactly(other.get(1), within(1e-6f)); // not mixed yet
        assertThat(one.get(2)).isNotEqualTo(other.get(2));
    }

    @Test
    void whatCannotBeIsSaid() throws IOException {
        var none = config(List.of(), List.of("bat"));
        assertThatThrownBy(() -> new SensesStudy().run(none, open(none))).isInstanceOf(UserError.class)
                .hasMessageContaining("--set models=");
        var unknown = config(List.of(folder.resolve("model").toString()), List.of("bank", "bad"));
        var run = StudyRun.open(folder.resolve("other"), unknown, folder::resolve, _ -> {
        });
        assertThatThrownBy(() -> new SensesStudy().run(unknown, run)).isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'bat'?");
        Files.writeString(folder.resolve("words.yaml"), YAML.replace("on a wet bank", "on a wet bank " + "dark ".repeat(20)));
        var longer = config(List.of(folder.resolve("model").toString()), List.of());
        var third = StudyRun.open(folder.resolve("third"), longer, folder::resolve, _ -> {
        });
        assertThatThrownBy(() -> new SensesStudy().run(longer, third)).isInstanceOf(UserError.class)
                .hasMessageContaining("the context of model");
        Files.writeString(folder.resolve("words.yaml"), "bank:\n  money: [a bank, my bank]\n  river: [by the bank, wet bank]\n");
        var single = config(List.of(folder.resolve("model").toString()), List.of());
        var fourth = StudyRun.open(folder.resolve("fourth"), single, folder::resolve, _ -> {
        });
        assertThatThrownBy(() -> new SensesStudy().run(single, fourth)).isInstanceOf(UserError.class)
                .hasMessageContaining("at least two words");
    }
}
