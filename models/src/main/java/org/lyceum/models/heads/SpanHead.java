package org.lyceum.models.heads;

import java.util.Arrays;
import java.util.List;
import org.lyceum.models.Encoder;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/** Where in a text an answer begins and where it ends (Devlin et al. 2019, section 4.2): a score of each token for each. */
public final class SpanHead implements EncoderHead {
    private final List<Parameter> parameters;
    private final Linear scorer;

    /** Registers a matrix (2, W) with an offset: a row for beginnings and one for ends. */
    public SpanHead(Encoder encoder) {
        this(encoder.likeIt(), encoder.config().width());
    }

    private SpanHead(Parameters root, long width) {
        scorer = new Linear(root.in("head").in("scorer"), Parameter.Role.HEAD, width, 2, true);
        parameters = root.all();
    }

    /**
     * hidden (B, T, W) → the scores (2, B, T) of each token as the first, and as the last, of the answer; f32.
     *
     * @param lengths the tokens of each sequence; what comes behind them scores −∞
     */
    public Tensor logits(Tensor hidden, int[] lengths) {
        int longest = (int) hidden.size(1);
        var padding = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            Arrays.fill(padding, b * longest + lengths[b], (b + 1) * longest, Float.NEGATIVE_INFINITY);
        }
        var scores = scorer.forward(hidden).to(DType.F32).transpose(1, 2).transpose(0, 1);
        return scores.plus(Tensor.of(padding, lengths.length, longest));
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }
}
