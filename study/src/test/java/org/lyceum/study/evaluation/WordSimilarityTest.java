package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class WordSimilarityTest {
    private static final String TASK = """
            task: alike
            dataset_path: judged
            dataset_kwargs: {data_files: words.txt}
            output_type: word_similarity
            doc_to_text: "a {{ word }}"
            doc_to_choice: ["{{ word1 }}", "{{ word2 }}"]
            doc_to_target: score
            """;

    @TempDir
    Path folder;

    private static Task task(String yaml) {
        return TaskFile.read("alike.yaml", yaml, name -> "");
    }

    @Test
    void eachWordStandsInItsTextWithItsPlace() throws IOException {
        Files.writeString(folder.resolve("words.txt"), "word1 word2 score\n# remark\nbad\tdab\t3.5\ncab fed  1\n");
        var items = Items.of(task(TASK), folder, 0, 1);
        assertThat(items).hasSize(2);
        assertThat(items.getFirst().requests()).containsExactly(
                new Request.Alike(new Request.Placed("a bad", 2, 5), new Request.Placed("a dab", 2, 5)));
        assertThat(items.getFirst().requests().getFirst().prompt()).isEqualTo("a ⟦bad⟧ | a ⟦dab⟧");
        assertThat(items.getFirst().document().origin()).isEqualTo("words.txt:3");
        assertThatThrownBy(() -> Items.of(task(TASK.replace("{{ word }}", "b")), folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessage("alike.yaml, line 5: of word_similarity it must hold {{ word }}, once.");
        assertThatThrownBy(() -> Items.of(task(TASK.replace("doc_to_target: score", "doc_to_target: word1")), folder, 0, 1))
                .hasMessageStartingWith("alike.yaml, line 7: the target of words.txt:3 is 'bad'");
        Files.writeString(folder.resolve("words.txt"), "bad dab 3\ncab fed\n");
        assertThatThrownBy(() -> Items.of(task(TASK), folder, 0, 1)).isInstanceOf(UserError.class)
                .hasMessage("Line 2 of words.txt should have two words and a number.");
    }

    @Test
    void spellingIsOfSharedTrigrams() {
        assertThat(WordSimilarity.spelling("cat", "cat")).isCloseTo(1, within(1e-12));
        assertThat(WordSimilarity.spelling("cat", "dog")).isZero();
        assertThat(WordSimilarity.spelling("cat", "cats")).isCloseTo(2 / Math.sqrt(3 * 4), within(1e-12)); // <ca cat at> and <ca cat ats ts>
    }

    /** A model's cosines by layer, a word it cannot write, and what the tables say of both. */
    @Test
    void aModelIsAskedForItsStates() throws IOException {
        var tokenizer = CharacterTokenizer.of(List.of("abcdef g"), List.of("<|endoftext|>"));
        var decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 32, 16, 2, 2, 1), DType.F32);
        Initialisation.of(decoder, 3);
        var model = Files.createDirectories(folder.resolve("model"));
        HuggingFaceFolder.write(model, decoder, Map.of());
        tokenizer.save(model);
        Files.writeString(folder.resolve("words.txt"), "bad bad 10\nbad dab 7\ncab gag 2\nfed bed 5\nbad ÿ 1\nace fad 4\n");
        try (var subject = new LocalModel(model, "toy", "toy", DType.F32, 2)) {
            var results = new Evaluation(folder, folder.resolve("out"), 0, 1, _ -> {
            }).run(subject, List.of(task(TASK)));
            var result = results.tasks().getFirst();
            assertThat(result.failure()).isNull();
            assertThat(result.scores()).containsOnlyKeys("spearman", "missing");
            assertThat(result.scores().get("missing")).isNotNull().satisfies(share -> assertThat(share.value()).isEqualTo(1.0 / 6));
            assertThat(result.groups()).containsOnlyKeys("embedding", "0", "1", "2");
            assertThat(result.baselines().get("spearman")).containsEntry("random", 0.0).containsKey("spelling");
            assertThat(result.baselines()).as("what a model lacks, a baseline does not tell").doesNotContainKey("missing");

            var same = subject.answer(List.of(Items.of(task(TASK), folder, 0, 1).getFirst().requests())).getFirst().getFirst();
            assertThat(same.numbers()).hasSize(4).allSatisfy(cosine -> assertThat(cosine).isEqualTo(1));
        }
    }
}
