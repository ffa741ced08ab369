package org.lyceum.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.Tensor;

class CheckpointsTest {
    private static final WholeFiles.Content<Path> MODEL = folder -> Files.writeString(folder.resolve("config.json"), "{}");

    @TempDir
    Path run;

    private static Map<String, Tensor> moments(float... values) {
        return new TreeMap<>(Map.of("exp_avg.w", Tensor.of(values, values.length), "exp_avg_sq.w", Tensor.of(new float[]{7}, 1)));
    }

    private static TrainingState state(long step, Long best) {
        return new TrainingState(step, 10 * step, step, best == null ? null : 1.5, best);
    }

    private List<String> there() throws IOException {
        try (var entries = Files.list(run.resolve("checkpoints"))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private String pointer(String file) throws IOException {
        return Files.readString(run.resolve("checkpoints").resolve(file)).strip();
    }

    @Test
    void milestonesAreKeptForGood() throws IOException {
        var checkpoints = new Checkpoints(run, 1, new Milestones(2));
        for (long step = 1; step <= 12; step++) {
            checkpoints.save(state(step, 1L), MODEL, moments(step));
        }
        assertThat(there()).containsExactly("best.txt", "last.txt", "step-00000001", "step-00000003", "step-00000010", "step-00000012");
    }

    @Test
    void milestonesLieEvenlyInTheLogarithm() {
        assertThat(LongStream.rangeClosed(0, 120).filter(new Milestones(4)::contains)).containsExactly(1L, 2L, 3L, 6L, 10L, 18L, 32L, 56L,
                100L);
        assertThat(LongStream.rangeClosed(0, 1000).filter(Milestones.NONE::contains)).isEmpty();
        // as the slow way has it
        for (int n : new int[]{1, 3, 7, 20}) {
            var slow = IntStream.rangeClosed(0, 4 * n).mapToLong(k -> Math.round(Math.pow(10, (double) k / n))).distinct().boxed().toList();
            assertThat(LongStream.rangeClosed(1, 10_000).filter(new Milestones(n)::contains).boxed()).containsExactlyElementsOf(slow);
        }
    }

    @Test
    void theNewestAndTheBestAreKept() throws IOException {
        var checkpoints = new Checkpoints(run, 2);
        assertThat(checkpoints.last()).isEmpty();
        assertThat(checkpoints.best()).isEmpty();
        for (long step = 1; step <= 6; step++) {
            checkpoints.save(state(step, Math.min(step, 2)), MODEL, moments(step));
        }
        assertThat(there()).containsExactly("best.txt", "last.txt", "step-00000002", "step-00000005", "step-00000006");
        assertThat(pointer("best.txt")).isEqualTo("step-00000002");
        assertThat(pointer("last.txt")).isEqualTo("step-00000006");
        assertThat(checkpoints.last()).hasValue(run.resolve("checkpoints/step-00000006"));
        assertThat(checkpoints.best()).hasValue(run.resolve("checkpoints/step-00000002"));
        assertThat(checkpoints.last().map(Checkpoints::state)).hasValue(state(6, 2L));
        assertThat(Checkpoints.step(checkpoints.last().get())).isEqualTo(6);
        checkpoints.save(state(7, 7L), MODEL, moments(7));
        assertThat(there()).containsExactly("best.txt", "last.txt", "step-00000006", "step-00000007");
    }

    @Test
    void momentsComeBackBitForBit() {
        var values = new float[]{1.5f, -0f, Float.MIN_VALUE, 3e38f};
        var saved = new Checkpoints(run, 1).save(state(1, null), MODEL, moments(values));
        var live = moments(0, 0, 0, 0);
        Checkpoints.loadOptimizer(saved, live);
        assertThat(live.get("exp_avg.w").data().toArray(ValueLayout.JAVA_INT))
                .containsExactly(Tensor.of(values, 4).data().toArray(ValueLayout.JAVA_INT));
    }

    @Test
    void theStateOfAnotherOptimizerIsRefused() {
        var saved = new Checkpoints(run, 1).save(state(1, null), MODEL, moments(1, 2));
        assertThatThrownBy(() -> Checkpoints.loadOptimizer(saved, Map.of("momentum.w", Tensor.of(new float[2], 2))))
                .isInstanceOf(UserError.class).hasMessageContaining("another optimizer").hasMessageContaining("config.yaml");
        assertThatThrownBy(() -> Checkpoints.loadOptimizer(saved, moments(1, 2, 3))).isInstanceOf(UserError.class)
                .hasMessageContaining("exp_avg.w").hasMessageContaining("[2]");
    }

    @Test
    void aDamagedCheckpointIsOneSentenceThatNamesTheWayOnAndStaysAsItIs() throws IOException {
        var checkpoints = new Checkpoints(run, 3);
        checkpoints.save(state(1, null), MODEL, moments(1, 2));
        var saved = checkpoints.save(state(2, null), MODEL, moments(1, 2));
        var optimizer = saved.resolve("optimizer.safetensors");
        var whole = Files.readAllBytes(optimizer);
        for (int length : new int[]{0, 5, 40, whole.length - 1}) {
            Files.write(optimizer, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Checkpoints.reading(saved, () -> {
                Checkpoints.loadOptimizer(saved, moments(1, 2));
                return 1;
            })).isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitStatus()).isEqualTo(1))
                    .hasMessageStartingWith("The checkpoint " + saved + " cannot be resumed (")
                    .hasMessageContaining("optimizer.safetensors")
                    .hasMessageEndingWith("; delete that folder and the run goes on from step-00000001.");
            assertThat(optimizer).hasSize(length);
        }
        Files.delete(optimizer);
        assertThatThrownBy(() -> Checkpoints.loadOptimizer(saved, moments(1, 2))).isInstanceOf(UserError.class)
                .hasMessageContaining("optimizer.safetensors");
        for (var content : List.of("", "{", "[]", "null", "{\"step\":0}", "{\"step\":\"x\"}", "{\"stop\":3}")) {
            Files.writeString(saved.resolve("training_state.json"), content);
            assertThatThrownBy(() -> Checkpoints.reading(saved, () -> Checkpoints.state(saved))).as(content)
                    .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitStatus()).isEqualTo(1))
                    .hasMessageContaining("training_state.json");
            checkpoints.recover(); // has nothing to say against it
        }
        Files.delete(saved.resolve("training_state.json"));
        assertThatThrownBy(() -> Checkpoints.state(saved)).isInstanceOf(UserError.class).hasMessageContaining("training_state.json");
        assertThat(there()).containsExactly("last.txt", "step-00000001", "step-00000002");
    }

    @Test
    void whatAKilledProcessLeftIsPutInOrder() throws IOException {
        var checkpoints = new Checkpoints(run, 2);
        checkpoints.save(state(1, 1L), MODEL, moments(1));
        checkpoints.save(state(2, 2L), MODEL, moments(1));
        // Killed after the folder took its name and before the pointers: they name the one before.
        Files.writeString(run.resolve("checkpoints/last.txt"), "step-00000001\n");
        Files.writeString(run.resolve("checkpoints/best.txt"), "step-00000001\n");
        // Killed while writing, and while replacing.
        Files.createDirectories(run.resolve("checkpoints/.step-00000003.partial/x"));
        Files.writeString(run.resolve("checkpoints/.last.txt.partial"), "st");
        Files.createDirectories(run.resolve("checkpoints/.step-00000002.old"));
        Files.move(run.resolve("checkpoints/step-00000001"), run.resolve("checkpoints/.step-00000001.old"));
        checkpoints.recover();
        assertThat(there()).containsExactly("best.txt", "last.txt", "step-00000001", "step-00000002");
        assertThat(pointer("last.txt")).isEqualTo("step-00000002");
        assertThat(pointer("best.txt")).isEqualTo("step-00000002");
        new Checkpoints(run.resolve("new"), 1).recover();
        assertThat(run.resolve("new")).doesNotExist();
    }

    @Test
    void aFullDiskLeavesTheCheckpointsBefore() throws IOException {
        var checkpoints = new Checkpoints(run, 1);
        checkpoints.save(state(1, null), MODEL, moments(1));
        assertThatThrownBy(() -> checkpoints.save(state(2, null), folder -> {
            Files.writeString(folder.resolve("model.safetensors"), "half");
            throw new IOException("No space left on device");
        }, moments(2))).isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitStatus()).isEqualTo(1))
                .hasMessageContaining("No disk space left").hasMessageContaining("step-00000002").hasMessageContaining("resumes");
        assertThat(there()).containsExactly("last.txt", "step-00000001");
        assertThat(pointer("last.txt")).isEqualTo("step-00000001");
    }

    @Test
    void aPathMeansACheckpointOrTheNewestOfARun() throws IOException {
        var saved = new Checkpoints(run, 2).save(state(3, null), MODEL, moments(1));
        assertThat(Checkpoints.at(saved)).isEqualTo(saved);
        assertThat(Checkpoints.at(run)).isEqualTo(saved);
        var other = Files.createDirectory(run.resolve("other"));
        assertThatThrownBy(() -> Checkpoints.at(other)).isInstanceOf(UserError.class).hasMessageContaining(other + " is no checkpoint");
        assertThatThrownBy(() -> Checkpoints.at(run.resolve("none"))).isInstanceOf(UserError.class)
                .hasMessageContaining("There is no checkpoint");
    }
}
