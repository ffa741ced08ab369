package org.lyceum.models;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.Attention;
import org.lyceum.models.layers.Block;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.models.layers.LinearBiases;
import org.lyceum.models.layers.Linear;
import org.lyceum.models.layers.LinearCrossEntropy;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Parameters;
import org.lyceum.models.layers.ProductAttention;
import org.lyceum.models.layers.RotaryPositions;
import org.lyceum.models.layers.SinusoidalPositions;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * A decoder-only transformer: token ids → embedding → blocks → norm → head → logits of the next token. One class covers the GPT-2 and Llama
 * families; {@link DecoderConfig} says which choices.
 *
 * <p>Shapes: B sequences of T tokens, W wide, V tokens in the vocabulary.
 */
public final class Decoder {
    private final DecoderConfig config;
    private final List<Parameter> parameters;
    private final Tensor embedding;
    private final @Nullable Tensor learnedPositions;
    private final @Nullable Tensor sinusoids;
    private final @Nullable LinearBiases linearBiases;
    private final @Nullable Tensor causalMask;
    private final List<Block> blocks = new ArrayList<>();
    private final Norm norm;
    private final Tensor headWeight;
    private final Linear head;
    private final DType matmulType;

    /**
     * A model of zeros on {@code Torch.device()} that can be trained, matrix products in {@code matmulType} from f32 masters;
     * {@link Initialisation} or a checkpoint gives it its weights.
     */
    public Decoder(DecoderConfig config, DType matmulType) {
        this(config, new Parameters(matmulType));
    }

    /**
     * The same for inference alone: no gradients, and the matrices held in {@code matmulType}, which for bf16 halves the memory and spares
     * rounding them anew in each pass. The logits are those of the other, bit for bit, but for an embedding that is also the head: held in
     * bf16, it gives rounded token vectors too.
     */
    public static Decoder forInference(DecoderConfig config, DType matmulType) {
        return new Decoder(config, Parameters.held(matmulType));
    }

    private Decoder(DecoderConfig config, Parameters root) {
        this.config = config;
        matmulType = root.matmulType();
        var rows = List.of((long) config.vocabularySize());
        embedding = config.tiedEmbeddings()
                ? root.in("embedding").matrix("weight", Parameter.Role.EMBEDDING, rows, config.width())
                : root.in("embedding").add("weight", Parameter.Role.EMBEDDING, config.vocabularySize(), config.width());
        learnedPositions = config.positions() == Positions.LEARNED
                ? root.in("positions").add("weight", Parameter.Role.POSITION, config.context(), config.width())
                : null;
        sinusoids = config.positions() == Positions.SINUSOIDAL ? SinusoidalPositions.table(config.context(), config.width()) : null;
        linearBiases = config.positions() == Positions.ALIBI ? new LinearBiases(config.heads()) : null;
        causalMask = matmulType == DType.BF16 && Torch.device() == Device.CPU && config.context() <= ProductAttention.LONGEST
                ? causalMask(config.context(), 0).to(DType.BF16)
                : null;
        var rotary = config.positions() == Positions.ROPE
                ? new RotaryPositions(config.context(), config.headWidth(), config.rope())
                : null;
        for (int i = 0; i < config.depth(); i++) {
            var p = root.in("blocks").in(i);
            blocks.add(new Block(
                    new Norm(p.in("attention_norm"), config.norm(), config.width(), config.normEpsilon()),
                    new Attention(p.in("attention"), i, config.width(), config.heads(), config.keyValueHeads(), config.headWidth(),
                            config.biases() == DecoderConfig.Biases.ALL,
                            config.qkNorm() == DecoderConfig.QkNorm.HEAD ? config.normEpsilon() : null, rotary),
                    new Norm(p.in("feed_forward_norm"), config.norm(), config.width(), config.normEpsilon()),
                    new FeedForward(p.in("feed_forward"), config.activation(), config.width(), config.hiddenWidth(),
                            config.biases() == DecoderConfig.Biases.ALL),
                    config.dropout()));
        }
        norm = new Norm(root.in("norm"), config.norm(), config.width(), config.normEpsilon());
        headWeight = config.tiedEmbeddings()
                ? embedding
                : root.in("head").matrix("weight", Parameter.Role.HEAD, rows, config.width());
        head = new Linear(headWeight, matmulType);
        parameters = root.all();
    }

    public DecoderConfig config() {
        return config;
    }

    /** Every parameter, in the order of the model. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** ids (B, T) i64 → logits (B, T, V), f32. */
    public Tensor logits(Tensor ids) {
        return head(hidden(ids, null, Pass.EVALUATION));
    }

    /** Hidden states (B, T, W) → logits (B, T, V), f32. */
    public Tensor head(Tensor hidden) {
        return head.forward(hidden).to(DType.F32);
    }

    /**
     * The mean next-token loss of hidden states (B, T, W) against targets (B·T) i64, negative ones ignored: what
     * {@code head(hidden).reshape(B·T, V).crossEntropy(targets)} gives, without the logits in memory.
     */
    public Tensor loss(Tensor hidden, Tensor targets) {
        return LinearCrossEntropy.loss(hidden.reshape(-1, config.width()), headWeight, targets, matmulType);
    }

    /**
     * ids (B, T) i64 → normalised hidden states (B, T, W) that {@link #head} turns into logits.
     *
     * @param cache the positions before these, appended to; null when ids start the sequence
     */
    public Tensor hidden(Tensor ids, @Nullable KeyValueCache cache, Pass pass) {
        int length = (int) ids.size(1);
        int offset = cache == null ? 0 : cache.length();
        var x = ids.embedding(embedding).to(DType.F32); // (B, T, W)
        var added = learnedPositions != null ? learnedPositions : sinusoids;
        if (added != null) {
            x = x.plus(added.narrow(0, offset, length));
        }
        x = x.dropout(pass.training() ? config.dropout() : 0);
        boolean whole = cache == null || offset == 0 && length > 1; // nothing before these, and more than one
        var mask = whole && causalMask != null ? productMask(length) : mask(length, offset);
        for (var block : blocks) {
            x = pass.checkpointing() == null
                    ? block.forward(x, mask, cache, pass.training())
                    : pass.checkpointing().segment(x, in -> block.forward(in, mask, null, pass.training()));
        }
        return norm.forward(x);
    }

    /** The whole mask for {@link ProductAttention}: (T, T), or (1, H, T, T) for ALiBi, bf16. */
    private Tensor productMask(int length) {
        return linearBiases != null
                ? linearBiases.mask(length, 0).to(DType.BF16)
                : requireNonNull(causalMask).narrow(0, 0, length).narrow(1, 0, length);
    }

    /** f32, for what plain causal attention does not cover: ALiBi, and several new tokens behind a cache. Null where it does. */
    private @Nullable Tensor mask(int length, int offset) {
        if (linearBiases != null) {
            return linearBiases.mask(length, offset);
        }
        if (offset == 0 || length == 1) {
            return null;
        }
        return causalMask(length, offset);
    }

    /** 0 where query t of {@code length} sees key s ≤ offset + t, −∞ elsewhere: (T, S). */
    private static Tensor causalMask(int length, int offset) {
        var values = new float[length * (offset + length)];
        for (int t = 0; t < length; t++) {
            for (int s = offset + t + 1; s < offset + length; s++) {
                values[t * (offset + length) + s] = Float.NEGATIVE_INFINITY;
            }
        }
        return Tensor.of(values, length, offset + length);
    }
}
