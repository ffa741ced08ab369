package org.lyceum.models;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.EncoderDecoderConfig.Sharing;
import org.lyceum.models.layers.Attention;
import org.lyceum.models.layers.CrossAttention;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.models.layers.KeyValueCache.KeyValues;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.LinearCrossEntropy;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.models.layers.Residual;
import org.lyceum.models.layers.SinusoidalPositions;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * The transformer as it was published (Vaswani et al. 2017, figure 1): an encoder that reads a sequence, a decoder that writes another and
 * attends to what was read.
 *
 * <p>Shapes: B pairs of sequences, S tokens read, T tokens written, W wide, V tokens in the vocabulary of both sides.
 */
public final class EncoderDecoder {
    private final EncoderDecoderConfig config;
    private final List<Parameter> parameters;
    private final Tensor sourceEmbedding;
    private final Tensor targetEmbedding;
    private final Tensor headWeight;
    private final Linear head;
    private final Tensor sinusoids;
    private final List<Reading> encoder = new ArrayList<>();
    private final List<Writing> decoder = new ArrayList<>();
    private final @Nullable Norm encoderNorm;
    private final @Nullable Norm decoderNorm;
    private final DType matmulType;

    /** A block that reads: every token attends to every other. */
    private record Reading(Attention attention, Residual aroundAttention, FeedForward feedForward, Residual aroundFeedForward) {
        Tensor forward(Tensor x, Tensor mask, boolean training) {
            var mixed = aroundAttention.around(x, training, in -> attention.forward(in, mask, null));
            return aroundFeedForward.around(mixed, training, feedForward::forward);
        }
    }

    /** A block that writes: a token attends to those before it, then to all that was read. */
    private record Writing(Attention attention, Residual aroundAttention, CrossAttention cross, Residual aroundCross,
            FeedForward feedForward, Residual aroundFeedForward) {
    }

    /**
     * What was read.
     *
     * @param hidden (B, S, W)
     * @param mask (B, 1, 1, S): 0 for a token, −∞ for padding
     */
    public record Source(Tensor hidden, Tensor mask) {
    }

    /**
     * What was read as each block of the decoder attends to it, for writing token by token.
     *
     * @param layers keys and values (B, H, S, D) by block
     * @param mask as in {@link Source}
     */
    public record Memory(List<KeyValues> layers, Tensor mask) {
    }

    /** A model of zeros on {@code Torch.device()} that can be trained, matrix products in {@code matmulType} from f32 masters. */
    public EncoderDecoder(EncoderDecoderConfig config, DType matmulType) {
        this(config, new Parameters(matmulType));
    }

    /** The same for inference alone: no gradients, and the matrices held in {@code matmulType}. */
    public static EncoderDecoder forInference(EncoderDecoderConfig config, DType matmulType) {
        return new EncoderDecoder(config, Parameters.held(matmulType));
    }

    private EncoderDecoder(EncoderDecoderConfig c, Parameters root) {
        config = c;
        matmulType = root.matmulType();
        var rows = List.of((long) c.vocabularySize());
        var embedding = root.in(c.sharing() == Sharing.ALL ? "embedding" : "target_embedding");
        targetEmbedding = c.sharing() == Sharing.NONE
                ? embedding.add("weight", Parameter.Role.EMBEDDING, c.vocabularySize(), c.width())
                : embedding.matrix("weight", Parameter.Role.EMBEDDING, rows, c.width());
        sourceEmbedding = c.sharing() == Sharing.ALL
                ? targetEmbedding
                : root.in("source_embedding").add("weight", Parameter.Role.EMBEDDING, c.vocabularySize(), c.width());
        sinusoids = SinusoidalPositions.table(c.context(), c.width());
        var self = new Attention.Shape(c.width(), c.heads(), c.heads(), c.headWidth(), true, true, null, false,
                1 / Math.sqrt(c.headWidth()), c.context());
        for (int i = 0; i < c.encoderDepth(); i++) {
            var p = root.in("encoder").in(i);
            encoder.add(new Reading(new Attention(p.in("attention"), i, self, null), residual(p.in("attention_norm")),
                    new FeedForward(p.in("feed_forward"), c.activation(), c.width(), c.hiddenWidth(), true),
                    residual(p.in("feed_forward_norm"))));
        }
        encoderNorm = c.normFirst() ? new Norm(root.in("encoder_norm"), Norm.Kind.LAYER, c.width(), c.normEpsilon()) : null;
        for (int i = 0; i < c.decoderDepth(); i++) {
            var p = root.in("decoder").in(i);
            decoder.add(new Writing(new Attention(p.in("attention"), i, self, null), residual(p.in("attention_norm")),
                    new CrossAttention(p.in("cross"), i, c.width(), c.heads()), residual(p.in("cross_norm")),
                    new FeedForward(p.in("feed_forward"), c.activation(), c.width(), c.hiddenWidth(), true),
                    residual(p.in("feed_forward_norm"))));
        }
        decoderNorm = c.normFirst() ? new Norm(root.in("decoder_norm"), Norm.Kind.LAYER, c.width(), c.normEpsilon()) : null;
        headWeight = c.sharing() == Sharing.NONE ? root.in("head").matrix("weight", Parameter.Role.HEAD, rows, c.width()) : targetEmbedding;
        head = new Linear(headWeight, matmulType);
        parameters = root.all();
    }

