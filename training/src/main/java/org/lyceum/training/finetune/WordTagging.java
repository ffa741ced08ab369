package org.lyceum.training.finetune;

import java.util.Arrays;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.TokenHead;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.labelled.TaggedSentence;
import org.lyceum.text.sequence.Sequence;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.TokenLabels;

/** A tag for each word, learned and told at its first token (Devlin et al. 2019, section 5.3). */
public final class WordTagging {
    private static final int EVALUATED = 64;

    private final HeadedEncoder<TokenHead> model;
    private final Tokenizer tokenizer;
    private final Labels labels;
    private final SequenceEncoder sequences;
    private final FineTuningConfig config;

    /** A new head on {@code encoder}; {@code labels} are the tags in the order of their ids. */
    public WordTagging(Encoder encoder, Tokenizer tokenizer, Labels labels, FineTuningConfig config) {
        this.tokenizer = tokenizer;
        this.labels = labels;
        this.config = config;
        var head = new TokenHead(encoder, labels.names());
        Initialisation.ofEncoder(head.parameters(), Seeds.derive(config.seed(), "head", 0));
        model = new HeadedEncoder<>(encoder, head, config.train() == FineTuningConfig.Train.HEAD);
        sequences = new SequenceEncoder(tokenizer, Math.min(config.context(), encoder.config().context()), encoder.config().isRoberta());
    }

    public HeadedEncoder<TokenHead> model() {
        return model;
    }

    /** Learns from {@code train}; the weights that tag {@code validation} best are kept. */
    public Fit.Outcome train(List<TaggedSentence> train, List<TaggedSentence> validation, FineTuning.Place place) {
        var source = new SequenceSource(encoded(train, "training data"), config.batch(), EncoderFiles.padding(tokenizer),
                SequenceBatch.Targets.TOKEN, config.seed());
        var held = encoded(validation, "validation data");
        return FineTuning.run(model, tokenizer, new TokenLabels(), source, () -> score(held), config, place);
    }

    /** The share of words that get their tag. */
    public Score evaluate(List<TaggedSentence> sentences) {
        return score(encoded(sentences, "data"));
    }

    private List<Sequence> encoded(List<TaggedSentence> sentences, String file) {
        return sentences.stream().map(sentence -> {
            var ids = sentence.tags().stream()
                    .mapToInt(tag -> labels.id(tag, "The sentence on line " + sentence.line() + " of the " + file))
                    .toArray();
            return sequences.words(sentence.words()).with(ids);
        }).toList();
    }

    private Score score(List<Sequence> framed) {
        var counts = new long[labels.size()][labels.size()];
        var batches = new SequenceSource(framed, EVALUATED, EncoderFiles.padding(tokenizer), SequenceBatch.Targets.TOKEN, 0).inOrder();
        for (var batch : batches) {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                var got = Confusion.largest(TokenLabels.logits(model, batch, Pass.EVALUATION).floats(), labels.size());
                for (int i = 0; i < got.length; i++) {
                    if (batch.targets()[i] >= 0) {
                        counts[batch.targets()[i]][got[i]]++;
                    }
                }
            }
        }
        return Confusion.score(counts);
    }

    /** The tags of a sentence's words; of words that were cut off, the first label. */
    public List<String> predict(List<String> words) {
        var framed = sequences.words(words);
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var batch = SequenceBatch.of(List.of(framed.sequence()), 0, SequenceBatch.Targets.NONE);
            var got = Confusion.largest(TokenLabels.logits(model, batch, Pass.EVALUATION).floats(), labels.size());
            return Arrays.stream(framed.first()).mapToObj(at -> labels.names().get(at < 0 ? 0 : got[at])).toList();
        }
    }
}
