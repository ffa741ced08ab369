package org.lyceum.models.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.WordVectors.Neighbour;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files and questions beside gensim's answers (vectors/make.py), and beside a slow oracle. */
class WordVectorsTest {
    @TempDir
    Path folder;

    private static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(WordVectorsTest.class.getResource("/vectors/" + name)).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode gensim() {
        return JsonMapper.shared().readTree(fixture("answers.json"));
    }

    private static WordVectors random(int words, int dimensions, long seed) {
        var random = new Random(seed);
        var values = new float[words * dimensions];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new WordVectors(IntStream.range(0, words).mapToObj(i -> "w" + i).toList(), dimensions, values);
    }

    private static void same(WordVectors a, WordVectors b) {
        assertThat(a.words()).isEqualTo(b.words());
        assertThat(a.values()).isEqualTo(b.values());
    }

    // --- beside gensim ----------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"words.bin", "words.vec"})
    void readsAndAnswersAsGensim(String file) {
        var vectors = WordVectorFiles.read(fixture(file));
        assertThat(vectors.size()).isEqualTo(16);
        assertThat(vectors.dimensions()).isEqualTo(8);
        assertThat(vectors.words()).contains("größe", "東京", "naïve");
        agree(vectors.nearest("king", 5), gensim().get("most_similar"));
        agree(vectors.analogy("king", "queen", "man", 3), gensim().get("analogy"));
        assertThat(vectors.similarity("cat", "東京")).isCloseTo(gensim().get("similarity").asDouble(), within(1e-5));
        var agreement = WordTests.similarity(vectors, fixture("pairs.tsv"));
        assertThat(agreement.spearman()).isCloseTo(gensim().get("spearman").asDouble(), within(1e-6));
        assertThat(agreement.pairs()).isEqualTo(12);
        assertThat(agreement.missing()).isEqualTo(1);
        var analogies = WordTests.analogies(vectors, fixture("analogies.txt"), 300_000);
        gensim().get("analogies").properties().forEach(section -> {
            var ours = analogies.get(section.getKey().equals("Total accuracy") ? "total" : section.getKey());
            assertThat(ours.correct()).as(section.getKey()).isEqualTo(section.getValue().get(0).asInt());
            assertThat(ours.asked()).as(section.getKey()).isEqualTo(section.getValue().get(1).asInt());
        });
        assertThat(analogies.get("total").missing()).isEqualTo(1);
    }

