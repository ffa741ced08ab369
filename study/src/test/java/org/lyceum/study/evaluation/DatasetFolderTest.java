package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;

/** Data sets as the hub lays them out; {@code make_parquet_fixtures.py} made the Parquet files. */
class DatasetFolderTest {
    private static final String QUIZ = """
            task: quiz
            dataset_path: org/quiz
            dataset_name: easy
            output_type: multiple_choice
            doc_to_text: "{{ question }}"
            doc_to_choice: "{{ choices.text }}"
            doc_to_target: "{{ choices.label.index(answer) }}"
            fewshot_split: train
            """;

    @TempDir
    Path folder;

    private static InputStream fixture(String name) {
        return Objects.requireNonNull(DatasetFolderTest.class.getResourceAsStream("parquet/" + name));
    }

    private Path copy(String name, String to) throws IOException {
        var file = folder.resolve(to);
        Files.createDirectories(file.getParent());
        try (var in = fixture(name)) {
            Files.copy(in, file);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "none"})
    void rowsOfParquetKeepTheirShape(String compression) throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        ParquetRows.read(copy(compression + ".parquet", "x.parquet"), rows::add);
        assertThat(rows).hasSize(12);
        assertThat(rows.get(7)).isEqualTo(Map.of("question", "question 7 é", "choices",
                Map.of("text", List.of("a7", "b7", "c"), "label", List.of("A", "B", "C")), "answer", "B", "place", 1L, "weight", 1.75,
                "easy",
                false));
        assertThat(rows.get(8)).containsEntry("hint", "look");
    }

    @Test
    void aTaskReadsADataSetOfTheHub() throws IOException {
        copy("snappy.parquet", "org/quiz/easy/test-00000-of-00001.parquet");
        copy("zstd.parquet", "org/quiz/easy/train-00000-of-00001.parquet");
        copy("zstd.parquet", "org/quiz/hard/test-00000-of-00001.parquet");
        var items = Items.of(TaskFile.read("quiz.yaml", QUIZ, name -> ""), folder, 0, 1);
        assertThat(items).hasSize(12);
        assertThat(items.get(4).choices()).containsExactly("a4", "b4", "c");
        assertThat(items).extracting(item -> item.right().getFirst()).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
        assertThat(items.get(4).document().origin()).isEqualTo("org/quiz/easy/test-00000-of-00001.parquet:5");
    }

    @Test
    void splitsAreKnownByTheirNames() throws IOException {
        for (var name : List.of("data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "data/test.jsonl.gz",
                "dev/part.csv",
                "README.md", "validated.txt")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(DatasetFolder.files(folder, "train")).hasSize(2);
        assertThat(DatasetFolder.files(folder, "test")).containsExactly(folder.resolve("data/test.jsonl.gz"));
        assertThat(DatasetFolder.files(folder, "validation")).containsExactly(folder.resolve("dev/part.csv"));
    }

    @Test
    void theHubsCacheIsLookedThrough() throws IOException {
        var cache = folder.resolve("hub");
        copy("none.parquet", "hub/datasets--org--quiz/snapshots/abc/easy/test.parquet");
        Files.createDirectories(cache.resolve("datasets--org--quiz/refs"));
        Files.writeString(cache.resolve("datasets--org--quiz/refs/main"), "abc");
        assertThat(DatasetFolder.find(folder, "org/quiz", "easy", cache)).contains(cache.resolve("datasets--org--quiz/snapshots/abc/easy"));
        assertThat(DatasetFolder.find(folder, "org/quiz", null, cache)).contains(cache.resolve("datasets--org--quiz/snapshots/abc"));
        assertThat(DatasetFolder.find(folder, "org/other", null, cache)).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException {
        var task = TaskFile.read("quiz.yaml", QUIZ, name -> "");
        assertThatThrownBy(() -> Items.of(task, folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessageStartingWith("quiz.yaml, line 2: there is no folder ").hasMessageContaining("org/quiz").hasMessageContaining(
                        "hf download --repo-type dataset org/quiz");
        copy("zstd.parquet", "org/quiz/easy/train.parquet");
        assertThatThrownBy(() -> Items.of(task, folder, 0, 1)).isInstanceOf(UserError.class).hasMessageContaining("of the split 'test'");
        Files.writeString(folder.resolve("org/quiz/easy/test.parquet"), "no Parquet at all");
        assertThatThrownBy(() -> Items.of(task, folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("cannot be read as Parquet");
    }
}
