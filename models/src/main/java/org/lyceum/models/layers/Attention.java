package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
        // libtorch's fused attention is slower in bf16 than in f32 on the CPU (docs/architecture.md): attend in f32, or by products.
        var productMask = mask != null && mask.dtype() == DType.BF16 ? mask : null;
        int offset = cache == null ? 0 : cache.length();
        var all = projected(x, productMask != null, rotary == null ? Function.identity() : some -> rotary.rotate(some, offset));
        if (AttentionProbe.BOUND.isBound()) {
            AttentionProbe.BOUND.get().attends(layer, all.queries(), all.keys(), mask, scale);
        }
        if (productMask == null) {
            return mixed(attended(all.queries(), all.keys(), all.values(), mask, cache));
        }
        if (cache != null) {
            cache.append(layer, all.keys().to(DType.F32), all.values().to(DType.F32));
        }
        return mixed(ProductAttention.attend(all.queries(), all.keys(), all.values(), productMask, scale));
    }

    /**
     * The tokens of one text among those of several that go through the layer together.
     *
     * @param length how many they are
     * @param mask as {@link #forward(Tensor, Tensor, KeyValueCache)} takes it, f32
     * @param cache the positions of this text before them
     */
    public record Span(int length, @Nullable Tensor mask, @Nullable KeyValueCache cache) {
    }

    /**
     * The same for tokens of several texts, of which each attends to its own: x (1, T, W) → (1, T, W).
     *
     * @param positions (T) i64, the place of each token in its text, none before what the text's cache holds
     * @param spans of the texts, one behind the other
     */
    public Tensor forwardEach(Tensor x, Tensor positions, List<Span> spans) {
        var all = projected(x, false, rotary == null ? Function.identity() : some -> rotary.rotate(some, positions));
        var q = all.queries(); // taken out of the record before the loop: in it, the record itself was once null in compiled code (JDK 25)
        var k = all.keys();
        var v = all.values();
        var attended = new ArrayList<Tensor>(spans.size());
        long at = 0;
        for (var span : spans) {
            long length = span.length();
            attended.add(attended(q.narrow(2, at, length), k.narrow(2, at, length), v.narrow(2, at, length), span.mask(), span.cache()));
            at += length;
        }
        return mixed(attended.size() == 1 ? attended.getFirst() : Tensor.cat(attended, 2));
    }

    /** What meets in attention: queries (B, H, T, D), keys and values (B, K, T, D). */
    private record Heads(Tensor queries, Tensor keys, Tensor values) {
    }

    private Heads projected(Tensor x, boolean asComputed, Function<Tensor, Tensor> rotated) {
        long queryRows = (long) heads * headWidth;
        long keyRows = (long) keyValueHeads * headWidth;
        var stacked = qkv.forward(x);
        var parts = (asComputed ? stacked : stacked.to(DType.F32)).split(2, queryRows, keyRows, keyRows); // (B, T, H·D), twice (B, T, K·D)
        return new Heads(rotated.apply(heads(parts.get(0), heads, queryNorm)).transpose(1, 2),
                rotated.apply(heads(parts.get(1), keyValueHeads, keyNorm)).transpose(1, 2),
                heads(parts.get(2), keyValueHeads, null).transpose(1, 2));
    }

    /** Attention to what the cache holds and then to what is new: (B, H, T, D). */
    private Tensor attended(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, @Nullable KeyValueCache cache) {
        boolean causal = mask == null && q.size(2) > 1;
        if (cache == null) {
            return q.attention(k, v, mask, causal, scale, heads != keyValueHeads);
        }
        int offset = cache.length();
        var held = cache.append(layer, k, v);
        return q.attention(seen(held.keys(), offset), seen(held.values(), offset), mask, causal, scale, heads != keyValueHeads); // (B, K, S, D)
    }

    /** (B, H, T, D) → (B, T, W). */
    private Tensor mixed(Tensor attended) {
        return output.forward(attended.transpose(1, 2).reshape(attended.size(0), attended.size(2), (long) heads * headWidth));
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
