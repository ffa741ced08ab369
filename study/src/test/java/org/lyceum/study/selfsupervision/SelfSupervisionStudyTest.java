package org.lyceum.study.selfsupervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.study.StudyRun;
import org.lyceum.training.masked.MaskedConfig;

class SelfSupervisionStudyTest {
    @TempDir
    private Path temporary;

    private StudyRun open(SelfSupervisionConfig config) {
        return StudyRun.open(temporary.resolve("run"), config, temporary::resolve, _ -> {
        });
    }

    private static SelfSupervisionConfig config() {
        return new SelfSupervisionConfig(1, List.of("raw.txt"), "train", "dev", "test", "pairs.jsonl",
                new MaskedConfig.Model(16, 1, 2, null, 16, 0.1), 45, 10, 8, 1e-2, 3, 0.05, List.of(20, 0), List.of(20), 1, 2, 1e-2, 2);
    }

    private static String sentences(int count, long seed) {
        var random = Seeds.generator(seed, "sentences", 0);
        var text = new StringBuilder();
        var good = List.of("fine", "great", "lovely");
        var bad = List.of("dull", "awful", "sad");
        for (int i = 0; i < count; i++) {
            boolean positive = random.nextBoolean();
            text.append(positive ? "1" : "0").append(" a ").append((positive ? good : bad).get(random.nextInt(3))).append(" film\n");
        }
        return text.toString();
    }

    @Test
    void everyKindOfPretrainingIsMeasured() throws IOException {
        Files.writeString(temporary.resolve("raw.txt"),
                "a fine film, a great play.\n\na dull film, a sad play; awful, lovely!\n\n".repeat(40));
        Files.writeString(temporary.resolve("train"), sentences(60, 1));
        Files.writeString(temporary.resolve("dev"), sentences(12, 2));
        Files.writeString(temporary.resolve("test"), sentences(30, 3));
        Files.writeString(temporary.resolve("pairs.jsonl"), """
                {"sentence1": "a fine film", "sentence2": "a fine play", "label": 1}
                {"sentence1": "a fine film", "sentence2": "dull, dull", "label": 0}
                """);
        var config = config();
        var run = open(config);
        new SelfSupervisionStudy().run(config, run);
        var wanted = new ArrayList<String>();
        for (var kind : List.of("untrained", "masked", "denoising", "contrastive")) {
            wanted.addAll(List.of("probe_" + kind + "_20", "probe_" + kind + "_all", "tune_" + kind + "_20", "paraphrases_" + kind));
        }
        assertThat(run.figures()).containsKeys(wanted.toArray(String[]::new));
        assertThat(run.figures().get("probe_masked_all")).as("six words tell all").isGreaterThan(0.9);
        assertThat(EncoderFolder.isEncoder(temporary.resolve("run/contrastive"))).isTrue();
        assertThat(temporary.resolve("run/probe.svg")).exists();
        var again = open(config);
        new SelfSupervisionStudy().run(config, again);
        assertThat(again.figures()).isEqualTo(run.figures());
    }

    @Test
    void areaUnderTheCurve() {
        assertThat(SelfSupervisionStudy.auc(new double[]{0.9, 0.8, 0.3, 0.3}, List.of(true, false, true, false))).isCloseTo(2.5 / 4,
                within(1e-12));
        assertThat(SelfSupervisionStudy.auc(new double[]{1}, List.of(true))).isNaN();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(
                () -> new SelfSupervisionConfig(1, List.of(), "", "", "", null, new MaskedConfig.Model(16, 1, 2, null, 16, 0.1), 9, 1,
                        1, 1, 1, 1, List.of(-1), List.of(), 1, 1, 1, 1))
                .isInstanceOf(UserError.class).hasMessageContaining("numbers of labels");
    }
}
