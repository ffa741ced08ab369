package org.lyceum.study.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;
import org.lyceum.text.shard.Batch;

/** The study of recall at toy size: what is asked, models of equal size, and a run from end to end. */
class RecallStudyTest {
    private static final RecallConfig TOY = new RecallConfig(List.of(Architecture.RNN, Architecture.LSTM, Architecture.TRANSFORMER), 2_000,
            4,
            4, List.of(1, 4), 2_560, 128, 1e-2, 2, 32, List.of(8, 16), 1);

    @TempDir
    Path folder;

    @Test
    void theQuestionIsKStepsBehindTheOnlyCue() {
        var task = new RecallTask(5, 7);
        var random = Seeds.generator(1, "task", 0);
        for (int i = 0; i < 200; i++) {
            var batch = task.training(random, 300, 40);
            assertThat(batch.inputs()).hasSize(batch.rows() * batch.columns()).hasSizeLessThanOrEqualTo(300);
            int distance = -1;
            for (int b = 0; b < batch.rows(); b++) {
                int end = (b + 1) * batch.columns() - 1;
                assertThat(batch.inputs()[end]).isEqualTo(task.question());
                int cues = 0;
                for (int t = b * batch.columns(); t < end; t++) {
                    assertThat(batch.targets()[t]).isEqualTo(Batch.IGNORED);
                    if (batch.inputs()[t] < 5) {
                        cues++;
                        assertThat(batch.targets()[end]).isEqualTo(batch.inputs()[t]);
                        assertThat(distance).isIn(-1, end - t);
                        distance = end - t;
                    } else {
                        assertThat(batch.inputs()[t]).isBetween(5, 11);
                    }
                }
                assertThat(cues).isOne();
            }
            assertThat(distance).isBetween(1, 40);
        }
    }

    /** Each doubling of the distance is drawn about as often as the next. */
    @Test
    void distancesAreEvenOverDoublings() {
        var task = new RecallTask(2, 1);
        var counts = new int[9];
        for (int i = 0; i < 1_800; i++) {
            var batch = task.training(Seeds.generator(3, "draw", i), 1, 511);
            int at = 0;
            while (batch.inputs()[at] >= 2) {
                at++;
            }
            counts[31 - Integer.numberOfLeadingZeros(batch.columns() - 1 - at)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(140, 260);
        }
    }

    @ParameterizedTest
    @EnumSource
    void modelsAreOfEqualSize(Architecture architecture) {
        for (long parameters : new long[]{20_000, 50_000, 400_000}) {
            assertThat((double) architecture.shape(parameters, 33, 528).parameterCount()).isBetween(0.98 * parameters, 1.02 * parameters);
        }
    }

    @Test
    void fromFirstWeightsToReport() throws IOException {
        var said = new ArrayList<String>();
        var study = new RecallStudy();
        var run = StudyRun.open(folder.resolve("run"), TOY, folder::resolve, said::add);
        study.run(TOY, run);
        run.finish("recall", "How far back?", TOY, List.of());
        assertThat(run.figures()).containsKeys("rnn_recall_1", "lstm_recall_4", "transformer_recall_4", "rnn_gradient_before_4",
                "lstm_gradient_after_4", "transformer_tokens_per_second_16").doesNotContainKey("gru_recall_1");
        assertThat(run.figures().get("lstm_recall_1")).isBetween(0.0, 1.0);
        assertThat(run.figures().get("rnn_gradient_before_1")).isEqualTo(1);
        assertThat(run.figures().get("rnn_gradient_before_4")).isLessThan(0.5).isPositive();
        for (var picture : List.of("recall.svg", "gradient.svg", "speed.svg")) {
            assertThat(Files.readString(folder.resolve("run").resolve(picture))).contains("LSTM").doesNotContain("NaN");
        }
        said.clear();
        var again = StudyRun.open(folder.resolve("run"), TOY, folder::resolve, said::add);
        study.run(TOY, again);
        assertThat(again.figures()).isEqualTo(run.figures());
        assertThat(said).as("nothing is trained again").noneMatch(line -> line.contains("seed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cues=1", "seeds=0", "distances=[]", "distances=[0]", "tokens=10", "tokens_per_step=100", "learning_rate=0",
            "architectures=[]", "rounds=0"})
    void whatCannotBeIsWrongUsage(String override) {
        assertThatThrownBy(() -> Records.read(RecallConfig.DEFAULTS, null, List.of(override))).isInstanceOf(UserError.class)
                .hasMessageContaining("recall");
    }
}
