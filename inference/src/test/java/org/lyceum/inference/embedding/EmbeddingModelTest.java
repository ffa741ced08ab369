package org.lyceum.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.gguf.Quantization;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.gguf.GgufWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sentence-transformers folders; the vectors wanted are transformers', see {@code src/test/python/make_embedding_fixtures.py}. */
class EmbeddingModelTest {
    @TempDir
    private Path temporary;

    private static Path fixture(String name) {
        try {
            return Path.of(EmbeddingModelTest.class.getResource("/embedding/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(String name) {
        return new JsonMapper().readTree(fixture(name).resolve("vectors.json").toFile()).get("texts").valueStream()
                .map(JsonNode::stringValue).toList();
    }

    private static float[][] wanted(String name) {
        return new JsonMapper().readValue(
                new JsonMapper().readTree(fixture(name).resolve("vectors.json").toFile()).get("vectors").toString(), float[][].class);
    }

    private Path copy(String name) throws IOException {
        try (var files = Files.walk(fixture(name))) {
            for (var file : (Iterable<Path>) files::iterator) {
                Files.copy(file, temporary.resolve(name).resolve(fixture(name).relativize(file).toString()));
            }
        }
        return temporary.resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta"})
    void vectorsEqualThoseOfTransformers(String name) {
        var model = EmbeddingModel.load(fixture(name));
        var embeddings = model.embed(texts(name));
        var wanted = wanted(name);
        assertThat(embeddings).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(embeddings.get(i).vector()).as(texts(name).get(i)).containsExactly(wanted[i], within(1e-5f));
            assertThat(embeddings.get(i).vector()).hasSize(model.dimension());
            // Alone as in a batch.
            assertThat(model.embed(texts(name).get(i)).vector()).containsExactly(wanted[i], within(1e-5f));
        }
    }

    @Test
    void longTextsAreCutAndSaySo() {
        var model = EmbeddingModel.load(fixture("bert"));
        assertThat(model.maxTokens()).isEqualTo(12);
        var text = "the cat sat on the mat and the dog saw it there";
        assertThat(model.countTokens(text)).isGreaterThan(12);
        assertThat(model.embed(text).tokens()).isEqualTo(12);
        assertThat(model.embed(text).truncated()).isTrue();
        assertThat(model.embed("the cat").truncated()).isFalse();
        assertThat(model.embed("the cat").tokens()).isEqualTo(4).isEqualTo(model.countTokens("the cat"));
        assertThat(model.embed(text).vector()).containsExactly(model.embed(text + " " + text).vector(), within(1e-6f));
    }

    @Test
    void manyTextsKeepTheirOrder() {
        var model = EmbeddingModel.load(fixture("roberta"));
        var texts = Collections.nCopies(700, texts("roberta")).stream().flatMap(List::stream).toList(); // more than a window
        var embeddings = model.embed(texts);
        var wanted = wanted("roberta");
        for (int i = 0; i < texts.size(); i++) {
            assertThat(embeddings.get(i).vector()[3]).isCloseTo(wanted[i % wanted.length][3], within(1e-5f));
        }
        assertThat(model.embed(List.of())).isEmpty();
    }

    @Test
    void productsInBf16AreClose() {
        var model = EmbeddingModel.load(fixture("bert"), DType.BF16);
        var wanted = wanted("bert")[0];
        var got = model.embed(texts("bert").getFirst()).vector();
        double cosine = 0;
        for (int d = 0; d < got.length; d++) {
            cosine += got[d] * wanted[d];
        }
        assertThat(cosine).isGreaterThan(0.999);
    }

    @Test
    void aBareEncoderIsAveraged() throws IOException {
        var folder = copy("bert");
        Files.delete(folder.resolve("modules.json"));
        assertThat(EmbeddingModel.isAt(folder)).isTrue();
        assertThat(EmbeddingModel.isAt(folder.resolve("1_Pooling"))).isFalse();
        var model = EmbeddingModel.load(folder);
        assertThat(model.maxTokens()).isEqualTo(32);
        var vector = model.embed("The cat sat.").vector();
        double norm = 0;
        for (float v : vector) {
            norm += v * v;
        }
        for (int d = 0; d < vector.length; d++) {
            assertThat(vector[d] / Math.sqrt(norm)).isCloseTo(wanted("bert")[0][d], within(1e-5));
        }
    }

    @Test
    void promptsStandInFrontOfTexts() throws IOException {
        var folder = copy("bert");
        Files.writeString(folder.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"query\": \"the dog \", \"plain\": \"\"}, \"default_prompt_name\": \"query\"}");
        var model = EmbeddingModel.load(folder);
        var plain = EmbeddingModel.load(fixture("bert"));
        assertThat(model.embed("sat").vector()).isEqualTo(plain.embed("the dog sat").vector());
        assertThat(model.embed(List.of("sat"), "plain").getFirst().vector()).isEqualTo(plain.embed("sat").vector());
        assertThatThrownBy(() -> model.embed(List.of("sat"), "qery")).isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'query'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "modules.json | [{\"type\": \"sentence_transformers.models.Dense\", \"path\": \"2_Dense\"}] | sentence_transformers.models.Dense",
            "modules.json | [{\"type\": \"sentence_transformers.models.Transformer\", \"path\": \"../../etc\"}] | not the name of a folder",
            "modules.json | [{\"type\": \"Transformer\", \"path\": \"\"}] | names no Pooling",
            "modules.json | [ | not valid JSON",
            "1_Pooling/config.json | {\"pooling_mode_cls_token\": false} | chooses no pooling",
            "1_Pooling/config.json | {\"pooling_mode\": \"meen\"} | did you mean 'mean'?",
            "sentence_bert_config.json | {\"max_seq_length\": 2} | max_seq_length is wrong",
            "sentence_bert_config.json | {\"max_seq_length\": -3} | max_seq_length",
            "config_sentence_transformers.json | {\"default_prompt_name\": \"query\"} | no such prompt"})
    void badFoldersAreRefusedInOneSentence(String file, String content, String sentence) throws IOException {
        var folder = copy("bert");
        Files.writeString(folder.resolve(file), content);
        assertThatThrownBy(() -> EmbeddingModel.load(folder)).isInstanceOf(UserError.class).hasMessageContaining(sentence)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void namesOfPoolingsMayStandAlone() throws IOException {
        var folder = copy("roberta");
        Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\": [\"cls\", \"max\"]}");
        assertThat(EmbeddingModel.load(folder).embed("a").vector()).containsExactly(wanted("roberta")[1], within(1e-5f));
    }

    /** BERT with WordPiece and RoBERTa with byte-level BPE, whose first positions a GGUF file leaves out. */
    @ParameterizedTest
    @CsvSource({"bert, mean", "roberta, cls", "roberta, lasttoken"})
    void vectorsFromAGgufFileAreTheSame(String name, String pooling) throws IOException {
        var folder = copy(name);
        Files.delete(folder.resolve("sentence_bert_config.json")); // GGUF knows no limit but the model's own
        Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"" + pooling + "\"}");
        Files.writeString(folder.resolve("modules.json"),
                """
                        [{"type": "Transformer", "path": ""}, {"type": "Pooling", "path": "1_Pooling"}, {"type": "Normalize", "path": "2_Normalize"}]
                        """);
        var wanted = EmbeddingModel.load(folder);
        var file = temporary.resolve("encoder.gguf");
        wanted.writeGguf(file, "encoder", Quantization.F32);
        assertThat(EmbeddingModel.isAt(file)).isTrue();
        var model = EmbeddingModel.load(file);
        assertThat(model.maxTokens()).isEqualTo(wanted.maxTokens());
        assertThat(model.dimension()).isEqualTo(wanted.dimension());
        for (var text : texts(name)) {
            assertThat(model.countTokens(text)).as(text).isEqualTo(wanted.countTokens(text));
            assertThat(model.embed(text).vector()).as(text).containsExactly(wanted.embed(text).vector(), within(1e-5f));
        }
    }

    @Test
    void whatGgufCannotSayIsRefused() {
        var several = EmbeddingModel.load(fixture("roberta"));
        assertThatThrownBy(() -> several.writeGguf(temporary.resolve("no.gguf"), "no", Quantization.F16)).isInstanceOf(UserError.class)
                .hasMessageContainingAll("roberta", "pooling");
        assertThat(temporary.resolve("no.gguf")).doesNotExist();
    }

    @Test
    void filesOfOtherModelsAreRefused() throws IOException {
        var file = temporary.resolve("other.gguf");
        GgufWriter.write(file, Map.of("general.architecture", "llama"), List.of());
        assertThat(EmbeddingModel.isAt(file)).isFalse();
        assertThatThrownBy(() -> EmbeddingModel.load(file)).isInstanceOf(UserError.class)
                .hasMessageContainingAll("other.gguf", "'llama'", "choose an embedding model");
        EmbeddingModel.load(fixture("bert")).writeGguf(temporary.resolve("bert.gguf"), "bert", Quantization.F32);
        try (var whole = GgufFile.open(temporary.resolve("bert.gguf"))) {
            var metadata = new LinkedHashMap<>(whole.metadata());
            metadata.put("bert.pooling_type", 4);
            GgufWriter.write(file, metadata, whole.tensors().values().stream().map(GgufWriter.Source::of).toList());
        }
        assertThatThrownBy(() -> EmbeddingModel.load(file)).isInstanceOf(UserError.class).hasMessageContaining("pooling_type 4");
        Files.writeString(file, "GGUF");
        assertThat(EmbeddingModel.isAt(file)).isFalse();
    }
}
