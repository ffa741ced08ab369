package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.sequence.Sequence;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.SequenceLabels;

/** Classes of texts, or of pairs of texts (Devlin et al. 2019, section 4.1). */
public final class TextClassification {
    /** Sequences that are evaluated side by side. */
    private static final int EVALUATED = 64;

    private final HeadedEncoder<SequenceHead> model;
    private final Tokenizer tokenizer;
    private final Labels labels;
    private final SequenceEncoder sequences;
    private final FineTuningConfig config;

    /**
     * A new head on {@code encoder}, which is trained with it unless the configuration says otherwise.
     *
     * @param labels the classes, in the order of their ids
     */
    public TextClassification(Encoder encoder, Tokenizer tokenizer, Labels labels, SequenceHead.Pooling pooling, FineTuningConfig config) {
        this.tokenizer = tokenizer;
        this.labels = labels;
        this.config = config;
        var head = new SequenceHead(encoder, pooling, labels.names());
        Initialisation.ofEncoder(head.parameters(), Seeds.derive(config.seed(), "head", 0));
        model = new HeadedEncoder<>(encoder, head, config.train() == FineTuningConfig.Train.HEAD);
        sequences = new SequenceEncoder(tokenizer, Math.min(config.context(), encoder.config().context()), encoder.config().isRoberta());
    }

    /** The model, as trained as it is. */
    public HeadedEncoder<SequenceHead> model() {
        return model;
    }

    /**
     * Learns from {@code train}; the weights that do best on {@code validation} are kept. Throws {@link org.lyceum.foundation.UserError} for a
     * label that is none of the classes, with its line in {@code file}.
     */
    public Fit.Outcome train(List<Example> train, List<Example> validation, FineTuning.Place place) {
        var source = new SequenceSource(encoded(train, Path.of("training data")), config.batch(), EncoderFiles.padding(tokenizer),
                SequenceBatch.Targets.SEQUENCE, config.seed());
        var held = encoded(validation, Path.of("validation data"));
        return FineTuning.run(model, tokenizer, new SequenceLabels(), source, () -> score(held), config, place);
    }

    /** How well the model tells the classes of {@code examples}. */
    public Score evaluate(List<Example> examples) {
        return score(encoded(examples, Path.of("data")));
    }

    /** The class of each example, as the model has it. */
    public List<String> predict(List<Example> examples) {
        var framed = examples.stream().map(example -> sequences.text(example.text(), example.second()).with(0)).toList();
        var names = new ArrayList<String>();
        for (var batch : batches(framed)) {
            for (int best : best(batch)) {
                names.add(labels.names().get(best));
            }
        }
        return names;
    }

    private List<Sequence> encoded(List<Example> examples, Path file) {
        return examples.stream().map(example -> sequences.text(example.text(), example.second())
                .with(labels.id(example.label(), "Line " + example.line() + " of the " + file))).toList();
    }

    private List<SequenceBatch> batches(List<Sequence> framed) {
        return new SequenceSource(framed, EVALUATED, EncoderFiles.padding(tokenizer), SequenceBatch.Targets.SEQUENCE, 0).inOrder();
    }

    private Score score(List<Sequence> framed) {
        int classes = labels.size();
        var counts = new long[classes][classes]; // wanted, got
        for (var batch : batches(framed)) {
            var got = best(batch);
            for (int row = 0; row < got.length; row++) {
                counts[batch.targets()[row]][got[row]]++;
            }
        }
        return Confusion.score(counts);
    }

    private int[] best(SequenceBatch batch) {
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            return Confusion.largest(SequenceLabels.logits(model, batch, Pass.EVALUATION).floats(), labels.size());
        }
    }
}
