package org.lyceum.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lyceum.models.Decoder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.GgufFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real GGUF file here, decoded to f32, and in llama.cpp: run by hand with {@code -Dlyceum.gguf.reference=OUT.json}, which
 * {@code src/test/python/llama_cpp_reference.py} makes. Perplexities may differ by half a percent, because llama.cpp rounds what enters its
 * products to 8 bits and we do not.
 */
@Tag("peer")
class GgufPeerTest {
    @Test
    void perplexityAndGreedyTokensAreLlamaCpps() {
        var path = System.getProperty("lyceum.gguf.reference");
        assumeTrue(path != null, "names no reference (-Dlyceum.gguf.reference)");
        var reference = new JsonMapper().readTree(Path.of(path).toFile());
        try (var file = GgufFile.open(Path.of(reference.get("model").stringValue())); var _ = NoGradient.open()) {
            var model = GgufImport.read(file, DType.F32);
            double wanted = Math.exp(-reference.get("logprobs").valueStream().mapToDouble(JsonNode::doubleValue).average().orElseThrow());
            double got = perplexity(model, integers(reference, "ids"));
            int agree = agreeing(model, integers(reference, "prompt"), integers(reference, "continuation"));
            System.out.printf(Locale.ROOT, "%s: perplexity %.4f, llama.cpp %.4f (%+.3f%%); %d of 32 greedy tokens agree%s%n", file.path(),
                    got, wanted, 100 * (got / wanted - 1), agree,
                    agree == 32 ? "" : ", and where they part llama.cpp's best two are " + reference.get("margins").get(agree) + " apart");
            assertThat(got / wanted).isCloseTo(1, within(0.005));
        }
    }

    private static int[] integers(JsonNode reference, String key) {
        return reference.get(key).valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static double perplexity(Decoder model, int[] ids) {
        try (var _ = Scope.open()) {
            var targets = Tensor.ofIds(Arrays.copyOfRange(ids, 1, ids.length), ids.length - 1);
            var logits = model.logits(Tensor.ofIds(ids, 1, ids.length)).select(0, 0).narrow(0, 0, ids.length - 1);
            return Math.exp(logits.crossEntropy(targets).item());
        }
    }

    /** How many tokens of the continuation are the likeliest after those before, up to the first that is not. */
    private static int agreeing(Decoder model, int[] prompt, int[] continuation) {
        var ids = IntStream.concat(IntStream.of(prompt), IntStream.of(continuation)).toArray();
        try (var _ = Scope.open()) {
            var logits = model.logits(Tensor.ofIds(ids, 1, ids.length)).select(0, 0);
            for (int t = 0; t < continuation.length; t++) {
                var last = logits.select(0, prompt.length + t - 1).floats();
                if (IntStream.range(0, last.length).reduce((a, b) -> last[b] > last[a] ? b : a).orElseThrow() != continuation[t]) {
                    return t;
                }
            }
            return continuation.length;
        }
    }
}
