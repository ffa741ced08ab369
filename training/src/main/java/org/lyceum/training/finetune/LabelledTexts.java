package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.text.sequence.Sequence;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceSource;
import org.lyceum.training.fit.Score;

/**
 * Texts and their classes as a model learns them, says them and is judged by them, whatever model it is.
 *
 * @param labels the classes, in the order of their ids
 * @param padding the token behind short sequences
 * @param read a text, or a pair, as the model reads it
 * @param logits (B, C) of a batch, nothing being learned
 */
record LabelledTexts(Labels labels, int padding, Function<Example, Sequence> read, Function<SequenceBatch, Tensor> logits) {
    /** Sequences that are evaluated side by side. */
    private static final int EVALUATED = 64;

    /** Batches to learn from. Throws {@link org.lyceum.foundation.UserError} for a label that is none of the classes, with its line. */
    SequenceSource source(List<Example> train, FineTuningConfig config) {
        return new SequenceSource(encoded(train, Path.of("training data")), config.batch(), padding, SequenceBatch.Targets.SEQUENCE,
                config.seed());
    }

    /** The class of each example, as the model has it. */
    List<String> predict(List<Example> examples) {
        var names = new ArrayList<String>();
        for (var batch : batches(examples.stream().map(example -> read.apply(example).with(0)).toList())) {
            for (int best : best(batch)) {
                names.add(labels.names().get(best));
            }
        }
        return names;
    }

    List<Sequence> encoded(List<Example> examples, Path file) {
        return examples.stream().map(example -> read.apply(example)
                .with(labels.id(example.label(), "Line " + example.line() + " of the " + file))).toList();
    }

    private List<SequenceBatch> batches(List<Sequence> framed) {
        return new SequenceSource(framed, EVALUATED, padding, SequenceBatch.Targets.SEQUENCE, 0).inOrder();
    }

    /** How well the model tells the classes of what was {@link #encoded}. */
    Score score(List<Sequence> framed) {
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
            return Confusion.largest(logits.apply(batch).floats(), labels.size());
        }
    }
}
