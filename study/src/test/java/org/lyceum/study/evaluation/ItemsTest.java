package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class ItemsTest {
    @TempDir
    Path folder;

    private Task task(String yaml) {
        return TaskFile.read("t.yaml", yaml, name -> "");
    }

    private void quiz(int rows) throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            lines.append("{\"q\": \"question %d\", \"c\": [\"yes\", \"no\"], \"gold\": %d}\n".formatted(i, i % 2));
        }
        Files.writeString(folder.resolve("q.jsonl"), lines);
    }

    private static final String QUIZ = """
            task: t
            dataset_kwargs: {data_files: {test: q.jsonl}}
            output_type: multiple_choice
            doc_to_text: "{{ q }}?"
            doc_to_choice: c
            doc_to_target: gold
            """;

    @Test
    void examplesComeBeforeTheQuestionAndAreNeverTheQuestion() throws IOException {
        quiz(12);
        for (var sampler : List.of("first_n", "default")) {
            var items = Items.of(task(QUIZ + "num_fewshot: 3\nfewshot_config: {sampler: " + sampler + "}\n"), folder, 0, 1);
            assertThat(items).hasSize(12).allSatisfy(item -> {
                var context = ((Request.Likelihood) item.requests().getFirst()).context();
                var question = "question " + item.document().index() + "?";
                assertThat(context).endsWith(question);
                assertThat(context.indexOf(question)).isEqualTo(context.length() - question.length());
                assertThat(context.split("\n\n")).hasSize(4);
            });
            assertThat(Items.of(task(QUIZ + "num_fewshot: 3\nfewshot_config: {sampler: " + sampler + "}\n"), folder, 0, 1))
                    .isEqualTo(items);
        }
        assertThatThrownBy(() -> Items.of(task(QUIZ + "num_fewshot: 12\n"), folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessage("t.yaml, line 7: there are not 12 documents for examples, only 11.");
    }

    @Test
    void aListInAnObjectIsReadByItsKey() throws IOException {
        Files.writeString(folder.resolve("w.json"), """
                {"name": "dates", "examples": [
                  {"q": "today", "scores": {"b": 0, "a": 1}}, {"q": "then", "scores": {"c": 1, "b": 0}}]}
                """);
        var yaml = """
                task: t
                dataset_path: json
                dataset_kwargs: {data_files: w.json, field: examples}
                output_type: multiple_choice
                doc_to_text: q
                doc_to_choice: "{{ scores.keys() | sort }}"
                doc_to_target: "{% for word, right in scores.items() %}{{ word if right == 1 else '' }}{% endfor %}"
                """;
        var items = Items.of(task(yaml), folder, 0, 1);
        assertThat(items).extracting(Item::choices).containsExactly(List.of("a", "b"), List.of("b", "c"));
        assertThat(items).extracting(item -> List.copyOf(item.right())).containsExactly(List.of(0), List.of(1));
        assertThatThrownBy(() -> Items.of(task(yaml.replace("examples", "rows")), folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessage("w.json has no list under the key 'rows'; name the one that holds the documents as field.");
    }

    @Test
    void pairsAreReadAsZorroWritesThem() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "bad one .\ngood one .\nbad two .\ngood two .\n");
        Files.writeString(folder.resolve("b.txt"), "bad three .\ngood three .\n");
        var items = Items.of(task("""
                task: t
                dataset_path: pairs
                dataset_kwargs: {data_files: "*.txt"}
                output_type: minimal_pairs
                doc_to_choice: ["{{ sentence_good }}", "{{ sentence_bad }}"]
                """), folder, 2, 1);
        assertThat(items).extracting(item -> item.document().origin()).containsExactly("a.txt:1", "b.txt:1"); // files take turns
        assertThat(items.getFirst().requests()).containsExactly(new Request.Likelihood("", "good one ."),
                new Request.Likelihood("", "bad one ."));
    }

    @Test
    void propertiesAreInheritedByTheRightConcept() throws IOException {
        Files.writeString(folder.resolve("c.jsonl"), "{\"a\": \"A robin\", \"b\": \"A stone\", \"p\": \"can fly.\"}\n");
        var items = Items.of(task("""
                task: comps
                dataset_kwargs: {data_files: c.jsonl}
                output_type: minimal_pairs
                doc_to_choice: ["{{ a }}", "{{ b }}"]
                doc_to_target: p
                """), folder, 0, 1);
        assertThat(items.getFirst().requests()).containsExactly(new Request.Likelihood("A robin", " can fly."),
                new Request.Likelihood("A stone", " can fly."));
    }

    @Test
    void twoContextsMeetTwoTargets() throws IOException {
        Files.writeString(folder.resolve("e.jsonl"), "{\"c1\": \"C1\", \"c2\": \"C2\", \"t1\": \"T1\", \"t2\": \"T2\"}\n");
        var items = Items.of(task("""
                task: ewok
                dataset_kwargs: {data_files: e.jsonl}
                output_type: two_by_two
                doc_to_choice: ["{{ c1 }}", "{{ c2 }}"]
                doc_to_target: ["{{ t1 }}", "{{ t2 }}"]
                """), folder, 0, 1);
        assertThat(items.getFirst().requests()).containsExactly(new Request.Likelihood("C1", " T1"), new Request.Likelihood("C2", " T1"),
                new Request.Likelihood("C1", " T2"), new Request.Likelihood("C2", " T2"));
    }

    @Test
    void documentsBeginWhereTheTaskSays() throws IOException {
        Files.writeString(folder.resolve("w.txt"), " = One = \n\n text\n = Two = \n more\n");
        var items = Items.of(task("""
                task: w
                dataset_path: text
                dataset_kwargs: {data_files: w.txt, document_start: "^ = "}
                output_type: loglikelihood_rolling
                doc_to_target: text
                """), folder, 0, 1);
        assertThat(items).extracting(item -> item.references().getFirst()).containsExactly(" = One = \n\n text\n", " = Two = \n more\n");
        assertThatThrownBy(() -> Items.of(task(QUIZ), folder, 0, 1)).isInstanceOf(UserError.class).hasMessageContaining("there is no")
                .hasMessageContaining("q.jsonl").hasMessageContaining("--data DIR");
    }
}
