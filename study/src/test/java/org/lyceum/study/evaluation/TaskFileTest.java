package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.jinja.JinjaTemplate;
import org.lyceum.study.evaluation.Task.Kind;

class TaskFileTest {
    private static final String CHOICE = """
            task: quiz
            dataset_path: json
            dataset_kwargs: {data_files: {test: quiz.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_text: "{{ question }}"
            doc_to_choice: choices
            doc_to_target: gold
            metric_list:
              - metric: acc
              - metric: acc_norm
            """;

    private static Task read(String yaml) {
        return TaskFile.read("quiz.yaml", yaml, name -> {
            throw new UserError("no " + name);
        });
    }

    @Test
    void aTaskIsReadAndTheRestIsLmEvaluationHarnesssDefaults() {
        var task = read(CHOICE);
        assertThat(task.kind()).isEqualTo(Kind.MULTIPLE_CHOICE);
        assertThat(task.metrics()).extracting(Metric::key).containsExactly("acc", "acc_norm");
        assertThat(task.targetDelimiter()).isEqualTo(" ");
        assertThat(task.shotsDelimiter()).isEqualTo("\n\n");
        assertThat(task.shots()).isZero();
        var document = new Document(0, "quiz.jsonl:1", Map.of("question", "Why? ", "choices", List.of("a", "b"), "gold", 1));
        assertThat(task.text().text(document)).isEqualTo("Why? ");
        assertThat(task.target()).isNotNull().satisfies(target -> assertThat(target.value(document, true)).isEqualTo(1L));
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheNearestOne() {
        assertThatThrownBy(() -> read(CHOICE.replace("doc_to_target", "doc_to_tarjet"))).isInstanceOf(UserError.class)
                .hasMessage("quiz.yaml, line 8: unknown key 'doc_to_tarjet'; did you mean 'doc_to_target'?");
        assertThatThrownBy(() -> read(CHOICE.replace("metric: acc_norm", "metrik: acc_norm")))
                .hasMessage("quiz.yaml, line 11: unknown key 'metrik'; did you mean 'metric'?");
        assertThatThrownBy(() -> read(CHOICE.replace("metric: acc_norm", "metric: acc_nrm")))
                .hasMessage("quiz.yaml, line 11: there is no metric 'acc_nrm' of multiple_choice; did you mean 'acc_norm'?");
        assertThatThrownBy(() -> read(CHOICE.replace("multiple_choice", "multiple_choise")))
                .hasMessage("quiz.yaml, line 5: there is no output_type 'multiple_choise'; did you mean 'multiple_choice'?");
    }

    @Test
    void aMissingColumnIsNamedWithTheDocumentAndTheNearestOne() {
        var task = read(CHOICE.replace("{{ question }}", "{{ questoin }}"));
        var document = new Document(0, "quiz.jsonl:3", Map.of("question", "Why?", "choices", List.of("a", "b"), "gold", 1));
        assertThatThrownBy(() -> task.text().text(document)).isInstanceOf(UserError.class).hasMessage(
                "quiz.yaml, line 6: doc_to_text fails for quiz.jsonl:3: 'questoin' is undefined; did you mean 'question'?");
    }

    @Test
    void pythonIsRefusedAndBrokenJinjaIsSaid() {
        assertThatThrownBy(() -> read(CHOICE.replace("doc_to_text: \"{{ question }}\"", "doc_to_text: !function utils.text")))
                .hasMessageStartingWith("quiz.yaml, line 6: !function utils.text is Python");
        assertThatThrownBy(() -> read(CHOICE.replace("{{ question }}", "{{ question")))
                .hasMessageStartingWith("quiz.yaml, line 6: doc_to_text is no");
        assertThatThrownBy(() -> read("task: x\noutput_type: multiple_choice\n")).hasMessageContaining("needs doc_to_choice");
        assertThatThrownBy(() -> read("- a\n")).hasMessageContaining("must hold keys and values");
    }

    @Test
    void aFileIsLaidOverTheOneThatItIncludes() {
        var task = TaskFile.read("easy.yaml", "include: base.yaml\ntask: easy\nnum_fewshot: 2\n", name -> CHOICE);
        assertThat(task.name()).isEqualTo("easy");
        assertThat(task.shots()).isEqualTo(2);
        assertThat(task.metrics()).hasSize(2);
    }

    @Test
    void filtersTakeWhatTheyAreTold() {
        var chain = read("""
                task: sums
                dataset_kwargs: {data_files: sums.jsonl}
                output_type: generate_until
                doc_to_text: q
                doc_to_target: a
                filter_list:
                  - name: last
                    filter:
                      - {function: regex, regex_pattern: "(-?[0-9]+)|(none)", group_select: -1}
                      - {function: take_first}
                """).filters().getFirst();
        assertThat(chain.apply(List.of("1 and 22 and -3."))).isEqualTo("-3");
        assertThat(chain.apply(List.of("there is none"))).isEqualTo("none");
        assertThat(chain.apply(List.of("?"))).isEqualTo("[invalid]");
        assertThat(chain.metric("exact_match")).isEqualTo("exact_match,last");
    }

    /** Whatever texts a template puts into a list as Python writes it, the same are read. */
    @Property(tries = 200)
    void listsAsPythonWritesThemAreReadAgain(@ForAll List<@StringLength(max = 8) String> texts) {
        var written = JinjaTemplate.ofText("{{ texts }}").renderStrictly(Map.of("texts", texts));
        assertThat(Template.literal(written)).isEqualTo(new ArrayList<>(texts));
    }

    @Test
    void everyShippedTaskIsReadAndListed() throws Exception {
        assertThat(ShippedTasks.all()).extracting(Task::name).isEqualTo(ShippedTasks.NAMES);
        assertThat(ShippedTasks.all()).allSatisfy(task -> assertThat(ShippedTasks.tags(task.name())).isEqualTo(task.tags()));
        assertThat(ShippedTasks.named(List.of("coreference"))).extracting(Task::name).containsExactly("winograd", "winogrande");
        assertThatThrownBy(() -> ShippedTasks.named(List.of("arc_esay"))).isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'arc_easy'?");
    }
}
