package org.lyceum.inference.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lyceum.inference.Engine;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.Scorer;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real GGUF file, quantized as it is, here and in llama.cpp: run by hand with {@code -Dlyceum.gguf.reference=OUT.json}, which
 * {@code llama_cpp_reference.py} of the module {@code models} makes. Both round what enters a product to 8 bits, each in its own groups;
 * llama.cpp also keeps keys and values in 16.
 */
@Tag("peer")
class VectorEnginePeerTest {
    @Test
    void perplexityAndGreedyTokensAreLlamaCpps() {
        var path = System.getProperty("lyceum.gguf.reference");
        assumeTrue(path != null, "names no reference (-Dlyceum.gguf.reference)");
        var reference = new JsonMapper().readTree(Path.of(path).toFile());
        try (var file = GgufFile.open(Path.of(reference.get("model").stringValue()));
                var engine = VectorEngine.of(file, 2, 1L << 32)) {
            var tokenizer = Tokenizer.ofGguf(file.metadata(), file.path().toString());
            var scorer = new Scorer(new LanguageModel(engine, tokenizer, tokenizer.endIds(), null));
            double wanted = Math.exp(-reference.get("logprobs").valueStream().mapToDouble(JsonNode::doubleValue).average().orElseThrow());
            double got = Math.exp(-Arrays.stream(scorer.logProbabilities(integers(reference, "ids"))).average().orElseThrow());
            int agree = agreeing(engine, integers(reference, "prompt"), integers(reference, "continuation"));
            System.out.printf(Locale.ROOT, "%s: perplexity %.4f, llama.cpp %.4f (%+.3f%%); %d of 32 greedy tokens agree%s%n", file.path(),
                    got, wanted, 100 * (got / wanted - 1), agree,
                    agree == 32 ? "" : ", and where they part llama.cpp's best two are " + reference.get("margins").get(agree) + " apart");
            assertThat(got / wanted).isCloseTo(1, within(0.005));
        }
    }

    private static int[] integers(JsonNode reference, String key) {
        return reference.get(key).valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    /** How many tokens of the continuation are the likeliest after those before, up to the first that is not. */
    private static int agreeing(Engine engine, int[] prompt, int[] continuation) {
        try (var sequence = engine.open()) {
            var ids = prompt;
            for (int t = 0; t < continuation.length; t++) {
                var last = engine.forward(List.of(new Engine.Part(sequence, ids, 1))).getFirst()[0];
                if (IntStream.range(0, last.length).reduce((a, b) -> last[b] > last[a] ? b : a).orElseThrow() != continuation[t]) {
                    return t;
                }
                ids = new int[]{continuation[t]};
            }
            return continuation.length;
        }
    }
}
