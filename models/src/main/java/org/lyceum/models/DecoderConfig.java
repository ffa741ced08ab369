package org.lyceum.models;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.models.layers.Rope;

/**
 * The shape of a decoder-only transformer. {@link #gpt2} and {@link #llama} give one to start from, and {@link #with} a copy in which some
 * choices are others.
 *
 * @param vocabularySize tokens V
 * @param context the longest sequence T, in tokens
 * @param width the residual stream W
 * @param depth blocks L
 * @param heads query heads H
 * @param keyValueHeads key–value heads K, a divisor of H; K = H is plain multi-head attention
 * @param headWidth D, the width of one head; usually W / H
 * @param hiddenWidth F, the width inside the feed-forward network; usually 4·W, or about 8/3·W where it is gated
 * @param norm layer normalisation or RMS normalisation
 * @param normEpsilon ε of every normalisation
 * @param normPlacement whether attention and feed-forward network are normalised before, after or both
 * @param positions how the model knows where a token stands
 * @param rope how fast queries and keys turn, in layers that see everything before; only for {@code ROPE}
 * @param window what sliding layers see; null where every layer sees everything before
 * @param activation of the feed-forward network, and whether it is gated
 * @param biases which linear layers have offsets
 * @param qkNorm whether queries and keys are RMS-normalised before they meet
 * @param attentionScale what scores are multiplied with before the softmax; null for 1/√D
 * @param embeddingScale what token vectors are multiplied with, as they are read and not in the head; 1 for nothing
 * @param tiedEmbeddings whether the head shares the token embedding's matrix
 * @param dropout probability, 0 for none
 */
