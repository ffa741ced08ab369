package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class WorldsVerbTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Lyceum.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void writesStoriesAndSaysHowMany() throws IOException {
        var file = folder.resolve("mundo.txt");
        assertThat(run("worlds", "generate", "--size", "10", "--language", "es", "--out", file.toString(), "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).get("people").asInt()).isEqualTo(10);
        assertThat(Files.readString(file)).contains("La historia de ").contains(" nació en ");
    }

    @Test
    void levelsAreMeasuredAndEachAxisCanBeSet() throws IOException {
        assertThat(run("worlds", "levels", "--size", "10", "--json")).isZero();
        var rows = JsonMapper.shared().readTree(out.toString()).get("results");
        assertThat(rows).hasSize(6);
        assertThat(rows.get(2).get("rare_words").asDouble()).isGreaterThan(rows.get(0).get("rare_words").asDouble());
        var file = folder.resolve("world.txt");
        assertThat(run("worlds", "generate", "--size", "10", "--level", "3", "--words", "1", "--sentences", "2", "--documents", "story",
                "--out",
                file.toString())).isZero();
        assertThat(out.toString()).contains("a sentence with", "0.0% of them rare", "Said outright: ");
        assertThat(run("worlds", "generate", "--inference", "0", "--out", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--inference is 1, 2 or 3, not 0.");
        assertThat(run("worlds", "generate", "--hops", "1", "--out", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--hops is 0 or from 2 on, not 1.");
    }

    @Test
    void writesEpisodesAndScoresAgents() throws IOException {
        var file = folder.resolve("episodes.jsonl");
        assertThat(run("worlds", "episodes", "--world", "shell,form", "--slips", "0.5", "--out", file.toString(), "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).get("episodes").asInt()).isEqualTo(2);
        assertThat(Files.readString(file)).contains("\"outcome\":\"wrong_belief\"", "\"policy\":\"newest\"");
        assertThat(run("worlds", "agents", "--world", "shell", "--episodes", "2")).isZero();
        assertThat(out.toString()).contains("hallucinated", "careful");
        assertThat(run("worlds", "episodes", "--difficulty", "9", "--out", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--difficulty is 1, 2 or 3, not 9.");
    }

    @Test
    void aWorldTooSmallOrALevelUnknownIsOneSentence() {
        var file = folder.resolve("x").toString();
        assertThat(run("worlds", "generate", "--size", "4", "--format", "chat", "--out", file)).isEqualTo(1);
        assertThat(err.toString()).contains("The world of 4 people is too small for a question of the type");
        assertThat(run("worlds", "generate", "--level", "4", "--out", file)).isEqualTo(2);
        assertThat(err.toString()).contains("--level is 1, 2 or 3, not 4.");
        assertThat(Path.of(file)).doesNotExist();
    }
}
