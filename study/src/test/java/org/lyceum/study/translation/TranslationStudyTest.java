package org.lyceum.study.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;
import org.lyceum.tensor.Torch;

/** The whole study at the smallest size: from two files of sentences to figures, pictures and a translator. */
class TranslationStudyTest {
    private static final List<String> WORDS = List.of("red", "dog", "sees", "big", "cat", "runs", "the", "house");

    @TempDir
    private Path folder;

    private void data(String name, int lines, long seed) throws IOException {
        var random = Seeds.generator(seed, name, 0);
        var sources = new ArrayList<String>();
        var targets = new ArrayList<String>();
        for (int i = 0; i < lines; i++) {
            var words = random.ints(8 + random.nextInt(3), 0, WORDS.size()).mapToObj(WORDS::get).toList();
            sources.add(String.join(" ", words));
            targets.add(String.join(" ", words.reversed()).replace("dog", "Hund"));
        }
        Files.write(folder.resolve(name + ".en"), sources);
        Files.write(folder.resolve(name + ".de"), targets);
    }

    private static TranslationConfig config(String... overrides) {
        var all = new ArrayList<>(List.of("train=train.*", "validation=val.*", "test=test.*", "vocabulary=280", "model.context=40",
                "model.width=16", "model.encoder_depth=1", "model.decoder_depth=1", "model.heads=2", "model.hidden_width=16",
                "training.epochs=3", "training.batch_tokens=400", "training.evaluate_every=4", "training.dtype=f32", "search.beam=2",
                "search.length_penalties=[0.5, 1.5]",
                "samples=2"));
        all.addAll(List.of(overrides));
        return Records.read(TranslationConfig.DEFAULTS, null, all);
    }

    private Map<String, Double> run(TranslationConfig config, Path out) {
        var run = StudyRun.open(out, config, folder::resolve, _ -> {
        });
        new TranslationStudy().run(config, run);
        run.finish("tiny", "A tiny one.", config, List.of());
        return run.figures();
    }

    @Test
    void aTinyStudyFromBeginningToEndAndOnceMoreFromWhatItKept() throws IOException {
        data("train", 60, 1);
        data("val", 8, 2);
        data("test", 6, 3);
        Torch.threads(1);
        var out = folder.resolve("run");
        var figures = run(config(), out);
        assertThat(figures).containsKeys("bleu", "bleu_greedy", "chrf", "val_bleu_greedy", "val_bleu", "length_penalty", "best_step",
                "training_seconds");
        assertThat(figures.get("bleu")).isBetween(0.0, 100.0);
        assertThat(out.resolve("report.html")).content().contains("Cross attention").contains("Validation");
        assertThat(out.resolve("test.txt")).exists();
        assertThat(out.resolve("attention_1.svg")).exists();
        assertThat(Files.readAllLines(out.resolve("training/metrics.jsonl"))).hasSize(figures.get("steps").intValue());
        // A run that is done trains no more, and its translator gives the same figures.
        var again = run(config(), out);
        assertThat(again.get("bleu")).isEqualTo(figures.get("bleu"));
        assertThat(again.get("training_seconds")).isEqualTo(figures.get("training_seconds"));
        // What was learned does not depend on when.
        var fresh = run(config(), folder.resolve("fresh"));
        assertThat(fresh.get("bleu")).isEqualTo(figures.get("bleu"));
        assertThat(fresh.get("val_bleu_greedy")).isEqualTo(figures.get("val_bleu_greedy"));
    }

    @Test
    void whatCannotBeIsAUserError() throws IOException {
        data("train", 5, 1);
        data("val", 2, 2);
        data("test", 2, 3);
        assertThatThrownBy(() -> run(config("vocabulary=9000"), folder.resolve("a"))).isInstanceOf(UserError.class)
                .hasMessageContaining("supports a vocabulary of");
        Files.writeString(folder.resolve("train.de"), "ein satz\n");
        assertThatThrownBy(() -> run(config(), folder.resolve("b"))).isInstanceOf(UserError.class)
                .hasMessageContaining("ends after line 1");
        assertThatThrownBy(() -> config("train=train.en")).isInstanceOf(UserError.class).hasMessageContaining("*");
        assertThatThrownBy(() -> config("training.epochs=0")).isInstanceOf(UserError.class).hasMessageContaining("epochs");
        assertThatThrownBy(() -> config("search.length_penalties=[]")).isInstanceOf(UserError.class)
                .hasMessageContaining("length_penalties");
        assertThatThrownBy(() -> config("training.smoothing=1")).isInstanceOf(UserError.class).hasMessageContaining("smoothing");
    }
}
