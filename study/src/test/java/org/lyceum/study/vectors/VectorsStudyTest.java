package org.lyceum.study.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;

class VectorsStudyTest {
    @TempDir
    Path folder;

    @Test
    void comparesTheKindsAndGoesOnWhereItWas() throws IOException {
        var random = new Random(1);
        var lines = new ArrayList<String>();
        for (int i = 0; i < 1000; i++) {
            var line = new StringBuilder();
            for (int k = 0; k < 8; k++) {
                line.append(i % 2 == 0 ? "sea" : "land").append((char) ('a' + random.nextInt(8))).append(' ');
            }
            lines.add(line.toString());
        }
        Files.write(folder.resolve("text.en"), lines);
        Files.createDirectories(folder.resolve("lists"));
        Files.writeString(folder.resolve("lists/EN-PAIRS.txt"), "seaa seab 9\nseaa landa 1\nlandb landc 8\nseac landd 2\n");
        Files.writeString(folder.resolve("questions.txt"), ": some\nseaa seab seac sead\n");
        var config = new VectorsConfig(List.of("text.en"), "lists", "questions.txt", 1000, VectorsConfig.KINDS, 2, 1, 1, 12, 3, 5, 4, 3,
                List.of("seaa seab landa", "seaa never heard"), List.of("landa", "never"), List.of("seaa seab never", "landa landb"));
        var said = new ArrayList<String>();
        var run = StudyRun.open(folder.resolve("run"), config, folder::resolve, said::add);
        new VectorsStudy().run(config, run);
        assertThat(run.figures()).containsKeys("skip_gram_pairs", "cbow_mean", "glove_analogies", "fasttext_seconds");
        assertThat(run.figures().get("skip_gram_pairs")).isPositive();
        assertThat(folder.resolve("run")).isDirectoryContaining("glob:**/map-glove.svg").isDirectoryContaining("glob:**/similarity.svg")
                .isDirectoryContaining("glob:**/skip-gram.vec");
        assertThat(said).anyMatch(line -> line.contains("is missing"));
        var again = StudyRun.open(folder.resolve("run"), config, folder::resolve, _ -> {
        });
        new VectorsStudy().run(config, again);
        assertThat(again.figures()).isEqualTo(run.figures()); // the seconds, too: nothing was trained
    }

    @Test
    void mistakesAreSentences() {
        var d = VectorsConfig.DEFAULT;
        assertThatThrownBy(
                () -> new VectorsConfig(d.text(), "", "", 1, List.of("skipgram"), 1, 1, 1, 1, 1, 1, 1, 1, List.of(), List.of(), List.of()))
                .isInstanceOf(UserError.class).hasMessageContaining("'skipgram'");
        assertThatThrownBy(
                () -> new VectorsConfig(d.text(), "", "", 1, d.kinds(), 1, 1, 1, 1, 1, 1, 1, 1, List.of("a b"), List.of(), List.of()))
                .isInstanceOf(UserError.class).hasMessageContaining("three words");
    }
}
