package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordSplit;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.VectorProgress;
import org.lyceum.training.vectors.WordVectorConfig;
import org.lyceum.training.vectors.WordVectorConfig.Architecture;
import org.lyceum.training.vectors.WordVectorConfig.Loss;
import org.lyceum.training.vectors.WordVectorTraining;

/**
 * Lyceum's side of {@code bench vectors}. The command: {@code train KIND}, which reads the text, looks its words up, makes the tables and
 * trains; the words are counted before, as the peers do.
 */
final class VectorsWorker implements LyceumWorker.Work {
    private final VectorsSpec spec;
    private final Corpus corpus;
    private final WordVocabulary vocabulary;

    VectorsWorker(Path folder) {
        spec = VectorsSpec.read(folder);
        corpus = Corpus.open(VectorsSpec.text(folder).toString());
        vocabulary = WordVocabulary.count(corpus, WordSplit.SPACES, spec.minCount());
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("vocabulary", vocabulary.size());
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        if (!command.equals("train")) {
            throw new IllegalArgumentException(command);
        }
        var kind = words.getFirst();
        var subwords = kind.startsWith("fasttext") ? new Subwords(3, 6, spec.buckets()) : Subwords.NONE;
        var config = new WordVectorConfig(kind.endsWith("cbow") ? Architecture.CBOW : Architecture.SKIP_GRAM,
                kind.contains("tree") ? Loss.HIERARCHICAL : Loss.NEGATIVE, spec.dimensions(), spec.window(), spec.negatives(),
                !kind.endsWith("pairs"), 0.75, spec.subsample(), spec.rate(), spec.lastRate(), spec.epochs(), subwords, spec.threads(), 1);
        long begin = System.nanoTime();
        try (var ids = WordIds.encode(corpus, WordSplit.SPACES, vocabulary)) {
            var training = new WordVectorTraining(vocabulary, ids, config).run(VectorProgress.NONE);
            double seconds = (System.nanoTime() - begin) / 1e9;
            return Map.of("seconds", seconds, "words", vocabulary.seen() * spec.epochs(), "dimensions", training.vectors().dimensions());
        }
    }
}
