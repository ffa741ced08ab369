package org.lyceum.models.heads;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.Encoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * One of C labels for a text, or for a pair of texts (Devlin et al. 2019, section 4.1): the state of the first token through a dense layer
 * and tanh, or the mean of all states, then dropout and a linear layer.
 */
public final class SequenceHead implements EncoderHead {
    /** How the states of a text become one vector. */
    public enum Pooling {
        /** tanh(dense(the first token's state)), BERT's pooler. */
        CLS,
        /** The mean of the states of all its tokens. {@code transformers} has no such head for BERT, and would read the first token. */
        MEAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final List<Parameter> parameters;
    private final List<String> labels;
    private final Pooling pooling;
    private final @Nullable Linear pooler;
    private final Linear classifier;
    private final double dropout;

    /** Registers a pooler (W, W) for {@link Pooling#CLS} and a classifier (C, W), both with offsets; C labels in the order of their ids. */
    public SequenceHead(Encoder encoder, Pooling pooling, List<String> labels) {
        this(encoder.likeIt(), encoder.config().width(), encoder.config().dropout(), pooling, labels);
    }

    private SequenceHead(Parameters root, long width, double dropout, Pooling pooling, List<String> labels) {
        this.labels = List.copyOf(labels);
        this.pooling = pooling;
        this.dropout = dropout;
        var own = root.in("head");
        pooler = pooling == Pooling.CLS ? new Linear(own.in("pooler"), Parameter.Role.MATRIX, width, width, true) : null;
        classifier = new Linear(own.in("classifier"), Parameter.Role.HEAD, width, labels.size(), true);
        parameters = root.all();
    }

    /**
     * hidden (B, T, W) → logits (B, C), f32.
     *
     * @param lengths the tokens of each sequence before padding begins
     */
    public Tensor logits(Tensor hidden, int[] lengths, Pass pass) {
        var pooled = pooler != null
                ? pooler.forward(hidden.select(1, 0)).to(DType.F32).tanh()
                : mean(hidden, lengths);
        return classifier.forward(pooled.dropout(pass.training() ? dropout : 0)).to(DType.F32);
    }

    /** The mean of each sequence's states: hidden (B, T, W) → (B, W). */
    public static Tensor mean(Tensor hidden, int[] lengths) {
        int longest = (int) hidden.size(1);
        var weights = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            Arrays.fill(weights, b * longest, b * longest + lengths[b], 1f / lengths[b]);
        }
        return Tensor.of(weights, lengths.length, 1, longest).matmul(hidden).squeeze(1);
    }

    /** What the columns of the logits stand for. */
    public List<String> labels() {
        return labels;
    }

    public Pooling pooling() {
        return pooling;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }
}
