package org.lyceum.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The encoder–decoder beside PyTorch's {@code nn.TransformerEncoder} and {@code nn.TransformerDecoder} ({@code make_transformer_fixtures.py}). */
class TorchTransformerTest {
    @ParameterizedTest
    @CsvSource({"post-norm,false", "pre-norm,true"})
    void logitsAreThoseOfPyTorch(String name, boolean normFirst) throws IOException, URISyntaxException {
        var folder = Path.of(Objects.requireNonNull(getClass().getResource("/transformer/" + name)).toURI());
        var wanted = JsonMapper.shared().readTree(Files.readString(folder.resolve("logits.json")));
        var config = new EncoderDecoderConfig(19, 10, 16, 2, 2, 4, 24, FeedForward.Kind.RELU, normFirst, 1e-5, Sharing.ALL, 0.1);
        try (var _ = Scope.open()) {
            var model = EncoderDecoder.forInference(config, DType.F32);
            ParameterFiles.read(folder.resolve("model.safetensors"), model.parameters());
            var longer = ids(wanted.get("sources").get(0));
            var shorter = ids(wanted.get("sources").get(1));
            var both = new int[2 * longer.length];
            System.arraycopy(longer, 0, both, 0, longer.length);
            System.arraycopy(shorter, 0, both, longer.length, shorter.length);
            var read = model.read(Tensor.ofIds(both, 2, longer.length), new int[]{longer.length, shorter.length}, Pass.EVALUATION);
            for (int b = 0; b < 2; b++) {
                var target = ids(wanted.get("targets").get(b));
                var of = new EncoderDecoder.Source(read.hidden().narrow(0, b, 1), read.mask().narrow(0, b, 1));
                var logits = model.head(model.hidden(Tensor.ofIds(target, 1, target.length), of, Pass.EVALUATION));
                var expected = wanted.get("logits").get(b).valueStream().mapToDouble(JsonNode::doubleValue).toArray();
                assertThat(logits.doubles()).containsExactly(expected, within(2e-4));
            }
        }
    }

    private static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
