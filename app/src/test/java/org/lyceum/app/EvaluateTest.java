package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lyceum evaluate} from a task file to JSON and the page, and what it says to bad input. */
class EvaluateTest {
    @TempDir
    Path folder;

    private Path task() throws IOException {
        Files.writeString(folder.resolve("quiz.jsonl"), """
                {"q": "One and one?", "c": ["two", "three"], "gold": 0}
                {"q": "Two and one?", "c": ["two", "three"], "gold": 1}
                """);
        return Files.writeString(folder.resolve("quiz.yaml"), """
                task: quiz
                dataset_kwargs: {data_files: quiz.jsonl}
                output_type: multiple_choice
                doc_to_text: "{{ q }}"
                doc_to_choice: c
                doc_to_target: gold
                """);
    }

    @Test
    void aTaskIsMeasuredAndKept() throws IOException {
        var model = Cli.toyModel(folder.resolve("model"));
        var out = folder.resolve("out");
        var run = Cli.lyceum("evaluate", "--model", model, "--tasks", task(), "--data", folder, "--out", out, "--threads", 1, "--json");
        assertThat(run.status()).as(run.err()).isZero();
        var quiz = run.json().path("results").path("quiz");
        assertThat(quiz.path("metric").asString()).isEqualTo("acc");
        assertThat(quiz.path("value").asDouble()).isBetween(0.0, 1.0);
        assertThat(quiz.path("stderr").isNumber()).isTrue();
        assertThat(quiz.path("n").asInt()).isEqualTo(2);
        assertThat(quiz.path("baselines").path("acc").path("random").asDouble()).isEqualTo(0.5);
        assertThat(out.resolve("report.html")).exists();
        assertThat(out.resolve("results.json")).exists();

        var again = Cli.lyceum("evaluate", "--model", model, "--tasks", task(), "--data", folder, "--out", out, "--threads", 1, "--json");
        assertThat(again.json()).isEqualTo(run.json()); // nothing was computed anew, times included
    }

    @Test
    void badInputIsSaid() throws IOException {
        assertThat(Cli.lyceum("evaluate", "--tasks", "list").out()).contains("zorro", "minimal_pairs", "wikitext2");
        var unknown = Cli.lyceum("evaluate", "--model", "x", "--tasks", "zoro");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("There is no task 'zoro'; did you mean 'zorro'?");
        Files.writeString(folder.resolve("kept.txt"), "mine");
        var taken = Cli.lyceum("evaluate", "--model", "x", "--tasks", task(), "--out", folder);
        assertThat(taken.status()).isEqualTo(1);
        assertThat(taken.err()).contains("holds something else than an evaluation");
        var missing = Cli.lyceum("evaluate", "--model", folder.resolve("none"), "--tasks", task(), "--data", folder, "--out",
                folder.resolve("o"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no model at");
    }
}
