package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.translation.BeamConfig;
import org.lyceum.inference.translation.TranslatorFolder;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.EncoderDecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.text.parallel.PairTokenizer;
import org.lyceum.text.score.Bleu;
import org.lyceum.text.score.Chrf;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class TranslationTaskTest {
    private static final String TASK = """
            task: back
            dataset_path: parallel
            dataset_kwargs: {data_files: {test: [t.en, t.back]}}
            test_split: test
            output_type: translation
            doc_to_source: en
            doc_to_text: "{{ en }} ="
            doc_to_target: back
            num_fewshot: 1
            metric_list: [{metric: bleu, ignore_case: true}, {metric: chrf}]
            """;

    @TempDir
    Path folder;

    private static Task task(String yaml) {
        return TaskFile.read("back.yaml", yaml, name -> "");
    }

    private void lines() throws IOException {
        Files.writeString(folder.resolve("t.en"), "a bc a bc a\ncab cab cab cab .\nbb a cc a\n");
        Files.writeString(folder.resolve("t.back"), "a cb a cb a\nCAB cab cab cab .\ncc a bb a\n");
    }

    @Test
    void aTranslatorReadsTheSourceAndALanguageModelThePrompt() throws IOException {
        lines();
        var item = Items.of(task(TASK), folder, 0, 1).getFirst();
        var request = (Request.Translate) item.requests().getFirst();
        assertThat(request.source()).isEqualTo("a bc a bc a");
        assertThat(request.asked().prompt()).endsWith("\n\na bc a bc a =").contains(" = ");
        assertThatThrownBy(() -> task(TASK.replace("doc_to_source: en\n", ""))).isInstanceOf(UserError.class)
                .hasMessageContaining("needs doc_to_source");
    }

    @Test
    void whatATranslatorWritesIsScored() throws IOException {
        lines();
        var tokenizer = PairTokenizer.of(CharacterTokenizer.of(List.of("abc ."), List.of("<s>", "</s>")), true);
        var model = new EncoderDecoder(new EncoderDecoderConfig(tokenizer.tokenizer().vocabularySize(), 32, 8, 1, 2, 2, 12,
                FeedForward.Kind.RELU, true, 1e-5, EncoderDecoderConfig.Sharing.ALL, 0.1), DType.F32);
        Initialisation.of(model, 5);
        var path = Files.createDirectories(folder.resolve("translator"));
        TranslatorFolder.write(path, model, tokenizer);
        var sources = Files.readAllLines(folder.resolve("t.en"));
        var made = TranslatorFolder.read(path, DType.F32).best(sources, BeamConfig.of(5, 1));
        var references = Files.readAllLines(folder.resolve("t.back"));
        try (var subject = new LocalModel(path, "toy", "toy", DType.F32, 8)) {
            var result = new Evaluation(folder, folder.resolve("out"), 0, 1, _ -> {
            }).run(subject, List.of(task(TASK))).tasks().getFirst();
            assertThat(result.failure()).isNull();
            assertThat(result.scores().get("bleu")).isNotNull().satisfies(score -> assertThat(score.value())
                    .isEqualTo(Bleu.of(made, references, Bleu.Setting.LOWER_CASED).score(), within(1e-9)));
            assertThat(result.scores().get("chrf")).isNotNull()
                    .satisfies(score -> assertThat(score.value()).isEqualTo(Chrf.of(made, references, false), within(1e-9)));
            assertThat(result.baselines().get("chrf")).containsEntry("copy", Chrf.of(sources, references, false));
            assertThat(result.baselines().get("bleu")).containsEntry("copy",
                    Bleu.of(sources, references, Bleu.Setting.LOWER_CASED).score());
            var none = subject.name();
            assertThatThrownBy(() -> subject.answer(List.of(List.of(new Request.Rolling("a"))))).isInstanceOf(UserError.class)
                    .hasMessage(none + " is a translator, which gives a text no probability; this task takes a language model.");
        }
    }
}
