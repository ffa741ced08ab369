package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;

/** Whole evaluations of a subject that likes long continuations. */
class EvaluationTest {
    private static final String QUIZ = """
            task: quiz
            dataset_kwargs: {data_files: quiz.jsonl}
            output_type: multiple_choice
            doc_to_text: "{{ q }}"
            doc_to_choice: c
            doc_to_target: gold
            group_by: part
            """;
    private static final String WRITING = """
            task: writing
            dataset_kwargs: {data_files: quiz.jsonl}
            output_type: generate_until
            doc_to_text: "{{ q }}"
            doc_to_target: part
            """;

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    /** Answers by length, and counts the documents; after {@code most} of them it is killed. */
    private static class Lengths implements Subject {
        private final int most;
        private int asked;

        Lengths(int most) {
            this.most = most;
        }

        @Override
        public String name() {
            return "lengths";
        }

        @Override
        public String identity() {
            return "lengths 1";
        }

        @Override
        public List<List<Answer>> answer(List<List<Request>> documents) {
            asked += documents.size();
            if (asked > most) {
                throw new IllegalStateException("killed");
            }
            return documents.stream().map(requests -> requests.stream().map(request -> request instanceof Request.Likelihood likelihood
                    ? Answer.of(likelihood.continuation().length() / 3.0, false)
                    : Answer.written("x")).toList()).toList();
        }

        @Override
        public void close() {
        }
    }

