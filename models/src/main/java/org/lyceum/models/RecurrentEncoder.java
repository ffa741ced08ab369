package org.lyceum.models;

import java.util.Arrays;
import java.util.List;
import org.lyceum.models.layers.BidirectionalStack;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A bidirectional recurrent encoder: token vectors → {@link BidirectionalStack} → a vector for each token and one for the sequence. Shapes: B
 * sequences of T tokens, H units each way.
 */
public final class RecurrentEncoder {
    /**
     * What it makes of a batch.
     *
     * @param hidden of each token (B, T, 2·H), 0 at padding
     * @param pooled of each sequence (B, 2·H)
     */
    public record Encoded(Tensor hidden, Tensor pooled) {
    }

    private final RecurrentEncoderConfig config;
    private final List<Parameter> parameters;
    private final Tensor tokens;
    private final BidirectionalStack stack;

    /** A model of zeros on {@code Torch.device()} that can be trained; {@link Initialisation} gives it its first weights. */
    public RecurrentEncoder(RecurrentEncoderConfig config) {
        this.config = config;
        var root = new Parameters(DType.F32);
        tokens = root.in("tokens").add("weight", Parameter.Role.EMBEDDING, config.vocabularySize(), config.width());
        stack = new BidirectionalStack(root.in("layers"), config.kind(), config.depth(), config.width(), config.units(), config.dropout());
        parameters = root.all();
    }

    public RecurrentEncoderConfig config() {
        return config;
    }

    /** Every parameter, in the order of the model; the first are the token vectors (V, width). */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Encodes a batch.
     *
     * @param ids (B, T) i64; what stands at padding has no say
     * @param lengths the tokens of each sequence before padding begins, each at least 1
     */
    public Encoded encode(Tensor ids, int[] lengths, Pass pass) {
        int longest = (int) ids.size(1);
        if (lengths.length != ids.size(0) || Arrays.stream(lengths).anyMatch(length -> length < 1 || length > longest)) {
            throw new IllegalArgumentException(Arrays.toString(lengths) + " are no lengths of the sequences in " + ids);
        }
        double p = pass.training() ? config.dropout() : 0;
        var there = there(lengths, longest); // (B, T, 1)
        var x = ids.embedding(tokens).dropout(p); // (B, T, width)
        var hidden = stack.forward(x, lengths, pass.training()).times(there).dropout(p); // (B, T, 2H)
        return new Encoded(hidden, switch (config.pooling()) {
            case LAST -> ends(hidden, lengths);
            case MEAN -> hidden.sum(1, false).dividedBy(there.sum(1, false));
            case MAX -> hidden.plus(there.plus(-1).times(1e9)).max(1, false); // padding far below everything
        });
    }

    /** (B, T, 1): 1 for a token, 0 for padding. */
    private static Tensor there(int[] lengths, int longest) {
        var values = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            Arrays.fill(values, b * longest, b * longest + lengths[b], 1);
        }
        return Tensor.of(values, lengths.length, longest, 1);
    }

    /** Forward's half of the last token's state beside backward's half of the first's: (B, T, 2·H) → (B, 2·H). */
    private Tensor ends(Tensor hidden, int[] lengths) {
        long units = config.units();
        var last = Arrays.stream(lengths).map(length -> length - 1).toArray();
        var index = Tensor.ofIds(last, lengths.length, 1, 1).expand(lengths.length, 1, units);
        var ahead = hidden.narrow(2, 0, units).gather(1, index).squeeze(1);
        return Tensor.cat(List.of(ahead, hidden.narrow(2, units, units).select(1, 0)), 1);
    }
}
