package org.lyceum.study.sentiment;

import java.util.List;
import java.util.Map;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.training.vectors.FastTextClassifier;

/** The mean of the vectors of words and runs of words under a linear layer (Joulin et al. 2017). */
record FastTextRung(SentimentConfig.FastText config, int minCount) implements Rung {
    @Override
    public String key() {
        return "fasttext";
    }

    @Override
    public String title() {
        return "fastText";
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var usual = FastTextClassifier.Config.DEFAULT;
        var asked = new FastTextClassifier.Config(config.dimensions(), config.epochs(), config.learningRate(), minCount, config.runs(),
                new Subwords(0, 0, config.buckets()), usual.loss(), usual.negatives(), 1, seed);
        long begin = System.nanoTime();
        var model = FastTextClassifier.train(examples(data.train()), asked);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long parameters = (long) config.dimensions()
                * (model.words().size() + (config.runs() > 1 ? config.buckets() : 0) + data.labels().size());
        return new Climb(FastTextClassifier.accuracy(model, examples(data.test())), data.test().size(),
                FastTextClassifier.accuracy(model, examples(data.validation())), seconds, parameters, Map.of());
    }

    private static List<FastTextClassifier.Example> examples(List<Sentence> sentences) {
        return sentences.stream().map(sentence -> new FastTextClassifier.Example(sentence.words(), String.valueOf(sentence.label())))
                .toList();
    }
}
