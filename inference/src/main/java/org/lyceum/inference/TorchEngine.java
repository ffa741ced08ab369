package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.Branches;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * A {@link Decoder} as an engine: sequence after sequence through libtorch, or several in one pass ({@link #together}). Every architecture
 * runs here; what {@link #forward} gives for a sequence does not depend on what else is computed in the same call.
 */
public final class TorchEngine implements Engine {
    /** Tokens computed at once: the mask and the activations of a long prompt grow with it. */
    private static final int CHUNK = 512;
    /** The same of several sequences in one pass, of which each attends to itself. */
    private static final int TOGETHER = 4 * CHUNK;
    /** Logits that go through the head at once. */
    private static final int HEAD_CHUNK = 128;

    private final Decoder decoder;
    private final int chunk;
    private final int together;
    private final Set<Cached> open = new LinkedHashSet<>();

    /** An engine over {@code decoder}, which stays the caller's. */
    public TorchEngine(Decoder decoder) {
        this(decoder, CHUNK, TOGETHER);
    }

    TorchEngine(Decoder decoder, int chunk, int together) {
        this.decoder = decoder;
        this.chunk = chunk;
        this.together = together;
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
        return wholly(parts, () -> parts.stream().map(this::forward).toList());
    }

    @Override
    public List<float[][]> together(List<Part> parts) {
        return wholly(parts, () -> {
            var logits = parts.stream().map(part -> new float[part.wanted()][]).toList();
            var pieces = new ArrayList<Piece>();
            int tokens = 0;
            for (int p = 0; p < parts.size(); p++) {
                int length = parts.get(p).ids().length;
                for (int from = 0, to; from < length; from = to) {
                    to = Math.min(length, from + together - tokens);
                    pieces.add(new Piece(parts.get(p), from, to, logits.get(p)));
                    tokens += to - from;
                    if (tokens == together) {
                        compute(pieces, tokens);
                        pieces.clear();
                        tokens = 0;
                    }
                }
            }
            if (tokens > 0) {
                compute(pieces, tokens);
            }
            return logits;
        });
    }

    /** Either all of it, or every sequence is what it was. */
    private static List<float[][]> wholly(List<Part> parts, Supplier<List<float[][]>> work) {
        var before = parts.stream().mapToInt(part -> part.sequence().length()).toArray();
        try (var _ = Inference.open()) {
            return work.get();
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

    /** Tokens of a part that go into one pass, and where its logits (wanted, V) go. */
    private record Piece(Part part, int from, int to, float[][] logits) {
        /** The first of them whose logits are wanted. */
        int wanted() {
            return Math.max(from, part.ids().length - part.wanted());
        }
    }

    /** A token of a pass whose logits are wanted, and where they go. */
    private record Row(int token, float[][] logits, int place) {
    }

    private void compute(List<Piece> pieces, int tokens) {
        var ids = new int[tokens];
        var texts = new ArrayList<Decoder.Text>(pieces.size());
        var rows = new ArrayList<Row>();
        int at = 0;
        for (var piece : pieces) {
            int length = piece.to() - piece.from();
            System.arraycopy(piece.part().ids(), piece.from(), ids, at, length);
            var cache = ((Cached) piece.part().sequence()).cache;
            texts.add(new Decoder.Text(new Branches(cache.length(), length, List.of()), cache));
            for (int i = piece.wanted(); i < piece.to(); i++) {
                rows.add(new Row(at + i - piece.from(), piece.logits(), i - piece.part().ids().length + piece.part().wanted()));
            }
            at += length;
        }
        try (var _ = Scope.open()) {
            var hidden = decoder.hidden(Tensor.ofIds(ids, 1, tokens), texts).squeeze(0); // (T, W)
            for (int from = 0; from < rows.size(); from += HEAD_CHUNK) {
                var some = rows.subList(from, Math.min(rows.size(), from + HEAD_CHUNK));
                try (var _ = Scope.open()) {
                    var chosen = hidden.chosen(0, Tensor.ofIds(some.stream().mapToInt(Row::token).toArray(), some.size()));
                    var logits = decoder.head(chosen); // (P, V)
                    for (int i = 0; i < some.size(); i++) {
                        some.get(i).logits()[some.get(i).place()] = logits.select(0, i).floats();
                    }
                }
            }
        }
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
