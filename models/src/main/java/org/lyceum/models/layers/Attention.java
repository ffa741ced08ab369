package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Causal multi-head self-attention (Vaswani et al. 2017, section 3.2), with grouped queries (Ainslie et al. 2023): H query heads share K
 * key–value heads. Optionally queries and keys are RMS-normalised before they meet (QK-norm, Henry et al. 2020, section 2), and a layer sees
 * only what is near (Beltagy et al. 2020, section 3.1).
 */
public final class Attention {
    /**
     * Its choices.
     *
     * @param width W
     * @param heads query heads H
     * @param keyValueHeads key–value heads K
     * @param headWidth D
     * @param qkvBias whether queries, keys and values have offsets
     * @param outputBias whether what comes out has one
     * @param qkNormEpsilon ε of the normalisation of queries and keys; null for none
     * @param qkNormWhole whether that is over all heads at once, and not over each
     * @param scale what scores are multiplied with before the softmax
     * @param reach how many keys a query sees at most, its own position's included; the context where it sees all
     */
    public record Shape(int width, int heads, int keyValueHeads, int headWidth, boolean qkvBias, boolean outputBias,
            @Nullable Double qkNormEpsilon, boolean qkNormWhole, double scale, int reach) {
    }

    private final int layer;
    private final int heads;
    private final int keyValueHeads;
    private final int headWidth;
    private final double scale;
    private final int reach;
    private final boolean normWhole;
    private final Linear qkv;
    private final Linear output;
    private final @Nullable Norm queryNorm;
    private final @Nullable Norm keyNorm;
    private final @Nullable RotaryPositions rotary;

    /**
     * Registers qkv ((H + 2K)·D, W), output (W, H·D) and, where they are normalised, a gain each for queries and keys: (D), or over all
     * heads (H·D) and (K·D).
     */
    public Attention(Parameters parameters, int layer, Shape shape, @Nullable RotaryPositions rotary) {
        this.layer = layer;
        this.heads = shape.heads();
        this.keyValueHeads = shape.keyValueHeads();
        this.headWidth = shape.headWidth();
        this.scale = shape.scale();
        this.reach = shape.reach();
        this.rotary = rotary;
        long queryRows = (long) heads * headWidth;
        long keyRows = (long) keyValueHeads * headWidth;
        qkv = new Linear(parameters.in("qkv"), Parameter.Role.MATRIX, shape.width(), List.of(queryRows, keyRows, keyRows),
                shape.qkvBias());
        output = new Linear(parameters.in("output"), Parameter.Role.RESIDUAL_MATRIX, queryRows, shape.width(), shape.outputBias());
        normWhole = shape.qkNormWhole();
        var epsilon = shape.qkNormEpsilon();
        queryNorm = epsilon == null
                ? null
                : new Norm(parameters.in("query_norm"), Norm.Kind.RMS, normWhole ? queryRows : headWidth, epsilon);
        keyNorm = epsilon == null ? null : new Norm(parameters.in("key_norm"), Norm.Kind.RMS, normWhole ? keyRows : headWidth, epsilon);
    }

    /**
     * x (B, T, W) → (B, T, W), the positions of x following those in the cache.
     *
     * @param mask added to the scores, as {@link CausalMask} makes it: null for plain causal attention; bf16, and nothing in the cache yet,
     *     to attend by {@link ProductAttention}
     */
    public Tensor forward(Tensor x, @Nullable Tensor mask, @Nullable KeyValueCache cache) {
        return forward(x, mask, cache, null);
    }

    /**
     * The same where the positions of x do not all follow each other.
     *
     * @param positions (T) i64, none before what the cache holds; null where they follow it one by one
     */
    public Tensor forward(Tensor x, @Nullable Tensor mask, @Nullable KeyValueCache cache, @Nullable Tensor positions) {
        long batch = x.size(0);
        long length = x.size(1);
        int offset = cache == null ? 0 : cache.length();
        long queryRows = (long) heads * headWidth;
        long keyRows = (long) keyValueHeads * headWidth;
        // libtorch's fused attention is slower in bf16 than in f32 on the CPU (docs/architecture.md): attend in f32, or by products.
        var productMask = mask != null && mask.dtype() == DType.BF16 ? mask : null;
        var stacked = qkv.forward(x);
        var parts = (productMask != null ? stacked : stacked.to(DType.F32)).split(2, queryRows, keyRows, keyRows); // (B, T, H·D), twice (B, T, K·D)
        var q = heads(parts.get(0), heads, queryNorm);
        var k = heads(parts.get(1), keyValueHeads, keyNorm);
        var v = heads(parts.get(2), keyValueHeads, null).transpose(1, 2);
        if (rotary != null) {
            q = positions == null ? rotary.rotate(q, offset) : rotary.rotate(q, positions);
            k = positions == null ? rotary.rotate(k, offset) : rotary.rotate(k, positions);
        }
        q = q.transpose(1, 2); // (B, H, T, D)
        k = k.transpose(1, 2); // (B, K, T, D)
        if (AttentionProbe.BOUND.isBound()) {
            AttentionProbe.BOUND.get().attends(layer, q, k, mask, scale);
        }
        Tensor mixed; // (B, H, T, D)
        if (productMask != null) {
            if (cache != null) {
                cache.append(layer, k.to(DType.F32), v.to(DType.F32));
            }
            mixed = ProductAttention.attend(q, k, v, productMask, scale);
        } else {
            if (cache != null) {
                var all = cache.append(layer, k, v);
                k = seen(all.keys(), offset); // (B, K, S, D)
                v = seen(all.values(), offset);
            }
            mixed = q.attention(k, v, mask, mask == null && length > 1, scale, heads != keyValueHeads);
        }
        return output.forward(mixed.transpose(1, 2).reshape(batch, length, queryRows));
    }

    /** x (B, T, H·D) → (B, T, H, D), normalised over D or H·D. */
    private Tensor heads(Tensor x, int count, @Nullable Norm norm) {
        var whole = norm != null && normWhole ? norm.forward(x) : x;
        var split = whole.reshape(x.size(0), x.size(1), count, headWidth);
        return norm != null && !normWhole ? norm.forward(split) : split;
    }

    /** Without the keys, or values, (B, K, S, D) that lie too far behind every query that follows {@code offset} positions. */
    private Tensor seen(Tensor all, int offset) {
        int first = CausalMask.firstKey(offset, reach);
        return first == 0 ? all : all.narrow(2, first, all.size(2) - first);
    }
}