public record DecoderConfig(int vocabularySize, int context, int width, int depth, int heads, int keyValueHeads, int headWidth,
        int hiddenWidth, Norm.Kind norm, double normEpsilon, NormPlacement normPlacement, Positions positions, Rope rope,
        @Nullable Window window, FeedForward.Kind activation, Biases biases, QkNorm qkNorm, @Nullable Double attentionScale,
        double embeddingScale, boolean tiedEmbeddings, double dropout) implements CausalConfig {

    /** How a model knows where a token stands. */
    public enum Positions {
        /** It does not, but for the causal mask (Haviv et al. 2022). */
        NONE,
        /** A trained vector for each position, added to the token's (Radford et al. 2018). */
        LEARNED,
        /** Sines and cosines added to the token's vector (Vaswani et al. 2017, section 3.5). */
        SINUSOIDAL,
        /** Queries and keys turned by their position (Su et al. 2021). */
        ROPE,
        /** A penalty on distance in the attention scores (Press, Smith and Lewis 2022). */
        ALIBI
    }

    /** Where the normalisations of a block stand; after the last block there is always one. */
    public enum NormPlacement {
        /** x + f(norm x), as in GPT-2 and Llama (Xiong et al. 2020, figure 1b). */
        PRE,
        /** x + norm(f(x)), as in OLMo-2 (OLMo Team 2024, section 3.2). */
        POST,
        /** x + norm(f(norm x)), as in Gemma 2 and 3 (Gemma Team 2024, section 2). */
        BOTH
    }

    /** Which linear layers have offsets. The head has none. */
    public enum Biases {
        NONE,
        /** Those that make queries, keys and values, as in Qwen2. */
        QKV, ALL
    }

    /** Whether and over what queries and keys are RMS-normalised before they meet (Henry et al. 2020, section 2). */
    public enum QkNorm {
        NONE,
        /** Over each head, as in Qwen3 and Gemma 3. */
        HEAD,
        /** Over all heads at once, as in OLMo-2. */
        FULL
    }

    /**
     * Layers that see only what is near (Beltagy et al. 2020, section 3.1).
     *
     * @param length keys that a query sees, its own position included: key s ≤ t of query t where t − s &lt; length
     * @param globalEvery every n-th layer, beginning with the n-th, sees everything all the same; 0 where none does
     * @param rope how fast queries and keys turn in the sliding layers
     */
    public record Window(int length, int globalEvery, Rope rope) {
    }

    /** Throws {@link UserError} with the first thing that cannot be. */
    public DecoderConfig {
        positive("vocabulary_size", vocabularySize);
        positive("context", context);
        positive("width", width);
        positive("depth", depth);
        positive("heads", heads);
        positive("key_value_heads", keyValueHeads);
        positive("head_width", headWidth);
        positive("hidden_width", hiddenWidth);
        if (heads % keyValueHeads != 0) {
            throw UserError.usage(
                    "model.heads=" + heads + " must be a multiple of model.key_value_heads=" + keyValueHeads + "; try key_value_heads="
                            + divisorBelow(heads, keyValueHeads) + ".");
        }
        if (positions == Positions.ROPE && headWidth % 2 != 0) {
            throw UserError.usage("Rotary positions turn pairs of dimensions, so model.head_width=" + headWidth + " must be even.");
        }
        long tableWidth = positions == Positions.ROPE ? headWidth : positions == Positions.SINUSOIDAL ? width : 0;
        if (tableWidth * context > Integer.MAX_VALUE) {
            throw UserError
                    .usage("model.context=" + context + " is too long for a table of " + positions.name().toLowerCase(Locale.ROOT)
                            + " positions; at this width at most "
                            + Integer.MAX_VALUE / tableWidth + ".");
        }
        if (window != null) {
            positive("window.length", window.length());
            if (window.globalEvery() < 0) {
                throw UserError.usage("model.window.global_every=" + window.globalEvery() + " must be at least 0.");
            }
        }
        if (attentionScale != null && !(attentionScale > 0 && attentionScale < Double.POSITIVE_INFINITY)) {
            throw UserError.usage("model.attention_scale=" + attentionScale + " must be above 0.");
        }
        if (!(embeddingScale > 0 && embeddingScale < Double.POSITIVE_INFINITY)) {
            throw UserError.usage("model.embedding_scale=" + embeddingScale + " must be above 0.");
        }
        if (!(normEpsilon > 0)) {
            throw UserError.usage("model.norm_epsilon=" + normEpsilon + " must be above 0.");
        }
        if (!(dropout >= 0 && dropout < 1)) { // NaN too
            throw UserError.usage("model.dropout=" + dropout + " must be at least 0 and below 1.");
        }
    }

    /** The GPT-2 family: layer norm, learned positions, GELU, biases, tied embeddings. */
    public static DecoderConfig gpt2(int vocabularySize, int context, int width, int depth, int heads) {
        return new DecoderConfig(vocabularySize, context, width, depth, heads, heads, headWidth(width, heads), 4 * width, Norm.Kind.LAYER,
                1e-5, NormPlacement.PRE, Positions.LEARNED, Rope.of(10_000), null, FeedForward.Kind.GELU, Biases.ALL, QkNorm.NONE, null, 1,
                true, 0);
    }

    /** The Llama family: RMS norm, rotary positions, SwiGLU, grouped queries, no biases. */
    public static DecoderConfig llama(int vocabularySize, int context, int width, int depth, int heads, int keyValueHeads) {
        return new DecoderConfig(vocabularySize, context, width, depth, heads, keyValueHeads, headWidth(width, heads), swigluWidth(width),
                Norm.Kind.RMS, 1e-5, NormPlacement.PRE, Positions.ROPE, Rope.of(10_000), null, FeedForward.Kind.SWIGLU, Biases.NONE,
                QkNorm.NONE, null, 1, true, 0);
    }

    /** A copy in which {@code change} sets some components, as in {@code config.with(c -> c.dropout = 0.1)}. */
    public DecoderConfig with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.build();
    }

    /** The components of a configuration, each to be set; see {@link #with}. */
    public static final class Draft {
        public int vocabularySize;
        public int context;
        public int width;
        public int depth;
        public int heads;
        public int keyValueHeads;
        public int headWidth;
        public int hiddenWidth;
        public Norm.Kind norm;
        public double normEpsilon;
        public NormPlacement normPlacement;
        public Positions positions;
        public Rope rope;
        public @Nullable Window window;
        public FeedForward.Kind activation;
        public Biases biases;
        public QkNorm qkNorm;
        public @Nullable Double attentionScale;
        public double embeddingScale;
        public boolean tiedEmbeddings;
        public double dropout;

        private Draft(DecoderConfig c) {
            vocabularySize = c.vocabularySize;
            context = c.context;
            width = c.width;
            depth = c.depth;
            heads = c.heads;
            keyValueHeads = c.keyValueHeads;
            headWidth = c.headWidth;
            hiddenWidth = c.hiddenWidth;
            norm = c.norm;
            normEpsilon = c.normEpsilon;
            normPlacement = c.normPlacement;
            positions = c.positions;
            rope = c.rope;
            window = c.window;
            activation = c.activation;
            biases = c.biases;
            qkNorm = c.qkNorm;
            attentionScale = c.attentionScale;
            embeddingScale = c.embeddingScale;
            tiedEmbeddings = c.tiedEmbeddings;
            dropout = c.dropout;
        }

        private DecoderConfig build() {
            return new DecoderConfig(vocabularySize, context, width, depth, heads, keyValueHeads, headWidth, hiddenWidth, norm, normEpsilon,
                    normPlacement, positions, rope, window, activation, biases, qkNorm, attentionScale, embeddingScale, tiedEmbeddings,
                    dropout);
        }
    }

    /** Whether the layer, counted from 0, sees only what is near. */
    public boolean slides(int layer) {
        return window != null && (window.globalEvery() == 0 || (layer + 1) % window.globalEvery() != 0);
    }

    /** How fast queries and keys of the layer turn. */
    public Rope rope(int layer) {
        return window != null && slides(layer) ? window.rope() : rope;
    }

    /** How many positions, its own included, a query of the layer sees at most. */
    public int reach(int layer) {
        return window != null && slides(layer) ? Math.min(window.length(), context) : context;
    }

    /** What scores are multiplied with before the softmax. */
    public double scoreScale() {
        return attentionScale != null ? attentionScale : 1 / Math.sqrt(headWidth);
    }

    /** W / H. Throws {@link UserError} when the heads do not divide the width. */
    public static int headWidth(int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw UserError.usage(
                    "model.heads=" + heads + " does not divide model.width=" + width + "; try heads=" + divisorBelow(width, heads) + ".");
        }
        return width / heads;
    }

    /** 8/3·W rounded up to a multiple of 32, which keeps the parameters of 4·W with GELU (Shazeer 2020, section 3). */
    public static int swigluWidth(int width) {
        return (8 * width / 3 + 31) / 32 * 32;
    }

    @Override
    public long parameterCount() {
        // In f64, which counts exactly to 2^53 and does not wrap around where a damaged configuration asks for more.
        double attention = (double) width * (heads + 2.0 * keyValueHeads) * headWidth + (double) heads * headWidth * width;
        double matrices = activation.gated() ? 3 : 2;
        double feedForward = matrices * width * hiddenWidth;
        double qkvBiases = (heads + 2.0 * keyValueHeads) * headWidth;
        double offsets = switch (biases) {
            case NONE -> 0;
            case QKV -> qkvBiases;
            case ALL -> qkvBiases + 2.0 * width + (matrices - 1) * hiddenWidth;
        };
        double norms = (norm == Norm.Kind.LAYER ? 2.0 : 1.0) * width;
        double qkNorms = switch (qkNorm) {
            case NONE -> 0;
            case HEAD -> 2.0 * headWidth;
            case FULL -> ((double) heads + keyValueHeads) * headWidth;
        };
        double perBlock = attention + feedForward + offsets + (normPlacement == NormPlacement.BOTH ? 4 : 2) * norms + qkNorms;
        double tables = (tiedEmbeddings ? 1.0 : 2.0) * vocabularySize * width
                + (positions == Positions.LEARNED ? (double) context * width : 0);
        return (long) (perBlock * depth + norms + tables);
    }

    /**
     * Floating-point operations that a forward and backward pass need for one token: 6 for each weight in a matrix product, the head's
     * included and the embedding tables' not, and 12·L·H·D·T for attention (Chowdhery et al. 2022, appendix B), where T is the reach of a
     * layer.
     */
    @Override
    public double trainingFlopsPerToken() {
        double table = (positions == Positions.LEARNED ? (double) context * width : 0)
                + (tiedEmbeddings ? 0 : (double) vocabularySize * width);
        double reaches = 0; // summed over the layers
        for (int layer = 0; window != null && layer < depth; layer++) {
            reaches += reach(layer);
        }
        return 6 * (parameterCount() - table) + 12.0 * heads * headWidth * (window == null ? (double) depth * context : reaches);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw UserError.usage("model." + key + "=" + value + " must be at least 1.");
        }
    }

    private static int divisorBelow(int number, int wanted) {
        int d = Math.max(1, Math.min(wanted, number));
        while (number % d != 0) {
            d--;
        }
        return d;
    }
}
