package org.lyceum.models.classifiers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Convolution;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A convolutional network for sentences (Kim 2014, section 2): word vectors → filters over windows of a few words → ReLU → the strongest answer of
 * each filter → dropout → linear. Its windows reach over both ends of the sentence, so that a sentence shorter than a filter needs no padding,
 * and the largest norm of the last matrix's rows, which Kim limits, is left to weight decay.
 */
public final class SentenceCnn implements SentenceClassifier {
    /**
     * Its shape.
     *
     * @param vocabularySize tokens V
     * @param width of the word vectors W
     * @param windows the words that a filter sees, one entry for each kind of filter
     * @param filters of each kind
     * @param labels C
     * @param dropout probability, of the strongest answers; 0 for none
     */
    public record Shape(int vocabularySize, int width, List<Integer> windows, int filters, int labels, double dropout) {
        /** Throws {@link UserError} with the first thing that cannot be. */
        public Shape {
            if (vocabularySize < 1 || width < 1 || filters < 1 || labels < 1) {
                throw UserError
                        .usage("A convolutional network needs at least 1 token, width, filter and label, not " + vocabularySize + ", "
                                + width + ", " + filters + " and " + labels + ".");
            }
            if (windows.isEmpty() || windows.stream().anyMatch(window -> window < 1)) {
                throw UserError
                        .usage("The windows of a convolutional network must each hold at least 1 word, as in [3, 4, 5], not " + windows
                                + ".");
            }
            if (!(dropout >= 0 && dropout < 1)) { // NaN too
                throw UserError.usage("A convolutional network's dropout must be from 0 up to 1, not " + dropout + ".");
            }
            windows = List.copyOf(windows);
        }
    }

    private final Shape shape;
    private final List<Parameter> parameters;
    private final Tensor vectors;
    private final List<Convolution> convolutions = new ArrayList<>();
    private final Linear head;

    /** A model of zeros on {@code Torch.device()} that can be trained, in f32; {@link org.lyceum.models.Initialisation} gives it its weights. */
    public SentenceCnn(Shape shape) {
        this.shape = shape;
        var root = new Parameters(DType.F32);
        vectors = root.in("tokens").add("weight", Parameter.Role.EMBEDDING, shape.vocabularySize(), shape.width());
        for (int i = 0; i < shape.windows().size(); i++) {
            convolutions.add(new Convolution(root.in("convolutions").in(i), shape.windows().get(i), shape.width(), shape.filters()));
        }
        head = new Linear(root.in("head"), Parameter.Role.HEAD, (long) shape.filters() * convolutions.size(), shape.labels(), true);
        parameters = root.all();
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Tensor logits(Tensor ids, int[] lengths, Pass pass) {
        var x = ids.embedding(vectors); // (B, T, W)
        var there = there(lengths, (int) ids.size(1));
        var words = there == null ? x : x.times(there);
        var strongest = convolutions.stream()
                .map(convolution -> convolution.strongest(words, there == null ? null : lengths).clamp(0, Double.POSITIVE_INFINITY))
                .toList();
        return head.forward(Tensor.cat(strongest, 1).dropout(pass.training() ? shape.dropout() : 0)); // (B, C)
    }

    /** (B, T, 1): 1 for a word, 0 for padding; null where there is none. */
    private static @Nullable Tensor there(int[] lengths, int longest) {
        if (Arrays.stream(lengths).allMatch(length -> length == longest)) {
            return null;
        }
        var values = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            Arrays.fill(values, b * longest, b * longest + lengths[b], 1);
        }
        return Tensor.of(values, lengths.length, longest, 1);
    }
}
