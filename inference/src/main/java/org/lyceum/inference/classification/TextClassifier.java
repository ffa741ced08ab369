package org.lyceum.inference.classification;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Pass;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.HeadedEncoderFolder;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.sequence.Sequence;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.sequence.SequenceEncoder;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * A fine-tuned encoder that gives texts, or pairs of texts, their labels: {@code BertForSequenceClassification} or RoBERTa's. Safe for use by
 * many threads at once.
 *
 * <pre>{@code
 * var classifier = TextClassifier.load(Path.of("runs/sentiment/checkpoints/step-00000651"), DType.F32);
 * String label = classifier.classify("a fine film", null).getFirst().name();
 * }</pre>
 */
public final class TextClassifier {
    /** Texts that are read side by side. */
    private static final int ROWS = 64;

    private final HeadedEncoder<SequenceHead> model;
    private final SequenceEncoder sequences;

    private TextClassifier(HeadedEncoder<SequenceHead> model, Tokenizer tokenizer) {
        this.model = model;
        sequences = new SequenceEncoder(tokenizer, model.encoder().config().context(), model.encoder().config().isRoberta());
    }

    /** A text, or a pair of them where {@code second} is not null. */
    public record Text(String first, @Nullable String second) {
    }

    /** A label and its probability. */
    public record Label(String name, double probability) {
    }

    /**
     * Reads the model in a folder, or the {@code org/name} of one that was pulled.
     *
     * @param matmulType the number format of matrix products, F32 or BF16
     * @throws UserError if there is none, or one without such a head
     */
    public static TextClassifier load(Path path, DType matmulType) {
        var folder = PulledModels.locate(path);
        var model = HeadedEncoderFolder.read(folder, matmulType, SequenceHead.class);
        var tokenizer = Tokenizer.load(folder);
        if (tokenizer.vocabularySize() > model.encoder().config().vocabularySize()) {
            throw new UserError("The tokenizer in " + folder + " has " + tokenizer.vocabularySize() + " tokens but the model only "
                    + model.encoder().config().vocabularySize() + "; they belong to different models.");
        }
        return new TextClassifier(model, tokenizer);
    }

    /** The labels that it tells apart, in the order of their ids. */
    public List<String> labels() {
        return model.head().labels();
    }

    /** All labels of a text or pair, the likeliest first. */
    public List<Label> classify(String first, @Nullable String second) {
        return classify(List.of(new Text(first, second))).getFirst();
    }

    /** The same of all {@code texts}, in their order. The end of a text that is too long is left out. */
    public List<List<Label>> classify(List<Text> texts) {
        var framed = texts.stream().map(text -> sequences.text(text.first(), text.second())).toList();
        // Those of about the same length together, so that little is padding.
        var order = IntStream.range(0, framed.size()).boxed().sorted(Comparator.comparingInt(i -> framed.get(i).length())).toList();
        var found = new ArrayList<List<Label>>(Collections.nCopies(framed.size(), List.of()));
        for (int from = 0; from < order.size(); from += ROWS) {
            var batch = order.subList(from, Math.min(order.size(), from + ROWS));
            var probabilities = probabilities(batch.stream().map(framed::get).toList());
            int classes = labels().size();
            for (int row = 0; row < batch.size(); row++) {
                found.set(batch.get(row), ranked(Arrays.copyOfRange(probabilities, row * classes, (row + 1) * classes)));
            }
        }
        return found;
    }

    private double[] probabilities(List<Sequence> framed) {
        var batch = SequenceBatch.of(framed, 0, SequenceBatch.Targets.NONE); // no token sees what pads
        try (var _ = Scope.open(); var _ = Inference.open()) {
            var ids = Tensor.ofIds(batch.ids(), batch.rows(), batch.columns());
            var types = model.encoder().config().types() == 1 ? null : Tensor.ofIds(batch.types(), batch.rows(), batch.columns());
            var hidden = model.hidden(ids, types, batch.lengths(), Pass.EVALUATION);
            return model.head().logits(hidden, batch.lengths(), Pass.EVALUATION).softmax(-1).doubles();
        }
    }

    private List<Label> ranked(double[] probabilities) {
        return IntStream.range(0, probabilities.length).mapToObj(i -> new Label(labels().get(i), probabilities[i]))
                .sorted(Comparator.comparingDouble(Label::probability).reversed()).toList();
    }
}
