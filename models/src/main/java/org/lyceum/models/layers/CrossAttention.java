package org.lyceum.models.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Multi-head attention of one sequence over another, "encoder–decoder attention" (Vaswani et al. 2017, section 3.2.3): queries come from the
 * sequence that is being written, keys and values from the one that was read. B pairs of sequences, T positions written, S read, H heads D
 * wide.
 */
public final class CrossAttention {
    private final int layer;
    private final int heads;
    private final long headWidth;
    private final Linear query;
    private final Linear keyValue;
    private final Linear output;

    /** Registers query (W, W), key_value (2W, W), keys above values, and output (W, W), all with offsets. */
    public CrossAttention(Parameters parameters, int layer, int width, int heads) {
        this.layer = layer;
        this.heads = heads;
        headWidth = width / heads;
        long w = width;
        query = new Linear(parameters.in("query"), Parameter.Role.MATRIX, w, w, true);
        keyValue = new Linear(parameters.in("key_value"), Parameter.Role.MATRIX, w, List.of(w, w), true);
        output = new Linear(parameters.in("output"), Parameter.Role.RESIDUAL_MATRIX, w, w, true);
    }

    /** What is read (B, S, W) → its keys and values (B, H, S, D) each, f32: once for all that is written about it. */
    public KeyValueCache.KeyValues read(Tensor memory) {
        var both = keyValue.forward(memory).to(DType.F32).reshape(memory.size(0), memory.size(1), 2L * heads, headWidth).transpose(1, 2)
                .split(1, heads, heads);
        return new KeyValueCache.KeyValues(both.get(0), both.get(1));
    }

    /**
     * x (B, T, W) → (B, T, W). The T rows do not see each other, so that they may as well be several continuations of one sentence.
     *
     * @param mask added to the scores: (B, 1, 1, S), −∞ where a key is padding; null where nothing is
     */
    public Tensor forward(Tensor x, KeyValueCache.KeyValues memory, @Nullable Tensor mask) {
        long batch = x.size(0);
        long length = x.size(1);
        var q = query.forward(x).to(DType.F32).reshape(batch, length, heads, headWidth).transpose(1, 2); // (B, H, T, D)
        double scale = 1 / Math.sqrt(headWidth);
        if (AttentionProbe.CROSS.isBound()) {
            AttentionProbe.CROSS.get().attends(layer, q, memory.keys(), mask, scale);
        }
        var mixed = q.attention(memory.keys(), memory.values(), mask, false, scale, false); // (B, H, T, D)
        return output.forward(mixed.transpose(1, 2).reshape(batch, length, heads * headWidth));
    }
}