    @BeforeEach
    void quiz() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            lines.append("{\"q\": \"question %d\", \"c\": [\"%s\", \"no\"], \"gold\": %d, \"part\": \"%s\"}\n".formatted(i,
                    "y".repeat(i % 4 + 1),
                    i % 3 == 0 ? 0 : 1, i % 2 == 0 ? "x" : "z"));
        }
        Files.writeString(folder.resolve("quiz.jsonl"), lines);
    }

    private Results run(String out, Subject subject, int limit) {
        var tasks = List.of(TaskFile.read("quiz.yaml", QUIZ, name -> ""), TaskFile.read("writing.yaml", WRITING, name -> ""));
        return new Evaluation(folder, folder.resolve(out), limit, 1, told::add).run(subject, tasks);
    }

    private static Map<String, Object> withoutTimes(Results results) {
        var json = results.json();
        ((Map<?, ?>) json.get("results")).values().forEach(task -> ((Map<?, ?>) task).remove("seconds"));
        return json;
    }

    @Test
    void valuesErrorsBaselinesGroupsAndSamples() throws IOException {
        var results = run("out", new Lengths(1000), 0);
        var quiz = results.tasks().getFirst();
        double right = 0;
        for (int i = 0; i < 50; i++) {
            right += (i % 4 + 1 >= 2 ? 0 : 1) == (i % 3 == 0 ? 0 : 1) ? 1 : 0;
        }
        var score = quiz.scores().get("acc");
        assertThat(score).isNotNull();
        assertThat(score.value()).isEqualTo(right / 50);
        assertThat(score.error()).isEqualTo(Math.sqrt(score.value() * (1 - score.value()) / 49), within(1e-12));
        assertThat(quiz.baselines().get("acc")).containsEntry("random", 0.5).containsEntry("majority", 0.66)
                .containsEntry("longest", right / 50)
                .containsKey("unigram");
        assertThat(quiz.groups()).containsOnlyKeys("x", "z");
        assertThat(quiz.samples()).hasSize(3);
        assertThat(quiz.samples().getFirst().prompts()).containsExactly("question 0⟦ y⟧", "question 0⟦ no⟧");
        assertThat(results.tasks().getLast().scores().get("exact_match")).isNotNull()
                .satisfies(match -> assertThat(match.value()).isEqualTo(0.5));

        var run = StudyRun.page(folder.resolve("out"), told::add);
        results.tell(run);
        var page = Files
                .readString(run.finish("Evaluation", "toy", new EvaluationConfig("m", List.of("quiz"), 0, -1, false, 1), List.of()));
        assertThat(page).contains("question 0⟦ y⟧", "majority", "quiz by part");
        assertThat(told).anyMatch(line -> line.contains("quiz") && line.contains("acc") && line.contains("±"));
    }

    @Test
    void aRunThatIsKilledGoesOnToTheSameResult() throws IOException {
        assertThatThrownBy(() -> run("out", new Lengths(40), 0)).hasMessage("killed");
        var answers = folder.resolve("out/answers.jsonl");
        Files.writeString(answers, Files.readString(answers) + "{\"key\":\"torn");
        var second = new Lengths(1000);
        var resumed = run("out", second, 0);
        assertThat(second.asked).isEqualTo(100 - 32); // two blocks of 16 were kept
        assertThat(withoutTimes(resumed)).isEqualTo(withoutTimes(run("fresh", new Lengths(1000), 0)));
        assertThat(withoutTimes(run("out", new Lengths(0), 0))).isEqualTo(withoutTimes(resumed));
    }

    @Test
    void aModelThatCannotAnswerGetsARowThatSaysSo() {
        var down = new Lengths(0) {
            @Override
            public List<List<Answer>> answer(List<List<Request>> documents) {
                throw new UserError("http://x does not answer.");
            }
        };
        var results = run("down", down, 4);
        assertThat(results.failed()).isTrue();
        assertThat(results.tasks().getFirst().failure()).isEqualTo("http://x does not answer.");
        results.tell(StudyRun.page(folder.resolve("down"), told::add));
        assertThat(told).anyMatch(line -> line.contains("failed: http://x does not answer."));
    }

    @Test
    void severalTextsOfADocumentVote() {
        var yaml = WRITING + """
                repeats: 5
                generation_kwargs: {do_sample: true, temperature: 0.7}
                filter_list:
                  - name: vote
                    filter: [{function: regex, regex_pattern: "[a-z]"}, {function: majority_vote}]
                  - name: vote_of_3
                    filter: [{function: take_first_k, k: 3}, {function: majority_vote}]
                  - name: first
                    filter: [{function: take_first}]
                """;
        var drawn = List.of("z!", "x", "x", "z.", "z?"); // z of all five, x of the first three, the first itself is nothing that is asked
        var subject = new Lengths(1000) {
            @Override
            public List<List<Answer>> answer(List<List<Request>> documents) {
                return documents.stream().map(requests -> requests.stream()
                        .map(request -> Answer.written(drawn.get(((Request.Generate) request).draw()))).toList()).toList();
            }
        };
        var task = TaskFile.read("writing.yaml", yaml, name -> "");
        var scores = new Evaluation(folder, folder.resolve("out"), 10, 1, told::add).run(subject, List.of(task)).tasks().getFirst()
                .scores();
        assertThat(scores.keySet()).containsExactly("exact_match,vote", "exact_match,vote_of_3", "exact_match,first");
        assertThat(scores.values()).extracting(Scores.Score::value).containsExactly(0.5, 0.5, 0.0);
        assertThatThrownBy(() -> TaskFile.read("quiz.yaml", QUIZ + "repeats: 2\n", name -> "")).isInstanceOf(UserError.class)
                .hasMessageContaining("quiz.yaml, line 8: repeats is how many texts");
        assertThatThrownBy(() -> TaskFile.read("w.yaml", WRITING + "filter_list: [{filter: [{function: take_first_k}]}]\n", name -> ""))
                .isInstanceOf(UserError.class).hasMessageContaining("take_first_k needs how many");
    }

    @Test
    void aModelThatLearnsIsAskedAgainAndAgain() throws IOException {
        var file = Files.writeString(folder.resolve("quiz.yaml"), QUIZ);
        var probe = TaskProbe.of(List.of(file.toString()), folder, 20);
        var subject = new Lengths(1000);
        var once = probe.of(subject);
        var evaluated = new Evaluation(folder, folder.resolve("out"), 20, 1, told::add).run(subject, ShippedTasks.named(List.of(
                file.toString()))).tasks().getFirst().scores().get("acc");
        assertThat(once).containsOnlyKeys("quiz/acc", "quiz/acc_norm");
        assertThat(evaluated).isNotNull().satisfies(score -> assertThat(once).containsEntry("quiz/acc", score.value()));
        assertThat(probe.of(subject)).isEqualTo(once);
        assertThat(subject.asked).isEqualTo(60); // nothing is kept
    }
}
