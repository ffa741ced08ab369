package org.lyceum.models;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig.Biases;
import org.lyceum.models.DecoderConfig.NormPlacement;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.layers.Attention;
import org.lyceum.models.layers.Block;
import org.lyceum.models.layers.Block.Branch;
import org.lyceum.models.layers.Branches;
import org.lyceum.models.layers.CausalMask;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.HiddenProbe;
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
 * A decoder-only transformer: token ids → embedding → blocks → norm → head → logits of the next token. One class covers GPT-2, Llama,
 * Qwen, Gemma, OLMo and Mistral; {@link DecoderConfig} says which choices.
 *
 * <p>Shapes: B sequences of T tokens, W wide, V tokens in the vocabulary.
 */
public final class Decoder implements CausalModel {
    private final DecoderConfig config;
    private final List<Parameter> parameters;
    private final Tensor embedding;
    private final @Nullable Tensor learnedPositions;
    private final @Nullable Tensor sinusoids;
    private final @Nullable LinearBiases linearBiases;
    private final @Nullable Tensor causalMask;
    private final @Nullable Tensor windowMask;
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
        var window = config.window();
        boolean productMasks = matmulType == DType.BF16 && Torch.device() == Device.CPU && config.context() <= ProductAttention.LONGEST;
        causalMask = productMasks ? CausalMask.of(config.context(), 0, config.context()).to(DType.BF16) : null;
        windowMask = productMasks && window != null ? CausalMask.of(config.context(), 0, window.length()).to(DType.BF16) : null;
        boolean rotates = config.positions() == Positions.ROPE;
        var rotary = rotates ? new RotaryPositions(config.context(), config.headWidth(), config.rope()) : null;
        var windowRotary = rotates && window != null ? new RotaryPositions(config.context(), config.headWidth(), window.rope()) : null;
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(block(root.in("blocks").in(i), config, i, config.slides(i) ? windowRotary : rotary));
        }
        norm = new Norm(root.in("norm"), config.norm(), config.width(), config.normEpsilon());
        headWeight = config.tiedEmbeddings()
                ? embedding
                : root.in("head").matrix("weight", Parameter.Role.HEAD, rows, config.width());
        head = new Linear(headWeight, matmulType);
        parameters = root.all();
    }

    private static Block block(Parameters p, DecoderConfig c, int layer, @Nullable RotaryPositions rotary) {
        boolean before = c.normPlacement() != NormPlacement.POST;
        boolean after = c.normPlacement() != NormPlacement.PRE;
        var shape = new Attention.Shape(c.width(), c.heads(), c.keyValueHeads(), c.headWidth(), c.biases() != Biases.NONE,
                c.biases() == Biases.ALL, c.qkNorm() == QkNorm.NONE ? null : c.normEpsilon(), c.qkNorm() == QkNorm.FULL, c.scoreScale(),
                c.reach(layer));
        return new Block(
                new Branch<>(norm(p, "attention_norm", c, before), new Attention(p.in("attention"), layer, shape, rotary),
                        norm(p, "attention_post_norm", c, after)),
                new Branch<>(norm(p, "feed_forward_norm", c, before),
                        new FeedForward(p.in("feed_forward"), c.activation(), c.width(), c.hiddenWidth(), c.biases() == Biases.ALL),
                        norm(p, "feed_forward_post_norm", c, after)),
                c.dropout());
    }

    private static @Nullable Norm norm(Parameters p, String name, DecoderConfig c, boolean there) {
        return there ? new Norm(p.in(name), c.norm(), c.width(), c.normEpsilon()) : null;
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    /** ids (B, T) i64 → logits (B, T, V), f32. */
    public Tensor logits(Tensor ids) {
        return head(hidden(ids, null, Pass.EVALUATION));
    }

    @Override
    public Tensor head(Tensor hidden) {
        return head.forward(hidden).to(DType.F32);
    }

    /**
     * The mean next-token loss of hidden states (B, T, W) against targets (B·T) i64, negative ones ignored: what
     * {@code head(hidden).reshape(B·T, V).crossEntropy(targets)} gives, without the logits in memory.
     */
    @Override
    public Tensor loss(Tensor hidden, Tensor targets) {
        return LinearCrossEntropy.loss(hidden.reshape(-1, config.width()), headWeight, targets, matmulType);
    }

    @Override
    public Tensor hidden(Tensor ids, Pass pass) {
        return hidden(ids, null, pass);
    }

    /**
     * ids (B, T) i64 → normalised hidden states (B, T, W) that {@link #head} turns into logits.
     *
     * @param cache the positions before these, appended to; null when ids start the sequence
     */
    public Tensor hidden(Tensor ids, @Nullable KeyValueCache cache, Pass pass) {
        int length = (int) ids.size(1);
        int offset = cache == null ? 0 : cache.length();
        var x = embedded(ids); // (B, T, W)
        var added = addedPositions();
        if (added != null) {
            x = x.plus(added.narrow(0, offset, length));
        }
        x = x.dropout(pass.training() ? config.dropout() : 0);
        var everything = mask(length, offset, config.context(), causalMask);
        var window = config.window();
        // While the window holds all there is, sliding layers see what the others see.
        var near = window == null || offset + length <= window.length()
                ? everything
                : mask(length, offset, window.length(), windowMask);
        for (int i = 0; i < blocks.size(); i++) {
            HiddenProbe.show(i, x);
            var block = blocks.get(i);
            var mask = config.slides(i) ? near : everything;
            x = pass.checkpointing() == null
                    ? block.forward(x, mask, cache, pass.training())
                    : pass.checkpointing().segment(x, in -> block.forward(in, mask, null, pass.training()));
        }
        var normed = norm.forward(x);
        HiddenProbe.show(blocks.size(), normed);
        return normed;
    }

    /**
     * One of several texts that are computed together.
     *
     * @param branches how its new tokens follow each other
     * @param cache the positions before these, as many as the branches say, which is given them, of use to later tokens only where there is
     *     one branch at most; null where there are none
     */
    public record Text(Branches branches, @Nullable KeyValueCache cache) {
        public Text {
            if ((cache == null ? 0 : cache.length()) != branches.offset()) {
                throw new IllegalArgumentException("behind " + (cache == null ? 0 : cache.length()) + " tokens, not as in " + branches);
            }
        }
    }

    /**
     * The same for several texts, one behind the other: ids (1, T) i64 → (1, T, W). What is linear is computed for all tokens at once, and
     * each attends to its own text (packing without padding: Krell et al. 2021, "Efficient Sequence Packing without Cross-contamination",
     * section 3.2). The last bits of a text's numbers may depend on the others.
     */
    public Tensor hidden(Tensor ids, List<Text> texts) {
        int size = texts.stream().mapToInt(text -> text.branches().size()).sum();
        if (ids.size(1) != size) {
            throw new IllegalArgumentException(ids.size(1) + " tokens, but " + size + " in " + texts);
        }
        var positions = Tensor.cat(texts.stream().map(text -> text.branches().positions()).toList(), 0);
        var x = embedded(ids);
        var added = addedPositions();
        if (added != null) {
            x = x.plus(positions.embedding(added));
        }
        var everything = spans(texts, config.context());
        var window = config.window();
        var near = window == null ? everything : spans(texts, window.length());
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forwardEach(x, positions, config.slides(i) ? near : everything);
        }
        return norm.forward(x);
    }

    private List<Attention.Span> spans(List<Text> texts, int reach) {
        return texts.stream().map(text -> new Attention.Span(text.branches().size(), mask(text.branches(), reach), text.cache())).toList();
    }

    private @Nullable Tensor mask(Branches branches, int reach) {
        if (linearBiases != null) {
            return branches.mask(reach, linearBiases);
        }
        boolean plain = branches.one() && (branches.size() == 1 || branches.offset() == 0 && branches.size() <= reach);
        return plain ? null : branches.mask(reach);
    }

    private Tensor embedded(Tensor ids) {
        var x = ids.embedding(embedding).to(DType.F32);
        return config.embeddingScale() == 1 ? x : x.times(config.embeddingScale());
    }

    private @Nullable Tensor addedPositions() {
        return learnedPositions != null ? learnedPositions : sinusoids;
    }

    /**
     * The mask of {@code length} queries behind {@code offset} positions: bf16 for {@link ProductAttention}, f32 for what plain causal
     * attention does not cover, null where it does.
     *
     * @param whole that of a whole context, bf16; null where attention is not by products
     */
    private @Nullable Tensor mask(int length, int offset, int reach, @Nullable Tensor whole) {
        boolean slides = reach < offset + length;
        if (whole != null && offset == 0 && length > 1) {
            var seen = whole.narrow(0, 0, length).narrow(1, 0, length);
            if (linearBiases == null) {
                return seen;
            }
            var biases = linearBiases.mask(length, 0).to(DType.BF16);
            return slides ? biases.plus(seen) : biases;
        }
        if (linearBiases != null) {
            var biases = linearBiases.mask(length, offset);
            if (!slides) {
                return biases;
            }
            var near = CausalMask.of(length, offset, reach);
            return biases.narrow(3, biases.size(3) - near.size(1), near.size(1)).plus(near);
        }
        return length == 1 || offset == 0 && !slides ? null : CausalMask.of(length, offset, reach);
    }
}
