package org.lyceum.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.training.Evaluation;
import org.lyceum.training.run.XzBaseline;

class RunFolderTest {
    @TempDir
    Path folder;

    @Test
    void oneProcessAtATime() throws IOException {
        var path = folder.resolve("run");
        try (var _ = RunFolder.open(path)) {
            assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(UserError.class)
                    .hasMessageContaining("Another process is training in " + path);
            Files.writeString(path.resolve("config.yaml"), "");
            assertThatThrownBy(() -> RunFolder.setAside(path)).isInstanceOf(UserError.class).hasMessageContaining("Another process");
        }
        RunFolder.open(path).close();
    }

    @Test
    void aFileInTheWayIsOneSentence() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "mine");
        assertThatThrownBy(() -> RunFolder.open(file)).isInstanceOf(UserError.class)
                .hasMessageContaining(file + " exists and is not a folder");
        assertThatThrownBy(() -> RunFolder.open(file.resolve("run"))).isInstanceOf(UserError.class);
        assertThat(file).hasContent("mine");
    }

    @Test
    void theStatusComesBack() {
        try (var run = RunFolder.open(folder.resolve("run"))) {
            assertThat(run.status()).isEmpty();
            var failed = new RunFolder.Status("failed", 3, 10, "It \"broke\".", null);
            run.status(failed);
            assertThat(run.status()).hasValue(failed);
            var finished = new RunFolder.Status(RunFolder.Status.FINISHED, 10, 10, null,
                    new RunFolder.Figures(null, new Evaluation(1.25, 3, 4), new XzBaseline(1, 2, 3, 4), 100, 0.5));
            run.status(finished);
            assertThat(run.status()).hasValue(finished);
        }
    }

    @Test
    void anEarlierRunIsMovedNotDeleted() throws IOException {
        var path = folder.resolve("run");
        assertThat(RunFolder.setAside(path)).isEmpty();
        Files.createDirectories(path);
        assertThat(RunFolder.setAside(path)).as("no run in it").isEmpty();
        Files.writeString(path.resolve("config.yaml"), "seed: 1");
        var aside = RunFolder.setAside(path).orElseThrow();
        assertThat(path).doesNotExist();
        assertThat(aside.resolve("config.yaml")).hasContent("seed: 1");
        assertThat(aside.getParent()).isEqualTo(folder);
    }
}
