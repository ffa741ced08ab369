package org.lyceum.inference;

import java.util.Arrays;
import org.lyceum.models.Decoder;
import org.lyceum.models.Pass;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * Next-token logits for a growing sequence. It remembers which tokens its cache was computed from and computes only what follows the
 * beginning that the new sequence shares with them: one token in the midst of a generation, the new turn of a conversation, all of it after
 * a jump. Not for several threads at once.
 */
final class CachedDecoder implements AutoCloseable {
    /** Tokens computed at once: the mask and the activations of a long prompt grow with it. */
    private static final int CHUNK = 512;

    private final Decoder decoder;
    private final PreallocatedCache cache;
    private final int chunk;
    private int[] cached = {};
    private int computed;

    CachedDecoder(Decoder decoder) {
        this(decoder, CHUNK);
    }

    CachedDecoder(Decoder decoder, int chunk) {
        this.decoder = decoder;
        this.chunk = chunk;
        this.cache = new PreallocatedCache(decoder.config(), 1);
    }

    /** The logits (V) of the token after {@code ids[from, to)}: at least one token, at most the context. */
    float[] next(int[] ids, int from, int to) {
        int known = Math.min(sharedBeginning(ids, from, to), to - from - 1); // the last token's hidden state is always wanted
        cache.truncate(known);
        computed = to - from - known;
        remember(ids, from, to);
        float[] logits = {};
        for (int at = from + known; at < to; at += chunk) {
            logits = step(Arrays.copyOfRange(ids, at, Math.min(to, at + chunk)), at + chunk >= to);
        }
        return logits;
    }

    /** How many tokens the last call had to compute. */
    int computed() {
        return computed;
    }

    @Override
    public void close() {
        cache.close();
    }

    private float[] step(int[] ids, boolean last) {
        try (var _ = Scope.open(); var _ = Inference.open()) {
            var hidden = decoder.hidden(Tensor.ofIds(ids, 1, ids.length), cache, Pass.EVALUATION); // (1, T, W)
            return last ? decoder.head(hidden.narrow(1, ids.length - 1, 1)).floats() : new float[0];
        } catch (RuntimeException e) {
            cache.truncate(0); // layers may disagree about what they hold
            throw e;
        }
    }

    private int sharedBeginning(int[] ids, int from, int to) {
        int length = Math.min(cache.length(), to - from);
        int difference = Arrays.mismatch(cached, 0, length, ids, from, from + length);
        return difference < 0 ? length : difference;
    }

    private void remember(int[] ids, int from, int to) {
        if (cached.length < to - from) {
            cached = new int[Math.max(to - from, Math.min(2 * cached.length, decoder.config().context()))];
        }
        System.arraycopy(ids, from, cached, 0, to - from);
    }
}
