package org.lyceum.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class StudyRunTest {
    private record Config(int seeds) {
    }

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private StudyRun open(int seeds) {
        return StudyRun.open(folder.resolve("run"), new Config(seeds), folder::resolve, told::add);
    }

    private static Map<String, Double> never() {
        throw new AssertionError("was done already");
    }

    @Test
    void whatIsDoneIsNotDoneAgain() throws IOException {
        assertThat(open(3).cell("lstm, \"seed\" 1", () -> Map.of("accuracy", 0.8125))).containsEntry("accuracy", 0.8125);
        open(3).cell("nan", () -> Map.of("loss", Double.NaN));
        var cells = folder.resolve("run").resolve(CellLog.FILE_NAME);
        Files.writeString(cells, "{\"cell\":\"torn\",\"fig", StandardOpenOption.APPEND);
        var again = open(3);
        assertThat(again.cell("lstm, \"seed\" 1", StudyRunTest::never)).containsEntry("accuracy", 0.8125);
        assertThat(again.cell("nan", StudyRunTest::never).get("loss")).isNaN();
        assertThat(again.cell("torn", () -> Map.of("x", 1.0))).containsEntry("x", 1.0);
        assertThat(open(3).cell("torn", StudyRunTest::never)).containsEntry("x", 1.0);
    }

    @Test
    void aCellThatFailsIsNotKept() {
        assertThatThrownBy(() -> open(1).cell("a", () -> {
            throw new IllegalStateException("no");
        })).hasMessage("no");
        assertThat(open(1).cell("a", () -> Map.of("x", 2.0))).containsEntry("x", 2.0);
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        open(1).cell("a", () -> Map.of("x", 2.0));
        var cells = folder.resolve("run").resolve(CellLog.FILE_NAME);
        for (var damaged : List.of("{\"cell\":3}", "no json", "{\"cell\":\"b\"}")) {
            Files.writeString(cells, "{\"cell\":\"a\",\"figures\":{}}\n" + damaged + "\n");
            assertThatThrownBy(() -> open(1)).isInstanceOf(UserError.class).hasMessageStartingWith("Line 2 of " + cells + " is damaged");
        }
    }

    @Test
    void aFolderOfAnotherStudyIsRefused() throws IOException {
        open(1);
        assertThatThrownBy(() -> open(2)).isInstanceOf(UserError.class).hasMessageContaining("another version of this recipe");
        Files.writeString(Files.createDirectories(folder.resolve("other")).resolve("file"), "x");
        assertThatThrownBy(() -> StudyRun.open(folder.resolve("other"), new Config(1), folder::resolve, told::add))
                .isInstanceOf(UserError.class).hasMessageContaining("something else");
    }

    @Test
    void theReportHoldsWhatWasFoundAndNothingThatRuns() throws IOException {
        var run = open(1);
        run.text("Idea", "a < b & c");
        run.table("Accuracy", List.of("model", "accuracy"),
                List.of(List.of("lstm", "0.8 ± 0.1"), List.of("rnn", "0.25"), List.of("gru", "–")));
        run.picture("p.svg", "A picture", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        run.picture("q.svg", "Said & shown", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Said &amp; shown</title></svg>");
        run.figure("lstm", 0.8);
        run.figure("bad", Double.NaN);
        var page = Files.readString(run.finish("toy", "A <toy>.", new Config(1), List.of("holds: lstm is 0.8", "fails: rnn")));
        assertThat(page)
                .contains("a &lt; b &amp; c", "A &lt;toy&gt;.", "<td class=\"number\">0.8 ± 0.1</td>", "<td>lstm</td>",
                        "<td class=\"number\">–</td>",
                        "<th scope=\"col\">model</th><th scope=\"col\" class=\"number\">accuracy</th>",
                        "<figcaption>A picture</figcaption><svg xmlns",
                        "class=\"holds\"", "class=\"fails\"", "seeds: 1")
                .doesNotContain("<script", "<toy>", "<figcaption>Said");
        assertThat(run.folder().resolve("p.svg")).hasContent("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        assertThat(run.folder().resolve("figures.json")).hasContent("{\"lstm\":0.8,\"bad\":\"NaN\"}");
        assertThat(told).containsExactly("Accuracy", "  model   accuracy", "  lstm   0.8 ± 0.1", "  rnn         0.25",
                "  gru            –");
    }
}
