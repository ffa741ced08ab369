package org.lyceum.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

/** The line protocol, against shell scripts that stand in for peers. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class WorkerTest {
    @TempDir
    Path folder;

    @Test
    void answersComeLineByLineAndOtherLinesAreNone() {
        try (var worker = start("""
                echo 'Loading a library ...'
                echo '{"ready": true, "name": "Echo 1.0"}'
                while read -r line; do
                    echo 'a warning'
                    echo "{\\"seconds\\": 2.5, \\"loss\\": 1, \\"peak_bytes\\": 7, \\"heard\\": \\"$line\\"}"
                done
                """)) {
            assertThat(worker.name()).isEqualTo("Echo 1.0");
            assertThat(worker.ask("run 3").path("heard").asString()).isEqualTo("run 3");
            assertThat(Slice.of(worker.ask("run 4"))).isEqualTo(new Slice(2.5, 1, 0, 7, 0));
        }
    }

    @Test
    void anErrorIsSaidWithWhoMadeIt() {
        try (var worker = start("""
                echo '{"ready": true, "name": "Peer"}'
                read -r line; echo '{"error": "RuntimeError: out of memory"}'
                read -r line; echo '{"seconds": '
                """)) {
            assertThatThrownBy(() -> worker.ask("run 1")).isInstanceOf(UserError.class).hasMessage("Peer: RuntimeError: out of memory");
            assertThatThrownBy(() -> worker.ask("run 1")).isInstanceOf(UserError.class)
                    .hasMessage("Peer answered with something else than JSON: {\"seconds\": ");
        }
    }

    @Test
    void oneThatLeavesIsSaidWithItsLastWords() {
        assertThatThrownBy(() -> start("echo 'ImportError: no such thing' >&2; exit 1")).isInstanceOf(UserError.class)
                .hasMessage("Peer left at 'start'; the last it said: ImportError: no such thing.");
        assertThatThrownBy(() -> Worker.start("Peer", List.of(folder.resolve("nothing").toString()), folder.resolve("log"),
                Duration.ofSeconds(5))).isInstanceOf(UserError.class).hasMessageStartingWith("Peer could not be started");
    }

    @Test
    void oneThatHangsIsStopped() {
        assertThatThrownBy(() -> Worker.start("Peer", List.of("sleep", "60"), folder.resolve("log"), Duration.ofMillis(50)))
                .isInstanceOf(UserError.class).hasMessageContaining("did not answer 'start'");
    }

    @Test
    void aPeerThatFailsIsLeftOutAndLyceumMayNot() {
        var said = new ArrayList<String>();
        try (var team = new Team()) {
            var answering = "echo '{\"ready\": true}'; while read -r line; do echo '{\"seconds\": 1}'; done";
            team.add(start(answering));
            team.add(start("echo '{\"ready\": true}'; read -r line; exit 3"));
            assertThat(team.everybody("run 1", said::add)).extracting(Team.Turn::worker).containsExactly(team.lyceum());
            assertThat(team.workers()).hasSize(1);
            assertThat(said).singleElement().asString().contains("left out").contains("run 1");
        }
    }

    @Test
    void aPythonThatIsNotThereIsRefusedAndAPackageThatIsNotThereIsSaid() throws Exception {
        var said = new ArrayList<String>();
        var missing = folder.resolve("python-9").toString();
        assertThatThrownBy(() -> Peers.find(missing, List.of("torch"), said::add)).isInstanceOf(UserError.class)
                .hasMessageContaining("--python " + missing + " cannot be started");

        var bare = Files.writeString(folder.resolve("python-bare"),
                "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'torch'\" >&2\nexit 1\n");
        assertThat(bare.toFile().setExecutable(true)).isTrue();
        assertThat(Peers.find(bare.toString(), List.of("torch"), said::add)).isEqualTo(Optional.empty());
        assertThat(said).singleElement().asString().contains("No module named 'torch'").contains("only Lyceum is measured");
    }

    private Worker start(String script) {
        return Worker.start("Peer", List.of("sh", "-c", script), folder.resolve("log"), Duration.ofSeconds(20));
    }
}
