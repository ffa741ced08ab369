package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Pass;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * A {@link Decoder} as an engine: sequence after sequence through libtorch. Every architecture runs here; its logits for a sequence do not
 * depend on what else is computed in the same call.
 */
public final class TorchEngine implements Engine {
    /** Tokens computed at once: the mask and the activations of a long prompt grow with it. */
    private static final int CHUNK = 512;
    /** Logits that go through the head at once. */
    private static final int HEAD_CHUNK = 128;

    private final Decoder decoder;
    private final int chunk;
    private final Set<Cached> open = new LinkedHashSet<>();

    /** An engine over {@code decoder}, which stays the caller's. */
    public TorchEngine(Decoder decoder) {
        this(decoder, CHUNK);
    }

    TorchEngine(Decoder decoder, int chunk) {
        this.decoder = decoder;
        this.chunk = chunk;
    }

    /** The network. */
    public Decoder decoder() {
        return decoder;
    }

    @Override
    public DecoderConfig config() {
        return decoder.config();
    }

    @Override
    public Sequence open() {
        var sequence = new Cached();
        open.add(sequence);
        return sequence;
    }

    @Override
    public long cacheTokens(int sequences) {
        return PreallocatedCache.fitting(decoder.config());
    }

    @Override
    public List<float[][]> forward(List<Part> parts) {
        var before = parts.stream().mapToInt(part -> part.sequence().length()).toArray();
        try (var _ = Inference.open()) {
            var logits = new ArrayList<float[][]>(parts.size());
            for (var part : parts) {
                logits.add(forward(part));
            }
            return logits;
        } catch (RuntimeException | OutOfMemoryError e) {
            for (int i = 0; i < before.length; i++) {
                parts.get(i).sequence().truncate(before[i]);
            }
            throw e;
        }
    }

    private float[][] forward(Part part) {
        var cache = ((Cached) part.sequence()).cache;
        var ids = part.ids();
        var rows = new float[part.wanted()][];
        int first = ids.length - rows.length; // the first token whose logits are wanted
        for (int at = 0; at < ids.length; at += chunk) {
            int end = Math.min(ids.length, at + chunk);
            try (var _ = Scope.open()) {
                var hidden = decoder.hidden(Tensor.ofIds(Arrays.copyOfRange(ids, at, end), 1, end - at), cache, Pass.EVALUATION); // (1, T, W)
                for (int row = Math.max(at, first); row < end; row += HEAD_CHUNK) {
                    int count = Math.min(HEAD_CHUNK, end - row);
                    try (var _ = Scope.open()) {
                        var logits = decoder.head(hidden.narrow(1, row - at, count)).squeeze(0); // (P, V)
                        for (int i = 0; i < count; i++) {
                            rows[row - first + i] = logits.select(0, i).floats();
                        }
                    }
                }
            }
        }
        return rows;
    }

    /** Frees the caches of all sequences. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Cached::close);
    }

    private final class Cached implements Sequence {
        private final PreallocatedCache cache = new PreallocatedCache(decoder.config(), 1);

        @Override
        public int length() {
            return cache.length();
        }

        @Override
        public void truncate(int length) {
            cache.truncate(length);
        }

        @Override
        public void copyFrom(Sequence other, int length) {
            try (var _ = Inference.open()) {
                cache.copyFrom(((Cached) other).cache, length);
            }
        }

        @Override
        public void close() {
            cache.close();
            open.remove(this);
        }
    }
}
