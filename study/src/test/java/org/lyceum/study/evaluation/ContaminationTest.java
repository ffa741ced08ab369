package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.shard.DatasetConfig;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.shard.TokenEncoder;
import org.lyceum.text.tokenizer.CharacterTokenizer;

class ContaminationTest {
    private static final String QUIZ = """
            task: quiz
            dataset_kwargs: {data_files: quiz.jsonl}
            output_type: multiple_choice
            description: "Answer these questions, each of them with one of the two words that are given."
            doc_to_text: "{{ q }}"
            doc_to_choice: [yes, no]
            doc_to_target: 0
            num_fewshot: 2
            """;

    @TempDir
    Path folder;

    /** Twenty questions of 12 words, their answers the thirteenth; every word of a question occurs in no other. */
    @BeforeEach
    void quiz() throws IOException {
        Files.writeString(folder.resolve("quiz.jsonl"), IntStream.range(0, 20).mapToObj(i -> "{\"q\": \"" + question(i) + "\"}\n")
                .collect(Collectors.joining()));
    }

    private static String question(int i) {
        return IntStream.range(0, 12).mapToObj(w -> "w" + i + "x" + w).collect(Collectors.joining(" "));
    }

    private Contamination.Found found(String training, int words) {
        var task = TaskFile.read("quiz.yaml", QUIZ, name -> "");
        return Contamination.in(List.of(training), List.of(task), words, folder, 0, line -> {
        }).of("quiz");
    }

    @Test
    void aCopyIsFoundWhateverItsCaseAndPunctuation() throws IOException {
        var text = "Something else. \"" + question(3).toUpperCase(java.util.Locale.ROOT).replace(" ", ", ") + ": Yes!\"\n\n"
                + question(5) + " no\n\n" // the wrong answer
                + question(7).replace(" w7x6", " w7x6 between") + " yes\n\n" + "Answer these questions, each of them with one of the two "
                + "words that are given.";
        var file = Files.writeString(folder.resolve("training.txt"), text).toString();
        assertThat(found(file, 0)).isEqualTo(new Contamination.Found(13, 20, List.of(3), 0));
        assertThat(found(file, 12).dirty()).containsExactly(3, 5);
        assertThat(found(file, 6).dirty()).containsExactly(3, 5, 7);
        assertThat(found(file, 14)).isEqualTo(new Contamination.Found(14, 20, List.of(), 20));
    }

    @Test
    void theShardsOfARunAreDecoded() throws IOException {
        var file = folder.resolve("training.txt");
        Files.writeString(file, ("filler text ".repeat(3000) + question(4) + " yes " + "more of it ".repeat(3000)));
        var tokenizer = CharacterTokenizer.of(List.of("abcdefghijklmnopqrstuvwxyz0123456789 \n"), List.of("<|endoftext|>"));
        var run = Files.createDirectory(folder.resolve("run"));
        tokenizer.save(run);
        try (var dataset = TokenDataset.build(run.resolve("data"), Corpus.open(file.toString()), new TokenEncoder(tokenizer::encode,
                tokenizer.vocabularySize(), tokenizer.endOfText().orElseThrow(), tokenizer.fingerprint()), DatasetConfig.DEFAULT)) {
            assertThat(dataset.train().tokens()).isPositive();
        }
        assertThat(found(run.toString(), 0).dirty()).containsExactly(4);
        assertThat(found(run.resolve("data").toString(), 0).dirty()).containsExactly(4);
    }

    @Test
    void valuesAreToldWithoutWhatWasFound() throws IOException {
        var task = TaskFile.read("quiz.yaml", QUIZ, name -> "");
        var file = Files.writeString(folder.resolve("training.txt"), question(0) + " yes\n" + question(1) + " yes\n");
        var contamination = Contamination.in(List.of(file.toString()), List.of(task), 0, folder, 0, line -> {
        });
        var outcomes = new ArrayList<Outcome>();
        for (var item : Items.of(task, folder, 0, 1)) { // right in what it has seen only
            boolean seen = item.document().index() < 2;
            outcomes.add(new Outcome(item, List.of(Answer.of(seen ? 1 : 0, false), Answer.of(seen ? 0 : 1, false))));
        }
        var clean = contamination.clean(task, outcomes, 1);
        assertThat(Scores.of(task, outcomes, 1).get("acc")).isNotNull().satisfies(all -> assertThat(all.value()).isEqualTo(0.1));
        assertThat(clean.scores().get("acc")).isNotNull().satisfies(left -> assertThat(left.value()).isZero());
        assertThat(clean.found().share()).isEqualTo(0.1);
    }

    /** Against n-grams as texts. */
    @Property(tries = 200)
    void numbersStandForWordsInOrder(@ForAll @Size(max = 30) List<@IntRange(max = 2) Integer> left,
            @ForAll @Size(max = 30) List<@IntRange(max = 2) Integer> right, @ForAll @IntRange(min = 1, max = 6) int n) {
        var numbers = new HashSet<Long>();
        NGrams.each(NGrams.words(text(left)), n, numbers::add);
        var texts = new HashSet<>(grams(left, n));
        var met = new ArrayList<Boolean>();
        NGrams.each(NGrams.words(text(right)), n, number -> met.add(numbers.contains(number)));
        assertThat(met).isEqualTo(grams(right, n).stream().map(texts::contains).toList());
    }

    private static String text(List<Integer> words) {
        return words.stream().map(word -> "word" + word).collect(Collectors.joining("  , "));
    }

    private static List<String> grams(List<Integer> words, int n) {
        return IntStream.rangeClosed(0, words.size() - n).mapToObj(i -> words.subList(i, i + n).toString()).toList();
    }
}
