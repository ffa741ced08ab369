package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Causal multi-head self-attention (Vaswani et al. 2017, section 3.2), with grouped queries (Ainslie et al. 2023): H query heads share K
 * key–value heads. Optionally queries and keys are RMS-normalised per head before they meet (QK-norm, Henry et al. 2020, section 2).
 */
public final class Attention {
    private final int layer;
    private final int heads;
    private final int keyValueHeads;
    private final int headWidth;
    private final Linear qkv;
    private final Linear output;
    private final @Nullable Norm queryNorm;
    private final @Nullable Norm keyNorm;
    private final @Nullable RotaryPositions rotary;

    /** Registers qkv ((H + 2K)·D, W), output (W, H·D) and, with {@code qkNormEpsilon}, one gain (D) each for queries and keys. */
    public Attention(Parameters parameters, int layer, int width, int heads, int keyValueHeads, int headWidth, boolean bias,
            @Nullable Double qkNormEpsilon, @Nullable RotaryPositions rotary) {
        this.layer = layer;
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        this.headWidth = headWidth;
        this.rotary = rotary;
        long queryRows = (long) heads * headWidth;
        long keyRows = (long) keyValueHeads * headWidth;
        qkv = new Linear(parameters.in("qkv"), Parameter.Role.MATRIX, width, List.of(queryRows, keyRows, keyRows), bias);
        output = new Linear(parameters.in("output"), Parameter.Role.RESIDUAL_MATRIX, queryRows, width, bias);
        queryNorm = qkNormEpsilon == null ? null : new Norm(parameters.in("query_norm"), Norm.Kind.RMS, headWidth, qkNormEpsilon);
        keyNorm = qkNormEpsilon == null ? null : new Norm(parameters.in("key_norm"), Norm.Kind.RMS, headWidth, qkNormEpsilon);
    }

    /**
     * x (B, T, W) → (B, T, W), the positions of x following those in the cache.
     *
     * @param mask added to the scores: null for plain causal attention; bf16, and nothing in the cache yet, to attend by
     *     {@link ProductAttention}
     */
    public Tensor forward(Tensor x, @Nullable Tensor mask, @Nullable KeyValueCache cache) {
        long batch = x.size(0);
        long length = x.size(1);
        int offset = cache == null ? 0 : cache.length();
        long queryRows = (long) heads * headWidth;
        long keyRows = (long) keyValueHeads * headWidth;
        // libtorch's fused attention is slower in bf16 than in f32 on the CPU (docs/architecture.md): attend in f32, or by products.
        var productMask = mask != null && mask.dtype() == DType.BF16 ? mask : null;
        var stacked = qkv.forward(x);
        var parts = (productMask != null ? stacked : stacked.to(DType.F32)).split(2, queryRows, keyRows, keyRows); // (B, T, H·D), twice (B, T, K·D)
        var q = parts.get(0).reshape(batch, length, heads, headWidth);
        var k = parts.get(1).reshape(batch, length, keyValueHeads, headWidth);
        var v = parts.get(2).reshape(batch, length, keyValueHeads, headWidth).transpose(1, 2);
        if (queryNorm != null && keyNorm != null) {
            q = queryNorm.forward(q);
            k = keyNorm.forward(k);
        }
        if (rotary != null) {
            q = rotary.rotate(q, offset);
            k = rotary.rotate(k, offset);
        }
        q = q.transpose(1, 2); // (B, H, T, D)
        k = k.transpose(1, 2); // (B, K, T, D)
        double scale = 1 / Math.sqrt(headWidth);
        Tensor mixed; // (B, H, T, D)
        if (productMask != null) {
            if (cache != null) {
                cache.append(layer, k.to(DType.F32), v.to(DType.F32));
            }
            mixed = ProductAttention.attend(q, k, v, productMask, scale);
        } else {
            if (cache != null) {
                var all = cache.append(layer, k, v);
                k = all.keys(); // (B, K, S, D)
                v = all.values();
            }
            mixed = q.attention(k, v, mask, mask == null && length > 1, scale, heads != keyValueHeads);
        }
        return output.forward(mixed.transpose(1, 2).reshape(batch, length, queryRows));
    }
}