    private static void agree(List<Neighbour> ours, JsonNode theirs) {
        assertThat(ours).extracting(Neighbour::word)
                .containsExactlyElementsOf(theirs.valueStream().map(pair -> pair.get(0).asString()).toList());
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i).similarity()).isCloseTo(theirs.get(i).get(1).asDouble(), within(1e-5));
        }
    }

    @Test
    void writesBinaryAsGensimDoesButForTheEndsOfLines() throws IOException {
        var vectors = WordVectorFiles.read(fixture("words.vec"));
        same(WordVectorFiles.read(fixture("words.bin")), vectors);
    }

    // --- questions --------------------------------------------------------------------------------------------------------------------

    @Property(tries = 50)
    void nearestIsWhatComparingWithEachGives(@ForAll long seed, @ForAll @IntRange(min = 1, max = 2100) int words,
            @ForAll @IntRange(min = 1, max = 9) int count) {
        var vectors = random(words, 5, seed);
        var all = IntStream.range(1, words).mapToObj(i -> "w" + i)
                .map(word -> new Neighbour(word, vectors.similarity("w0", word)))
                .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed()).limit(count).toList();
        var best = vectors.nearest("w0", count);
        assertThat(best).hasSameSizeAs(all);
        for (int i = 0; i < best.size(); i++) {
            assertThat(best.get(i).similarity()).isCloseTo(all.get(i).similarity(), within(1e-5));
        }
        assertThat(best).extracting(Neighbour::word).doesNotContain("w0").doesNotHaveDuplicates();
    }

    @Test
    void aWordThatIsNotThereIsMetWithTheNearestSpelling() {
        var vectors = WordVectorFiles.read(fixture("words.vec"));
        for (var call : List.<Runnable>of(() -> vectors.vector("brad"), () -> vectors.nearest("brad", 1),
                () -> vectors.similarity("cat", "brad"),
                () -> vectors.analogy("cat", "dog", "brad", 1))) {
            assertThatThrownBy(call::run).isInstanceOf(UserError.class)
                    .hasMessage("There is no vector for 'brad'; did you mean 'bread'?");
        }
        assertThatThrownBy(() -> vectors.vector("xylophonically")).isInstanceOf(UserError.class).hasMessageEndingWith("there.");
    }

    @Test
    void aVectorOfZerosIsNearNothing() {
        var vectors = new WordVectors(List.of("a", "b", "c"), 2, new float[]{0, 0, 1, 0, 3, 0});
        assertThat(vectors.similarity("a", "b")).isZero();
        assertThat(vectors.nearest("b", 2)).containsExactly(new Neighbour("c", 1), new Neighbour("a", 0));
        assertThat(vectors.vector("c")).containsExactly(3, 0);
    }

    // --- files ------------------------------------------------------------------------------------------------------------------------

    @Property(tries = 50)
    void whatIsWrittenIsRead(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int words,
            @ForAll @IntRange(min = 1, max = 12) int dimensions)
            throws IOException {
        var vectors = random(words, dimensions, seed);
        var file = Files.createTempFile("vectors", ".bin");
        try {
            WordVectorFiles.writeBinary(vectors, file);
            same(WordVectorFiles.read(file), vectors);
            var text = Files.move(file, file.resolveSibling(file.getFileName() + ".vec"));
            WordVectorFiles.writeText(vectors, text);
            same(WordVectorFiles.read(text), vectors);
            Files.delete(text);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void readsGloveAndGzipAndSpacesInWords() throws IOException {
        var glove = Files.writeString(folder.resolve("glove.txt"), "the 0.5 -1e-3\n. . . 1 2\nend 3 4 \n");
        var vectors = WordVectorFiles.read(glove);
        assertThat(vectors.words()).containsExactly("the", ". . .", "end");
        assertThat(vectors.vector(". . .")).containsExactly(1, 2);
        var packed = folder.resolve("glove.txt.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(Files.readAllBytes(glove));
        }
        same(WordVectorFiles.read(packed), vectors);
        assertThat(WordVectorFiles.read(Files.writeString(folder.resolve("twice.vec"), "3 1\na 1\na 2\nb 3\n")).vector("a"))
                .containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "a.vec | '' | is empty",
            "a.vec | '2 3\na 1 2 3\n' | says that it holds 2 words, but holds 1",
            "a.vec | '1 3\na 1 2 3\nb 1 2 3\n' | says that it holds 1 words, but holds 2",
            "a.vec | '1 3\na 1 2\n' | Line 2 of",
            "a.vec | '1 3\na 1 x 3\n' | has 'x' where a number should be",
            "a.vec | '1 2\na 1 NaN\n' | holds NaN",
            "a.vec | '999999999999 300\na 1\n' | has only",
            "a.vec | '1 0\na\n' | 0 dimensions",
            "a.vec | 'hello\n' | 0 dimensions",
            "a.bin | 'hello' | does not begin with",
            "a.bin | '2 1\na xxxx' | cut short or damaged at word 2 of 2",
            "a.bin | '2 1\na xx       ' | has an empty word, number 2 of 2",
            "a.bin | '9 9\na xx       ' | has only",
            "a.bin | '1 2\na xxxxxx' | cut short",
            "a.bin | '99999999999999999 2\na xxxxxx' | has only",
            "a.vec.gz | 'plain' | is not a gzip file",
    })
    void damagedFilesAreOneSentence(String name, String content, String part) throws IOException {
        var file = Files.writeString(folder.resolve(name), content);
        assertThatThrownBy(() -> WordVectorFiles.read(file)).isInstanceOf(UserError.class).hasMessageContaining(file.toString())
                .hasMessageContaining(part);
    }

    /** Any damage gives vectors or a sentence. */
    @Property(tries = 1500)
    void damageIsNeverACrash(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var name = random.nextBoolean() ? "words.bin" : "words.vec";
        var bytes = Files.readAllBytes(fixture(name));
        bytes = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int i = 0; i < random.nextInt(4) && bytes.length > 0; i++) {
            bytes[random.nextBoolean() ? random.nextInt(Math.min(bytes.length, 8)) : random.nextInt(bytes.length)] = (byte) random
                    .nextInt(256);
        }
        var file = Files.createTempFile("vectors", name);
        try {
            Files.write(file, bytes);
            assertThat(WordVectorFiles.read(file).size()).isNotNegative();
        } catch (UserError e) {
            assertThat(e.getMessage()).endsWith(".");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void wordsThatAFileCannotHoldAreRefused() {
        var vectors = new WordVectors(List.of("new york"), 1, new float[]{1});
        var file = folder.resolve("no.vec");
        assertThatThrownBy(() -> WordVectorFiles.writeText(vectors, file)).isInstanceOf(UserError.class).hasMessageContaining("'new york'");
        assertThatThrownBy(() -> WordVectorFiles.writeBinary(vectors, file)).isInstanceOf(UserError.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void testsOfWordsThatAreDamaged() throws IOException {
        var vectors = WordVectorFiles.read(fixture("words.vec"));
        var file = Files.write(folder.resolve("pairs"), "cat dog 1\ncat dog\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> WordTests.similarity(vectors, file)).isInstanceOf(UserError.class)
                .hasMessageContaining("Line 2 of " + file);
        assertThatThrownBy(() -> WordTests.analogies(vectors, file, 10)).isInstanceOf(UserError.class)
                .hasMessageContaining("Line 1 of " + file);
        assertThatThrownBy(() -> WordTests.similarity(vectors, folder.resolve("none"))).isInstanceOf(UserError.class)
                .hasMessageContaining("no file");
    }
}
