package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.inference.LanguageModel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same model, data and task files as lm-evaluation-harness gave the same numbers ({@code make_parity_fixtures.py}). */
class ParityTest {
    private static Path fixtures;
    private static JsonNode expected;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException, URISyntaxException {
        fixtures = Path.of(Objects.requireNonNull(ParityTest.class.getResource("parity/expected.json")).toURI()).getParent();
        expected = JsonMapper.shared().readTree(Files.readString(fixtures.resolve("expected.json"))).path("tasks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"choice", "cloze", "last_word", "rolling", "letter", "binary", "pairs"})
    void everyAnswerAndEveryValueIsTheSame(String name) {
        var task = ShippedTasks.file(fixtures.resolve(name + ".yaml"));
        try (var model = LanguageModel.load(fixtures.resolve("model")); var subject = new InProcess(model, "toy", "toy", 4)) {
            var items = Items.of(task, fixtures, 0, 1);
            var answers = subject.answer(items.stream().map(Item::requests).toList());
            var wanted = expected.path(name).path("answers");
            assertThat(answers).hasSize(wanted.size());
            for (int d = 0; d < answers.size(); d++) {
                for (int q = 0; q < answers.get(d).size(); q++) {
                    same(answers.get(d).get(q), wanted.path(d).path(q), name + " " + d + " " + q);
                }
            }
            var result = new Evaluation(fixtures, folder, 0, 1, line -> {
            }).run(subject, List.of(task)).tasks().getFirst();
            expected.path(name).path("values").properties().forEach(value -> {
                var score = result.scores().get(value.getKey());
                assertThat(score).as(name + " " + value.getKey()).isNotNull();
                double number = value.getValue().doubleValue();
                assertThat(score.value()).as(name + " " + value.getKey()).isCloseTo(number, within(1e-4 * Math.max(1, Math.abs(number))));
            });
        }
    }

    private static void same(Answer answer, JsonNode wanted, String which) {
        if (wanted.isString()) {
            assertThat(answer.text()).as(which).isEqualTo(wanted.stringValue());
        } else if (wanted.isArray()) {
            assertThat(answer.logProbability()).as(which).isCloseTo(wanted.path(0).asDouble(), within(1e-3));
            assertThat(answer.greedy()).as(which).isEqualTo(wanted.path(1).asBoolean());
        } else {
            assertThat(answer.logProbability()).as(which).isCloseTo(wanted.asDouble(), within(1e-2));
        }
    }

    @Test
    void sevenTasksWereCompared() {
        assertThat(expected.propertyNames()).hasSize(7);
    }
}
