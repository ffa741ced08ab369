package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.text.tokenizer.WordPieceTrainer;
import org.lyceum.training.finetune.EncoderFiles;
import org.lyceum.training.finetune.FineTuning;
import org.lyceum.training.finetune.FineTuningConfig;
import org.lyceum.training.finetune.TextClassification;

class FineTunedTest {
    private static final String TASK = """
            task: denied
            dataset_kwargs: {data_files: {train: train.jsonl, validation: dev.jsonl}}
            training_split: train
            validation_split: validation
            output_type: fine_tune
            doc_to_text: ["{{ first }}", "{{ second }}"]
            doc_to_target: label
            fine_tune: {epochs: 4, batch: 16, learning_rate: 4.0e-3, context: 32, dropout: 0, pooling: mean, seeds: 2}
            metric_list: [{metric: acc}, {metric: f1}, {metric: mcc}]
            """;

    @TempDir
    Path folder;

    private static Task task(String yaml) {
        return TaskFile.read("denied.yaml", yaml, name -> "");
    }

    /** Whether the second text denies something. */
    private void pairs(String file, int count, long seed) throws IOException {
        var random = Seeds.generator(seed, "pairs", 0);
        var lines = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            boolean not = random.nextBoolean();
            lines.add("{\"first\": \"the ball is %s\", \"second\": \"the box is %sred\", \"label\": %d}".formatted(
                    random.nextBoolean() ? "red" : "blue", not ? "not " : "", not ? 1 : 0));
        }
        Files.write(folder.resolve(file), lines);
    }

    private Path encoder() {
        Tokenizer tokenizer = WordPieceTrainer.of(52).train(List.of("red blue green black white the ball box is not a ? .\n".repeat(9)));
        var shape = new EncoderConfig(tokenizer.vocabularySize(), 32, 0, 2, 32, 2, 2, 64, Activation.GELU, 1e-5, 0);
        try (var _ = Scope.open()) {
            var model = new TextClassification(FineTuning.untrained(shape, FineTuningConfig.DEFAULT), tokenizer,
                    Labels.of(List.of("x", "y")), SequenceHead.Pooling.CLS, FineTuningConfig.DEFAULT).model();
            new EncoderFiles(model, tokenizer).write(folder.resolve("encoder"));
        }
        return folder.resolve("encoder");
    }

    @Test
    void anEncoderLearnsTheTaskOnceForEachSeed() throws IOException {
        pairs("train.jsonl", 176, 1);
        pairs("dev.jsonl", 40, 2);
        try (var subject = new LocalModel(encoder(), "toy", "toy", DType.F32, 8)) {
            var result = new Evaluation(folder, folder.resolve("out"), 0, 1, _ -> {
            }).run(subject, List.of(task(TASK))).tasks().getFirst();
            assertThat(result.failure()).isNull();
            assertThat(result.scores()).containsOnlyKeys("acc", "f1", "mcc");
            assertThat(result.scores().get("acc")).isNotNull().satisfies(score -> assertThat(score.value()).isGreaterThan(0.9));
            assertThat(result.groups()).containsOnlyKeys("1", "2");
            assertThat(result.baselines().get("acc")).containsEntry("random", 0.5).containsKey("majority");
        }
    }

    private Path decoder() {
        var tokenizer = BytePairTrainer.of(270).train(List.of("the ball is red the box is not blue ".repeat(9)));
        try (var _ = Scope.open()) {
            var model = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 32, 32, 1, 2, 2), DType.F32);
            Initialisation.of(model, 3);
            HuggingFaceFolder.write(folder.resolve("decoder"), model, Map.of());
        }
        tokenizer.save(folder.resolve("decoder"));
        return folder.resolve("decoder");
    }

    private TaskResult asked(Path model, String yaml, int batch) {
        try (var subject = new LocalModel(model, "toy", "toy", DType.F32, batch)) {
            return new Evaluation(folder, folder.resolve("out" + batch), 0, 1, _ -> {
            }).run(subject, List.of(task(yaml))).tasks().getFirst();
        }
    }

    /** By its last token where the task does not say; the same whatever is computed together. */
    @Test
    void aDecoderLearnsTheTask() throws IOException {
        pairs("train.jsonl", 176, 1);
        pairs("dev.jsonl", 40, 2);
        var model = decoder();
        var result = asked(model, TASK.replace(", pooling: mean", ""), 8);
        assertThat(result.failure()).isNull();
        double majority = result.baselines().get("acc").get("majority");
        assertThat(result.scores().get("acc")).isNotNull().satisfies(score -> assertThat(score.value()).isGreaterThan(majority + 0.3));
        assertThat(asked(model, TASK.replace("pooling: mean", "pooling: last"), 3).scores()).isEqualTo(result.scores());
    }

    @Test
    void whatCannotBeTaughtIsSaid() throws IOException {
        pairs("train.jsonl", 20, 1);
        pairs("dev.jsonl", 4, 2);
        assertThat(asked(decoder(), TASK.replace("pooling: mean", "pooling: cls"), 8).failure()).contains("is last or mean, not cls");
        assertThat(asked(encoder(), TASK.replace("pooling: mean", "pooling: last"), 9).failure()).contains("is cls or mean, not last");
        Files.writeString(folder.resolve("model.gguf"), "GGUF");
        assertThat(asked(folder.resolve("model.gguf"), TASK, 10).failure()).contains("weights cannot be trained")
                .contains("lyceum convert --model model.gguf --to hf");
        assertThatThrownBy(() -> task(TASK.replace("pooling: mean", "pooling: max"))).hasMessageContaining("last or mean of a decoder");
    }

    @Test
    void whatIsNotAPairOrALabelIsSaid() throws IOException {
        pairs("train.jsonl", 20, 1);
        Files.writeString(folder.resolve("dev.jsonl"), "{\"first\": \"a\", \"second\": \"b\", \"label\": 7}\n");
        assertThatThrownBy(() -> Items.of(task(TASK), folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessageStartingWith("dev.jsonl:1 has the label '7', which the training data lack");
        assertThatThrownBy(() -> task(TASK.replace("epochs: 4", "epochs: 0"))).isInstanceOf(UserError.class)
                .hasMessageStartingWith("denied.yaml, line 8: ");
        assertThatThrownBy(() -> task(TASK.replace("epochs", "epoch")))
                .hasMessage("denied.yaml, line 8: unknown key 'epoch'; did you mean 'epochs'?");
        assertThatThrownBy(() -> task(TASK.replace("metric: f1", "metric: acc@3"))).hasMessageEndingWith("acc takes no @.");
    }

    /** Right, right; wrong, right: half of one seed and all of the other. */
    @Test
    void valuesAreMeansOverSeeds() {
        var parts = List.of(new double[]{1, 1, 1}, new double[]{0, 1, 0});
        assertThat(Metric.of(Metric.Name.ACC).pooled(parts)).isEqualTo(0.75);
        assertThat(Metric.of(Metric.Name.F1).pooled(parts)).isEqualTo((2.0 / 3 + 1) / 2, within(1e-12));
        assertThat(FineTuned.error(parts, Metric.of(Metric.Name.ACC)::pooled, 1)).isBetween(0.1, 0.5);
        var same = List.of(new double[]{1, 1, 1}, new double[]{0, 0, 0});
        assertThat(FineTuned.error(same, Metric.of(Metric.Name.ACC)::pooled, 1)).isZero();
        assertThat(FineTuned.bySeed(parts, Metric.of(Metric.Name.ACC)::pooled, 5)).containsOnlyKeys("5", "6");
    }

    @Test
    void aTenthIsHeldOut() throws IOException {
        pairs("train.jsonl", 25, 1);
        pairs("dev.jsonl", 3, 2);
        var asked = (Request.Taught) Items.of(task(TASK), folder, 0, 3).getFirst().requests().getLast();
        assertThat(asked.seed()).isEqualTo(4);
        assertThat(asked.lesson().heldOut()).extracting(example -> example.line()).containsExactly(10L, 20L);
        assertThat(asked.lesson().train()).hasSize(23).doesNotContainAnyElementsOf(asked.lesson().heldOut());
    }
}
