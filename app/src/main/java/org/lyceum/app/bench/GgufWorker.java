package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.serving.Event;
import org.lyceum.inference.serving.Request;
import org.lyceum.inference.serving.Scheduler;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.inference.vector.VectorEngine;
import org.lyceum.tensor.Torch;

/**
 * Lyceum's side of {@code bench decode --model}, {@code prefill --model} and {@code lookup}: the engine that {@code generate} and
 * {@code serve} use. Commands: {@code generate SEED PROMPT NEW} completes PROMPT made-up tokens by NEW, greedily;
 * {@code together CLIENTS PROMPT NEW} as many sequences at once; {@code memory} measures how fast memory is read;
 * {@code complete TASK DRAFT NEW} completes the text of a {@link LookupBench.Task} by the scheduler, DRAFT tokens guessed at a time.
 */
final class GgufWorker implements LyceumWorker.Work {
    private final LanguageModel model;
    private final Engine engine;

    GgufWorker(Path model, int threads) {
        Torch.threads(threads);
        this.model = LanguageModel.load(model);
        engine = this.model.engine();
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("parameters", engine.config().parameterCount(), "weight_bytes",
                engine instanceof VectorEngine vector ? vector.weightBytesRead() : 0);
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) throws InterruptedException {
        if (command.equals("complete")) {
            return complete(LookupBench.Task.valueOf(words.getFirst()), Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
        }
        var numbers = words.stream().mapToInt(Integer::parseInt).toArray();
        return switch (command) {
            case "generate" -> generate(new int[]{numbers[0]}, numbers[1], numbers[2]);
            case "together" -> generate(IntStream.range(0, numbers[0]).toArray(), numbers[1], numbers[2]);
            case "memory" -> Map.of("bytes_per_second", LimitsWorker.readSpeed());
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

    private Map<String, Object> complete(LookupBench.Task task, int draft, int count) throws InterruptedException {
        var request = Request.of(model.promptIds(task.prompt()), task.sampling().withMaxTokens(count));
        var ids = new ArrayList<Integer>();
        long first = 0;
        try (var scheduler = new Scheduler(model, SchedulerConfig.DEFAULT.withSlots(1).withDraftTokens(draft))) {
            var completion = scheduler.submit(request);
            while (true) {
                switch (completion.next()) {
                    case Event.Token token -> {
                        first = ids.isEmpty() ? System.nanoTime() : first;
                        ids.add(token.id());
                    }
                    case Event.Finished finished -> {
                        return Map.of("decode_seconds", (System.nanoTime() - first) / 1e9, "ids", ids, "drafted",
                                finished.usage().draftedTokens(), "accepted", finished.usage().acceptedTokens());
                    }
                    case Event.Failed failed -> throw failed.error();
                }
            }
        }
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
