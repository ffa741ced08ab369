package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.lyceum.inference.Generator;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.models.Decoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Scope;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Lyceum's side of {@code bench decode} and {@code prefill}: the generator that {@code generate} uses. Commands: {@code save} writes the
 * weights, {@code export} a model folder; {@code generate SEED PROMPT NEW} completes PROMPT made-up tokens by NEW, greedily.
 */
final class GenerateWorker implements LyceumWorker.Work {
    private static final int DOCUMENTS = 20_000;

    private final Path folder;
    private final WorkSpec spec;
    private final Decoder model;
    private final Tokenizer tokenizer;

    GenerateWorker(Path folder) {
        this.folder = folder;
        spec = WorkSpec.read(folder);
        var dtype = LyceumWorker.engine(spec);
        model = Decoder.forInference(spec.trainingSize().config(), dtype);
        Initialisation.of(model, spec.seed());
        try (var documents = Corpus.open("wordnet").stream()) { // as many tokens as the model has rows, for the text of what it says
            tokenizer = BytePairTrainer.of(spec.vocabulary()).withThreads(1)
                    .train(documents.limit(DOCUMENTS).map(Document::text)::iterator);
        }
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("parameters", model.config().parameterCount());
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        switch (command) {
            case "save" -> saveMasters();
            case "export" -> {
                HuggingFaceFolder.write(folder, model, tokenizer.specialTokens());
                tokenizer.save(folder);
            }
            case "generate" -> {
                return generate(Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
            }
            default -> throw new IllegalArgumentException(command);
        }
        return Map.of();
    }

    /** The same weights in f32: the peers round them as we did. */
    private void saveMasters() {
        try (var _ = Scope.open()) {
            var masters = new Decoder(model.config(), DType.F32);
            Initialisation.of(masters, spec.seed());
            TrainWorker.save(masters, folder);
        }
    }

    private Map<String, Object> generate(int seed, int prompt, int count) {
        var ids = IntStream.range(0, prompt).map(i -> (seed * 131 + i * 7919) % spec.vocabulary()).toArray();
        // A generator of its own, so that nothing of an earlier prompt is found in its cache.
        try (var generator = new Generator(new LanguageModel(model, tokenizer, Set.of()))) {
            var made = generator.generate(ids, SamplingConfig.GREEDY.withMaxTokens(count), Set.of(), _ -> {
            });
            double decode = count == 1 ? 0 : (count - 1) / made.decodeTokensPerSecond();
            return Map.of("prefill_seconds", prompt / made.prefillTokensPerSecond(), "decode_seconds", decode, "ids", made.ids());
        }
    }
}
