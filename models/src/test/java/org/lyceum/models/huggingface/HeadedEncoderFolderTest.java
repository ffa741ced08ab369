package org.lyceum.models.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.EncoderHead;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.models.heads.TokenHead;
import org.lyceum.models.layers.EncoderBlock.Activation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Encoders with heads that transformers made, see {@code src/test/python/make_head_fixtures.py}. */
class HeadedEncoderFolderTest {
    private static final JsonMapper JSON = new JsonMapper();
    @TempDir
    private Path temporary;
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Path fixture(String name) {
        return Fixture.of("../heads/" + name).folder();
    }

    private static JsonNode outputs(String name) {
        return JSON.readTree(fixture(name).resolve("outputs.json").toFile());
    }

    private static DoubleStream flat(JsonNode node) {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false).flatMapToDouble(HeadedEncoderFolderTest::flat)
                : DoubleStream.of(node.doubleValue());
    }

    private static Tensor ids(JsonNode node, long... shape) {
        return Tensor.ofIds(flat(node).mapToInt(d -> (int) d).toArray(), shape);
    }

    private static Map<String, List<Long>> tensors(Path folder) {
        try (var weights = SafetensorsFolder.open(folder)) {
            var shapes = new TreeMap<String, List<Long>>();
            weights.entries().forEach((name, entry) -> shapes.put(name, entry.shape()));
            return shapes;
        }
    }

    private static Class<? extends EncoderHead> kind(String name) {
        return HeadedEncoderFolder.headOf(fixture(name)).orElseThrow();
    }

    /** The logits of the batch in {@code wanted}, with what padding has set to zero as the fixture of spans has it. */
    private static Tensor logits(HeadedEncoder<?> model, JsonNode wanted) {
        var lengths = flat(wanted.get("lengths")).mapToInt(d -> (int) d).toArray();
        int longest = wanted.get("ids").get(0).size();
        var hidden = model.hidden(ids(wanted.get("ids"), lengths.length, longest), ids(wanted.get("types"), lengths.length, longest),
                lengths, Pass.EVALUATION);
        return switch (model.head()) {
            case MaskedLanguageHead masked -> masked.logits(hidden);
            case SequenceHead sequence -> sequence.logits(hidden, lengths, Pass.EVALUATION);
            case TokenHead token -> token.logits(hidden, Pass.EVALUATION);
            case SpanHead span -> span.logits(hidden, lengths);
        };
    }

    private static void assertLogits(HeadedEncoder<?> model, JsonNode wanted) {
        var got = logits(model, wanted).doubles();
        var expected = flat(wanted.get("logits")).toArray();
        var lengths = flat(wanted.get("lengths")).toArray();
        int longest = wanted.get("ids").get(0).size();
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            boolean padding = switch (model.head()) {
                case MaskedLanguageHead _,TokenHead _ -> {
                    int place = i / (got.length / (lengths.length * longest));
                    yield place % longest >= lengths[place / longest];
                }
                case SpanHead _ -> i % longest >= lengths[i / longest % lengths.length];
                case SequenceHead _ -> false;
            };
            if (!padding) {
                assertThat(got[i]).isCloseTo(expected[i], within(2e-5));
            } else if (model.head() instanceof SpanHead) {
                assertThat(got[i]).isEqualTo(Double.NEGATIVE_INFINITY);
            }
        }
    }

    private static double loss(HeadedEncoder<?> model, JsonNode wanted) {
        var logits = logits(model, wanted);
        int rows = wanted.get("ids").size();
        if (model.head() instanceof SpanHead) {
            var first = logits.select(0, 0).crossEntropy(ids(wanted.get("start_positions"), rows));
            return first.plus(logits.select(0, 1).crossEntropy(ids(wanted.get("end_positions"), rows))).item() / 2;
        }
        return logits.reshape(-1, logits.size(-1)).crossEntropy(ids(wanted.get("labels"), logits.numel() / logits.size(-1))).item();
    }

    @ParameterizedTest
    @CsvSource({"bert-maskedlm", "bert-sequenceclassification", "bert-tokenclassification", "bert-questionanswering", "roberta-maskedlm",
            "roberta-sequenceclassification"})
    void logitsAndLossEqualThoseOfTransformersAndSurviveWriting(String name) throws IOException {
        var wanted = outputs(name);
        var model = HeadedEncoderFolder.read(fixture(name), DType.F32, kind(name));
        assertLogits(model, wanted);
        assertThat(loss(model, wanted)).isCloseTo(wanted.get("loss").doubleValue(), within(1e-5));

        var copy = Files.createDirectories(temporary.resolve(name));
        HeadedEncoderFolder.write(copy, HeadedEncoderFolder.readToTrain(fixture(name), DType.F32, kind(name)), Map.of("mask", 4));
        assertLogits(HeadedEncoderFolder.read(copy, DType.F32, kind(name)), wanted);
        assertThat(tensors(copy)).isEqualTo(tensors(fixture(name))); // what transformers wrote, no more and no less
        assertThat(EncoderFolder.readConfig(copy).withDropout(0.1)).isEqualTo(EncoderFolder.readConfig(fixture(name)));
        assertThat(JSON.readTree(copy.resolve("config.json").toFile()).get("mask_token_id").intValue()).isEqualTo(4);
    }

    @Test
    void labelsAndPoolingAreKept() throws IOException {
        assertThat(HeadedEncoderFolder.read(fixture("bert-sequenceclassification"), DType.F32, SequenceHead.class).head().labels())
                .containsExactly("bad", "so-so", "good");
        var encoder = new Encoder(new EncoderConfig(9, 8, 0, 2, 8, 1, 2, 12, Activation.GELU, 1e-12, 0.1), DType.F32);
        var model = new HeadedEncoder<>(encoder, new SequenceHead(encoder, SequenceHead.Pooling.MEAN, List.of("a", "b")));
        Initialisation.ofEncoder(model.parameters(), 3);
        HeadedEncoderFolder.write(temporary, model, Map.of());
        var back = HeadedEncoderFolder.read(temporary, DType.F32, SequenceHead.class);
        assertThat(back.head().pooling()).isEqualTo(SequenceHead.Pooling.MEAN);
        assertThat(back.head().labels()).containsExactly("a", "b");
        assertThat(back.parameters()).zipSatisfy(model.parameters(),
                (a, b) -> assertThat(a.value().floats()).containsExactly(b.value().floats()));
    }

    @Test
    void theEncoderAloneIsWrittenAndLoaded() throws IOException {
        var encoder = EncoderFolder.read(fixture("roberta-maskedlm"), DType.F32);
        EncoderFolder.write(temporary, encoder, Map.of());
        var back = new Encoder(encoder.config(), DType.F32);
        EncoderFolder.load(temporary, back);
        assertThat(back.parameters()).zipSatisfy(encoder.parameters(),
                (a, b) -> assertThat(a.value().floats()).containsExactly(b.value().floats()));
        var other = new Encoder(new EncoderConfig(9, 8, 0, 2, 8, 1, 2, 12, Activation.GELU, 1e-12, 0.1), DType.F32);
        assertThatThrownBy(() -> EncoderFolder.load(temporary, other)).isInstanceOf(UserError.class)
                .hasMessageContaining("load it into one of its own shape");
        assertThatThrownBy(() -> HeadedEncoderFolder.read(temporary, DType.F32, TokenHead.class)).isInstanceOf(UserError.class)
                .hasMessageContaining("RobertaModel").hasMessageContaining("RobertaForTokenClassification");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "architectures | [\"BertForMaskedLM\"] | wanted here is BertForSequenceClassification",
            "architectures | 3 | 'architectures' must be a list of texts",
            "id2label | {\"0\": \"a\"} | has the shape",
            "id2label | {\"1\": \"a\"} | no key '0'",
            "id2label | {} | names no labels",
            "problem_type | \"regression\" | the problem_type 'regression'",
            "classifier_pooling | \"max\" | known are cls, mean"})
    void whatDoesNotFitIsRefusedInOneSentence(String key, String value, String sentence) throws IOException {
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(fixture("bert-sequenceclassification").resolve(file), temporary.resolve(file));
        }
        var file = temporary.resolve("config.json");
        var tree = (ObjectNode) JSON.readTree(file.toFile());
        tree.set(key, JSON.readTree(value));
        Files.writeString(file, tree.toString());
        assertThatThrownBy(() -> HeadedEncoderFolder.read(temporary, DType.F32, SequenceHead.class)).isInstanceOf(UserError.class)
                .hasMessageContaining(sentence).hasMessageContaining(temporary.toString());
    }
}