    private Residual residual(Parameters parameters) {
        return new Residual(parameters, config.width(), config.normEpsilon(), config.normFirst(), config.dropout());
    }

    public EncoderDecoderConfig config() {
        return config;
    }

    /** Every parameter, in the order of the model. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Reads ids (B, S) i64.
     *
     * @param lengths the tokens of each sequence before padding begins, each at least 1
     */
    public Source read(Tensor ids, int[] lengths, Pass pass) {
        var mask = paddingMask(lengths, (int) ids.size(1));
        var x = embedded(ids, sourceEmbedding, 0, pass);
        for (var block : encoder) {
            x = pass.checkpointing() == null
                    ? block.forward(x, mask, pass.training())
                    : pass.checkpointing().segment(x, in -> block.forward(in, mask, pass.training()));
        }
        return new Source(encoderNorm == null ? x : encoderNorm.forward(x), mask);
    }

    /** ids (B, T) i64, each sequence from its first token on → the hidden states (B, T, W) that {@link #head} turns into logits. */
    public Tensor hidden(Tensor ids, Source source, Pass pass) {
        var x = embedded(ids, targetEmbedding, 0, pass);
        for (var block : decoder) {
            var mixed = block.aroundAttention().around(x, pass.training(), in -> block.attention().forward(in, null, null));
            var crossed = block.aroundCross().around(mixed, pass.training(),
                    in -> block.cross().forward(in, block.cross().read(source.hidden()), source.mask()));
            x = block.aroundFeedForward().around(crossed, pass.training(), block.feedForward()::forward);
        }
        return decoderNorm == null ? x : decoderNorm.forward(x);
    }

    /** What was read, as each block of the decoder attends to it. */
    public Memory memory(Source source) {
        return new Memory(decoder.stream().map(block -> block.cross().read(source.hidden())).toList(), source.mask());
    }

    /**
     * One more token of each of R continuations of each sentence: ids (B·R, 1) i64, a sentence's continuations side by side → hidden states
     * (B·R, 1, W).
     *
     * @param memory of the B sentences
     * @param cache the tokens before these, of B·R continuations; appended to
     */
    public Tensor next(Tensor ids, Memory memory, KeyValueCache cache) {
        long rows = ids.size(0);
        long sentences = memory.mask().size(0);
        long width = config.width();
        var x = embedded(ids, targetEmbedding, cache.length(), Pass.EVALUATION);
        for (int i = 0; i < decoder.size(); i++) {
            var block = decoder.get(i);
            var read = memory.layers().get(i);
            x = block.aroundAttention().around(x, false, in -> block.attention().forward(in, null, cache));
            x = block.aroundCross().around(x, false, in -> block.cross()
                    .forward(in.reshape(sentences, rows / sentences, width), read, memory.mask()).reshape(rows, 1, width));
            x = block.aroundFeedForward().around(x, false, block.feedForward()::forward);
        }
        return decoderNorm == null ? x : decoderNorm.forward(x);
    }

    /** Hidden states (…, W) → logits (…, V), f32. */
    public Tensor head(Tensor hidden) {
        return head.forward(hidden).to(DType.F32);
    }

    /**
     * The mean loss of hidden states (B, T, W) against targets (B·T) i64, negative ones ignored, smoothed by {@code smoothing} (see
     * {@link LinearCrossEntropy}).
     */
    public Tensor loss(Tensor hidden, Tensor targets, double smoothing) {
        return LinearCrossEntropy.loss(hidden.reshape(-1, config.width()), headWeight, targets, smoothing, matmulType);
    }

    /** Token vectors times √W (section 3.4) plus positions from {@code offset} on (section 3.5): (B, T) → (B, T, W), f32. */
    private Tensor embedded(Tensor ids, Tensor table, int offset, Pass pass) {
        var tokens = ids.embedding(table).to(DType.F32).times(Math.sqrt(config.width()));
        return tokens.plus(sinusoids.narrow(0, offset, ids.size(1))).dropout(pass.training() ? config.dropout() : 0);
    }

    private static Tensor paddingMask(int[] lengths, int longest) {
        var values = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            for (int t = lengths[b]; t < longest; t++) {
                values[b * longest + t] = Float.NEGATIVE_INFINITY;
            }
        }
        return Tensor.of(values, lengths.length, 1, 1, longest);
    }
}
