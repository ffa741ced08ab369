package org.lyceum.study.sentiment;

import org.lyceum.models.Initialisation;
import org.lyceum.models.classifiers.SentenceCnn;

/** A convolutional network over word vectors that begin at random (Kim 2014, "CNN-rand"). */
record CnnRung(SentimentConfig.Cnn config, int minCount) implements Rung {
    @Override
    public String key() {
        return "cnn";
    }

    @Override
    public String title() {
        return "CNN";
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var words = WordIndex.of(data.train(), minCount);
        var model = new SentenceCnn(new SentenceCnn.Shape(words.size(), config.width(), config.windows(), config.filters(),
                data.labels().size(), config.dropout()));
        Initialisation.of(model.parameters(), config.width(), 1, seed);
        return new SentenceTraining(config.learning()).climb(model, data, words::ids, seed);
    }
}
