package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lyceum vectors}, from text to answers, and what it says to bad input. */
class VectorsTest {
    @TempDir
    static Path folder;

    private static Path text;
    private static Path vectors;

    @BeforeAll
    static void makeText() throws IOException {
        var random = new Random(1);
        var lines = new ArrayList<String>();
        for (int i = 0; i < 1500; i++) {
            var line = new ArrayList<String>();
            for (int k = 0; k < 8; k++) {
                line.add((i % 2 == 0 ? "Sea" : "Land") + (char) ('a' + random.nextInt(10)));
            }
            lines.add(String.join(" ", line) + ".");
        }
        text = Files.write(folder.resolve("text.txt"), lines);
        vectors = folder.resolve("words.vec");
        var run = Cli.lyceum("vectors", "train", "--data", text, "--out", vectors, "--dimensions", 20, "--threads", 1, "--json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("words").asInt()).isEqualTo(20);
        assertThat(run.json().get("corpus_words").asInt()).isEqualTo(12_000);
        assertThat(run.json().get("words_per_s").asDouble()).isPositive();
        assertThat(run.err()).contains("12,000 words in the text, 20 different ones").contains("100.0%").contains("words/s");
    }

    @ParameterizedTest
    @CsvSource({"cbow, vec", "glove, vec", "fasttext, bin", "fasttext-cbow, vec", "skip-gram, bin"})
    void everyKindGivesNeighboursThatStoodNear(String kind, String ending) {
        var file = folder.resolve(kind + "." + ending);
        var run = Cli.lyceum("vectors", "train", "--data", text, "--out", file, "--kind", kind, "--dimensions", 16, "--epochs", 20,
                "--buckets", 500,
                "--loss", kind.equals("skip-gram") ? "hierarchical" : "negative", "--threads", 1);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("20 vectors of 16 numbers");
        var near = Cli.lyceum("vectors", "nearest", "--vectors", file, "seaa", "--count", 3, "--json");
        assertThat(near.json().get("nearest").size()).isEqualTo(3);
        near.json().get("nearest").forEach(one -> assertThat(one.get("word").asString()).startsWith("sea"));
        if (kind.equals("fasttext")) {
            var unseen = Cli.lyceum("vectors", "nearest", "--vectors", file, "seaweed", "--count", 3);
            assertThat(unseen.status()).isZero();
            assertThat(unseen.err()).contains("n-grams");
            assertThat(unseen.out().lines()).hasSize(3).allMatch(line -> line.contains("sea"));
        }
    }

    @Test
    void theSameSeedOnOneThreadGivesTheSameFile() throws IOException {
        var again = folder.resolve("again.vec");
        Cli.lyceum("vectors", "train", "--data", text, "--out", again, "--dimensions", 20, "--threads", 1);
        assertThat(Files.mismatch(vectors, again)).isEqualTo(-1);
    }

    @Test
    void readsWhatACorpusReads() throws IOException {
        var packed = folder.resolve("more.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            for (int i = 0; i < 20; i++) {
                out.write("{\"body\": \"one two\\nthree four\"}\n".getBytes(StandardCharsets.UTF_8));
            }
        }
        var file = folder.resolve("more.vec");
        var run = Cli.lyceum("vectors", "train", "--data", packed, "--field", "body", "--out", file, "--dimensions", 4);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(file).getFirst()).isEqualTo("4 4");
    }

    @Test
    void analogiesAndTests() throws IOException {
        var answer = Cli.lyceum("vectors", "analogy", "--vectors", vectors, "seaa", "seab", "seac", "--json");
        assertThat(answer.json().get("nearest").size()).isEqualTo(5);
        var lists = Files.createDirectories(folder.resolve("lists"));
        Files.writeString(lists.resolve("EN-ONE.txt"), "seaa seab 9\nseaa landa 1\nlandb landc 8\nseaa unknown 3\n");
        Files.writeString(lists.resolve("TWO.tsv"), "word1\tword2\tscore\nnever\theard\t3\n");
        var questions = Files.writeString(folder.resolve("questions.txt"), ": some\nseaa seab seac sead\nseaa seab never heard\n");
        var table = Cli.lyceum("vectors", "evaluate", "--vectors", vectors, "--similarity", lists, "--analogies", questions);
        assertThat(table.status()).as(table.err()).isZero();
        assertThat(table.out()).containsPattern("EN-ONE +\\d\\.\\d+ +3 +25\\.0%").containsPattern("TWO +– +0 +100\\.0%")
                .containsPattern("some +[\\d.]+ +1 +50\\.0%");
        var several = Cli.lyceum("vectors", "evaluate", "--vectors", vectors, vectors, "--similarity", lists);
        assertThat(several.out()).containsPattern("EN-ONE +(\\d\\.\\d+) +3 +25\\.0% +\\1 … \\1");
        var json = Cli.lyceum("vectors", "evaluate", "--vectors", vectors, "--similarity", lists, "--analogies", questions, "--json")
                .json();
        assertThat(json.get("similarity").get("EN-ONE").get("pairs").asInt()).isEqualTo(3);
        assertThat(json.get("similarity").get("TWO").get("spearman").isNull()).isTrue();
        assertThat(json.get("analogies").get("total").get("pairs").asInt()).isEqualTo(1);
    }

    @Test
    void wordsAreWrittenForOtherTools() throws IOException {
        var file = folder.resolve("words.txt");
        var run = Cli.lyceum("vectors", "words", "--data", text, "--out", file);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(file)).hasSize(1500)
                .allMatch(line -> line.matches("(sea[a-j] ){7}sea[a-j]|(land[a-j] ){7}land[a-j]"));
    }

    @Test
    void aMapIsAPicture() throws IOException {
        var file = folder.resolve("map.svg");
        var run = Cli.lyceum("vectors", "map", "--vectors", vectors, "--out", file, "--words", "seaa,seab", "--words", "landa, landb");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readString(file)).startsWith("<svg").contains("seaa").contains("landb");
        assertThat(Cli.lyceum("vectors", "map", "--vectors", vectors, "--out", file, "--count", 5).status()).isZero();
    }

    @Test
    void aClassifierLearnsAndLabels() throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 200; i++) {
            lines.add(i % 2 == 0 ? "__label__good what a fine day " + i : "bad what a foul day " + i);
        }
        var data = Files.write(folder.resolve("labelled.txt"), lines);
        var model = folder.resolve("labels.bin");
        var run = Cli.lyceum("vectors", "classifier", "--data", data, "--test", data, "--out", model, "--rate", 0.5, "--runs", 2,
                "--buckets", 1000,
                "--json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("accuracy").asDouble()).isEqualTo(1);
        var label = Cli.lyceum("vectors", "classify", "--model", model, "--text", "a foul day\na fine one", "--count", 2, "--json").json();
        assertThat(label.get("predictions").get(0).get(0).get("label").asString()).isEqualTo("bad");
        assertThat(label.get("predictions").get(1).get(0).get("label").asString()).isEqualTo("good");
        assertThat(label.get("predictions").get(1).size()).isEqualTo(2);
        assertThat(Cli.lyceum("vectors", "classify", "--model", model, "--text", "a foul day").out()).startsWith("bad 0.");
    }

    @Test
    void badInputIsOneSentence() throws IOException {
        var cut = folder.resolve("cut.bin");
        var whole = folder.resolve("whole.bin");
        Cli.lyceum("vectors", "train", "--data", text, "--out", whole, "--kind", "fasttext", "--dimensions", 8, "--buckets", 50);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 700));
        var oneLabel = Files.writeString(folder.resolve("one.txt"), "a b c\na d e\n");
        var noText = Files.writeString(folder.resolve("none.txt"), "a b c\nlonely\n");
        says(1, "Lower --min-count", "train", "--data", text, "--out", folder.resolve("x.vec"), "--min-count", 100_000);
        says(1, "did you mean 'landa'", "nearest", "--vectors", vectors, "lamda");
        says(1, "There is no vector for 'xylophonists'", "analogy", "--vectors", vectors, "seaa", "seab", "xylophonists");
        says(1, "cut short", "nearest", "--vectors", cut, "seaa");
        says(1, "no file", "nearest", "--vectors", folder.resolve("none.vec"), "seaa");
        says(2, "should end in .vec", "train", "--data", text, "--out", folder.resolve("x.model"));
        says(2, "above 0", "train", "--data", text, "--out", folder.resolve("x.vec"), "--dimensions", 0);
        says(2, "above 0", "nearest", "--vectors", vectors, "seaa", "--count", 0);
        says(2, "--similarity", "evaluate", "--vectors", vectors);
        says(1, "All texts have the label 'a'", "classifier", "--data", oneLabel, "--out", folder.resolve("x.bin"));
        says(1, "Line 2 of " + noText, "classifier", "--data", noText, "--out", folder.resolve("x.bin"));
        says(1, "no labels", "classify", "--model", whole, "--text", "x");
        says(1, "no model of fastText", "classify", "--model", vectors, "--text", "x");
        says(2, "vectors train", new Object[0]);
        assertThat(folder.resolve("x.vec")).doesNotExist();
    }

    private static void says(int status, String part, Object... arguments) {
        var words = new ArrayList<Object>(List.of("vectors"));
        words.addAll(List.of(arguments));
        var run = Cli.lyceum(words.toArray());
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.err()).contains(part).doesNotContain("\tat ");
    }
}
