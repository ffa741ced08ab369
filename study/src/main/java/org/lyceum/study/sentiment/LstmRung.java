package org.lyceum.study.sentiment;

import java.util.Locale;
import org.lyceum.models.Initialisation;
import org.lyceum.models.RecurrentEncoderConfig;
import org.lyceum.models.classifiers.RecurrentClassifier;
import org.lyceum.models.layers.Recurrence;

/** A recurrent net that reads the sentence both ways, its states' largest components under a linear layer. */
record LstmRung(SentimentConfig.Lstm config, int minCount) implements Rung {
    @Override
    public String key() {
        return "lstm";
    }

    @Override
    public String title() {
        return config.kind() == Recurrence.Kind.LSTM ? "BiLSTM" : "Bidirectional " + config.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var words = WordIndex.of(data.train(), minCount);
        var model = new RecurrentClassifier(new RecurrentEncoderConfig(config.kind(), words.size(), config.width(), config.units(),
                config.depth(), RecurrentEncoderConfig.Pooling.MAX, config.dropout()), data.labels().size());
        Initialisation.of(model.parameters(), config.width(), config.depth(), seed);
        return new SentenceTraining(config.learning()).climb(model, data, words::ids, seed);
    }
}
