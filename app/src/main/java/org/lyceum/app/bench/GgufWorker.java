package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.LanguageModel;
import org.lyceum.tensor.Torch;

/**
 * Lyceum's side of {@code bench decode --model} and {@code prefill --model}: the engine that {@code generate} and {@code serve} use.
 * Commands: {@code generate SEED PROMPT NEW} completes PROMPT made-up tokens by NEW, greedily; {@code together CLIENTS PROMPT NEW} as many
 * sequences at once.
 */
final class GgufWorker implements LyceumWorker.Work {
    private final Engine engine;

    GgufWorker(Path model, int threads) {
        Torch.threads(threads);
        engine = LanguageModel.load(model).engine();
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("parameters", engine.config().parameterCount());
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        var numbers = words.stream().mapToInt(Integer::parseInt).toArray();
        return switch (command) {
            case "generate" -> generate(new int[]{numbers[0]}, numbers[1], numbers[2]);
            case "together" -> generate(IntStream.range(0, numbers[0]).toArray(), numbers[1], numbers[2]);
            default -> throw new IllegalArgumentException(command);
        };
    }

    private Map<String, Object> generate(int[] seeds, int prompt, int count) {
        int vocabulary = engine.config().vocabularySize();
        var sequences = IntStream.of(seeds).mapToObj(_ -> engine.open()).toList();
        var next = new ArrayList<int[]>();
        for (int seed : seeds) {
            next.add(IntStream.range(0, prompt).map(i -> (seed * 131 + i * 7919) % vocabulary).toArray());
        }
        var ids = new ArrayList<Integer>(); // of the first sequence
        long began = System.nanoTime();
        long prefilled = began;
        for (int made = 0; made < count; made++) {
            var parts = IntStream.range(0, seeds.length).mapToObj(i -> new Part(sequences.get(i), next.get(i), 1)).toList();
            var logits = engine.forward(parts);
            for (int i = 0; i < seeds.length; i++) {
                next.set(i, new int[]{largest(logits.get(i)[0])});
            }
            ids.add(next.getFirst()[0]);
            if (made == 0) {
                prefilled = System.nanoTime();
            }
        }
        long ended = System.nanoTime();
        sequences.forEach(Engine.Sequence::close);
        return Map.of("prefill_seconds", (prefilled - began) / 1e9, "decode_seconds", (ended - prefilled) / 1e9, "ids", ids);
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
