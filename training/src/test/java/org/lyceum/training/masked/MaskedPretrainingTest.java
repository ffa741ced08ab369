package org.lyceum.training.masked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.models.huggingface.HeadedEncoderFolder;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.Tokenizer;

class MaskedPretrainingTest {
    @TempDir
    private Path temporary;
    private Path corpus;

    @BeforeEach
    void write() throws IOException {
        var text = new StringBuilder();
        var things = List.of("ball", "box", "cup", "hat");
        var colours = List.of("red", "blue", "green", "black");
        for (int i = 0; i < 400; i++) {
            text.append("the ").append(things.get(i % 4)).append(" is ").append(colours.get(i % 4)).append(".\n\n");
        }
        corpus = Files.writeString(temporary.resolve("corpus.txt"), text);
    }

    private MaskedConfig config(String... more) {
        var all = new ArrayList<>(List.of("data.paths=[" + corpus + "]", "data.validation=0.1", "data.corpus.piece_chars=200",
                "tokenizer.vocabulary_size=52", "model.width=16", "model.depth=1", "model.heads=2", "model.context=12", "model.dropout=0",
                "train.steps=40", "train.batch=16", "train.learning_rate=0.02", "train.dtype=f32", "train.evaluate_every=20"));
        all.addAll(List.of(more));
        return Records.read(MaskedConfig.DEFAULTS, null, all);
    }

    private static MaskedPretraining.Outcome run(MaskedConfig config, Path folder) {
        return MaskedPretraining.run(config, folder, _ -> {
        });
    }

    @ParameterizedTest
    @EnumSource(MaskedConfig.Objective.Kind.class)
    void learnsAndLeavesAModelFolder(MaskedConfig.Objective.Kind kind) {
        var out = temporary.resolve("run");
        var outcome = run(config("objective.kind=" + kind), out);
        assertThat(outcome.fit().best()).as("nats a token; %s at first", Math.log(52)).isLessThan(2.5);
        var checkpoint = Objects.requireNonNull(outcome.fit().checkpoint());
        var back = HeadedEncoderFolder.read(checkpoint, DType.F32, MaskedLanguageHead.class);
        assertThat(back.parameters()).zipSatisfy(outcome.model().parameters(),
                (a, b) -> assertThat(a.value().floats()).containsExactly(b.value().floats()));
        assertThat(EncoderFolder.isEncoder(checkpoint)).isTrue();
        assertThat(Tokenizer.load(checkpoint).fingerprint()).isEqualTo(outcome.tokenizer().fingerprint());

        var again = run(config("objective.kind=" + kind), out);
        assertThat(again.fit().state().step()).isEqualTo(40);
        assertThat(again.fit().best()).isCloseTo(outcome.fit().best(), within(1e-9));
    }

    @Test
    void aRunIsAFunctionOfItsConfigurationAndCanBeTrainedFurther() {
        var first = run(config("train.steps=4"), temporary.resolve("a"));
        var second = run(config("train.steps=4"), temporary.resolve("b"));
        assertThat(second.model().parameters()).zipSatisfy(first.model().parameters(),
                (a, b) -> assertThat(a.value().floats()).containsExactly(b.value().floats()));
        var further = run(config("from=" + first.fit().checkpoint(), "train.steps=20", "train.warmup=0"), temporary.resolve("c"));
        assertThat(further.fit().best()).isLessThan(first.fit().best());
        assertThat(further.tokenizer().fingerprint()).isEqualTo(first.tokenizer().fingerprint());
    }

    @Test
    void whatCannotBeIsRefusedInOneSentence() {
        assertThatThrownBy(() -> run(MaskedConfig.DEFAULTS, temporary.resolve("x"))).isInstanceOf(UserError.class)
                .hasMessageContaining("Name the text");
        assertThatThrownBy(() -> run(config("tokenizer.vocabulary_size=9999"), temporary.resolve("x"))).isInstanceOf(UserError.class)
                .hasMessageContaining("not 9999");
        assertThatThrownBy(() -> run(config("objective.rate=0"), temporary.resolve("y"))).isInstanceOf(UserError.class)
                .hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> run(config("model.context=2"), temporary.resolve("z"))).isInstanceOf(UserError.class)
                .hasMessageContaining("model.context=2");
        assertThatThrownBy(() -> config("train.steps=0")).isInstanceOf(UserError.class);
    }
}
