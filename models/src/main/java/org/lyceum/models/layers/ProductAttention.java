package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.Arrays;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Causal attention written as two batched matrix products around a softmax, all in bf16: several times faster on the CPU than libtorch's
 * fused attention, forward and backward, while the scores of a head fit into the cache. Queries are taken in blocks, so that most of the
 * scores that the mask would throw away are never computed. It keeps the scores for backward, so beyond {@link #LONGEST} the fused one,
 * which does not, is the better choice.
 */
public final class ProductAttention {
    /** The longest sequence for which the products are taken. */
    public static final int LONGEST = 1024;
    /** Queries of a block: fewer would save more scores, but cost more in smaller products than they save. */
    public static final int BLOCK = 256;

    private ProductAttention() {
    }

    /**
     * softmax(q·kᵀ·scale + mask)·v: q (B, H, T, D), k and v (B, K, T, D) → (B, H, T, D), bf16. K divides H.
     *
     * @param mask bf16, (T, T) or broadcast to (B, H, T, T); −∞ where the key comes after the query
     */
    static Tensor attend(Tensor q, Tensor k, Tensor v, Tensor mask, double scale) {
        long batch = q.size(0);
        long heads = q.size(1);
        long length = q.size(2);
        long width = q.size(3);
        var queries = q.to(DType.BF16).reshape(-1, length, width); // (B·H, T, D)
        var keys = shared(k.to(DType.BF16), heads).reshape(-1, length, width).transpose(1, 2); // (B·H, D, T)
        var values = shared(v.to(DType.BF16), heads).reshape(-1, length, width);
        if (length <= BLOCK) {
            return block(queries, keys, values, added(mask, batch, heads), scale).reshape(batch, heads, length, width);
        }
        var sizes = new long[(int) ((length + BLOCK - 1) / BLOCK)];
        Arrays.fill(sizes, BLOCK);
        sizes[sizes.length - 1] = length - (sizes.length - 1L) * BLOCK;
        var blocks = new ArrayList<Tensor>();
        long seen = 0;
        for (var query : queries.split(1, sizes)) { // (B·H, n, D): sees the keys up to its own end
            long before = seen;
            seen += query.size(1);
            var hidden = mask.narrow(-2, before, query.size(1)).narrow(-1, 0, seen);
            blocks.add(block(query, keys.narrow(2, 0, seen), values.narrow(1, 0, seen), added(hidden, batch, heads), scale));
        }
        return Tensor.cat(blocks, 1).reshape(batch, heads, length, width);
    }

    /** q (N, T, D), keys (N, D, S), v (N, S, D), mask (T, S) or (N, T, S) → (N, T, D). */
    private static Tensor block(Tensor q, Tensor keys, Tensor v, Tensor mask, double scale) {
        return mask.plusProducts(q, keys, scale).softmax(-1).matmul(v);
    }

    /** A mask of another rank than 2 as (B·H, T, S). */
    private static Tensor added(Tensor mask, long batch, long heads) {
        return mask.rank() == 2
                ? mask
                : mask.expand(batch, heads, mask.size(-2), mask.size(-1)).reshape(-1, mask.size(-2), mask.size(-1));
    }

    /** Each of the K heads repeated for the H / K queries that it serves: (B, K, S, D) → (B, H, S, D). */
    private static Tensor shared(Tensor x, long heads) {
        long kept = x.size(1);
        if (kept == heads) {
            return x;
        }
        return x.unsqueeze(2).expand(x.size(0), kept, heads / kept, x.size(2), x.size(3)).reshape(x.size(0), heads, x.size(2), x.size(3));
    }
}
