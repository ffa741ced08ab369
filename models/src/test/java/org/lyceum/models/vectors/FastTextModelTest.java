package org.lyceum.models.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models that fastText's own tool wrote, beside what it answers by them (vectors/make_fasttext.py). */
class FastTextModelTest {
    private static final List<String> FILES = List.of("fasttext.bin", "classifier-softmax.bin", "classifier-hs.bin", "classifier-ova.bin");

    @TempDir
    Path folder;

    private static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(FastTextModelTest.class.getResource("/vectors/" + name)).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode answers(String key) {
        return JsonMapper.shared().readTree(fixture("fasttext.json")).path(key);
    }

    @Test
    void vectorsOfSeenAndUnseenWordsAreFastTexts() {
        var model = FastTextFiles.read(fixture("fasttext.bin"));
        assertThat(model.words()).contains("größe", "東京", Subwords.END_OF_LINE);
        assertThat(answers("vectors").size()).isEqualTo(6);
        answers("vectors").properties().forEach(word -> {
            var vector = model.vector(word.getKey());
            for (int k = 0; k < vector.length; k++) {
                assertThat((double) vector[k]).as(word.getKey()).isCloseTo(word.getValue().get(k).asDouble(), within(1e-7));
            }
        });
        assertThat(WordVectorFiles.read(fixture("fasttext.bin")).vector("größe")).containsExactly(model.vector("größe"));
        assertThatThrownBy(() -> model.predict(List.of("cat"), 1)).isInstanceOf(UserError.class).hasMessageContaining("no labels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "hs", "ova"})
    void probabilitiesAreFastTexts(String loss) {
        var model = FastTextFiles.read(fixture("classifier-" + loss + ".bin"));
        assertThat(model.labels()).containsExactlyInAnyOrder("pet", "thing", "place");
        assertThat(answers(loss).size()).isEqualTo(4);
        answers(loss).properties().forEach(text -> model.predict(List.of(text.getKey().split(" ")), 3)
                .forEach(ours -> assertThat(ours.probability()).as(text.getKey() + " " + ours.label())
                        .isCloseTo(text.getValue().path(ours.label()).asDouble(), within(8e-3)))); // its σ is a table with cells of 1/32
    }

    @Test
    void aModelWithoutNGramsHasNoVectorForUnseenWords() {
        var model = FastTextFiles.read(fixture("classifier-hs.bin"));
        assertThatThrownBy(() -> model.vector("zebra")).isInstanceOf(UserError.class).hasMessageContaining("'zebra'")
                .hasMessageContaining("n-grams");
        var model2 = FastTextFiles.read(fixture("fasttext.bin"));
        assertThat(model2.vector("")).hasSize(6); // "<>" is an n-gram
    }

    @ParameterizedTest
    @ValueSource(strings = {"fasttext.bin", "classifier-softmax.bin", "classifier-hs.bin", "classifier-ova.bin"})
    void whatIsWrittenIsWhatWasRead(String name) throws IOException {
        var file = folder.resolve("again.bin");
        FastTextFiles.write(FastTextFiles.read(fixture(name)), file);
        assertThat(Files.mismatch(file, fixture(name))).isEqualTo(-1);
    }

    /** Any damage gives a model or a sentence. */
    @Property(tries = 1500)
    void damageIsNeverACrash(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var bytes = Files.readAllBytes(fixture(FILES.get(random.nextInt(FILES.size()))));
        bytes = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int i = 0; i < random.nextInt(4) && bytes.length > 8; i++) {
            bytes[8 + random.nextInt(random.nextInt(3) > 0 ? Math.min(bytes.length - 8, 90) : bytes.length - 8)] = (byte) random
                    .nextInt(256);
        }
        var file = Files.createTempFile("fasttext", ".bin");
        try {
            Files.write(file, bytes);
            var model = FastTextFiles.read(file);
            assertThat(model.vectors().size()).isPositive();
            if (model.settings().task() == FastTextModel.Task.SUPERVISED) {
                model.predict(List.of("the", "cat"), 2);
            }
        } catch (UserError e) {
            assertThat(e.getMessage()).endsWith(".");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void hashesAreFastTexts() {
        assertThat(Subwords.hash("")).isEqualTo(0x811C9DC5);
        assertThat(Subwords.hash("a")).isEqualTo(0xE40C292C); // FNV-1a's published test vector
        assertThat(new Subwords(3, 3, 1 << 20).of("her")).hasSize(3); // <he her er>
        assertThat(new Subwords(1, 2, 1 << 20).of("ab")).hasSize(5); // a b <a ab b>
        assertThat(new Subwords(3, 6, 10).of(Subwords.END_OF_LINE)).isEmpty();
        assertThat(new Subwords(1, 1, 1 << 20).of("東京")).hasSize(2);
    }
}
