package org.lyceum.study.sentiment;

import java.util.stream.Stream;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.classifiers.EncoderClassifier;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.layers.EncoderBlock;
import org.lyceum.tensor.DType;

/** A transformer encoder over word vectors, all of it random at first; the mean of its states under a linear layer. */
record TransformerRung(SentimentConfig.Transformer config, int minCount) implements Rung {
    private static final double EPSILON = 1e-5;

    @Override
    public String key() {
        return "transformer";
    }

    @Override
    public String title() {
        return "Transformer from scratch";
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var words = WordIndex.of(data.train(), minCount);
        int longest = Stream.of(data.train(), data.validation(), data.test()).flatMap(sentences -> sentences.stream())
                .mapToInt(sentence -> sentence.words().size()).max().orElseThrow();
        var encoder = new Encoder(new EncoderConfig(words.size(), longest, 0, 1, config.width(), config.depth(), config.heads(),
                4 * config.width(), EncoderBlock.Activation.GELU, EPSILON, config.dropout()), DType.F32);
        var model = new EncoderClassifier(
                new HeadedEncoder<>(encoder, new SequenceHead(encoder, SequenceHead.Pooling.MEAN, data.labels())));
        Initialisation.ofEncoder(model.parameters(), seed);
        return new SentenceTraining(config.learning()).climb(model, data, words::ids, seed);
    }
}
