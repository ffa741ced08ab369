package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.lyceum.models.Pass;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.RecurrentModel;
import org.lyceum.models.layers.RecurrentStack;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * A {@link RecurrentModel} as an engine. What a sequence has read is one state whatever its length, and a state cannot be taken back by a
 * token; so each sequence also keeps the state after every {@value #STRIDE} tokens, and to forget some it goes back to the last one before
 * them and reads again what lies between, when it is next used. A generation never goes back.
 */
public final class RecurrentEngine implements Engine {
    /** Tokens between the states that are kept, and the most that are read at once. */
    static final int STRIDE = 128;

    private final RecurrentModel model;
    private final Set<Read> open = new LinkedHashSet<>();

    /** An engine over {@code model}, which stays the caller's. */
    public RecurrentEngine(RecurrentModel model) {
        this.model = model;
    }

    @Override
    public RecurrentConfig config() {
        return model.config();
    }

    @Override
    public Sequence open() {
        var sequence = new Read();
        open.add(sequence);
        return sequence;
    }

    @Override
    public List<float[][]> forward(List<Part> parts) {
        var before = parts.stream().mapToInt(part -> part.sequence().length()).toArray();
        try (var _ = Inference.open()) {
            var logits = new ArrayList<float[][]>(parts.size());
            for (var part : parts) {
                logits.add(((Read) part.sequence()).append(part.ids(), part.wanted()));
            }
            return logits;
        } catch (RuntimeException | OutOfMemoryError e) {
            for (int i = 0; i < before.length; i++) {
                parts.get(i).sequence().truncate(before[i]);
            }
            throw e;
        }
    }

    /** Frees the states of all sequences. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Read::close);
    }

    private final class Read implements Sequence {
        private final TreeMap<Integer, RecurrentStack.State> kept = new TreeMap<>(); // by the tokens read; the last is where it stands
        private int[] ids = {};
        private int length;

        @Override
        public int length() {
            return length;
        }

        float[][] append(int[] more, int wanted) {
            int begin = length;
            if (ids.length < begin + more.length) {
                ids = Arrays.copyOf(ids, Math.max(begin + more.length, 2 * ids.length));
            }
            System.arraycopy(more, 0, ids, begin, more.length);
            length = begin + more.length;
            var logits = new float[wanted][];
            int first = length - wanted; // the first token whose logits are wanted
            for (int at = kept.isEmpty() ? 0 : kept.lastKey(); at < length;) {
                int end = Math.min(length, (at / STRIDE + 1) * STRIDE);
                read(at, end, first, logits);
                at = end;
            }
            return logits;
        }

        /** Reads {@code ids[at, end)}; the state stands at {@code at}. */
        private void read(int at, int end, int first, float[][] logits) {
            try (var scope = Scope.open()) {
                var entry = kept.lastEntry();
                var out = model.hidden(Tensor.ofIds(Arrays.copyOfRange(ids, at, end), 1, end - at), entry == null ? null : entry.getValue(),
                        Pass.EVALUATION);
                int from = Math.max(at, first);
                if (from < end) {
                    var rows = model.head(out.hidden().narrow(1, from - at, end - from)).squeeze(0); // (N, V)
                    for (int i = from; i < end; i++) {
                        logits[i - first] = rows.select(0, i - from).floats();
                    }
                }
                out.state().layers().forEach(layer -> layer.forEach(scope::keep));
                if (entry != null && entry.getKey() % STRIDE != 0) {
                    kept.remove(entry.getKey());
                    free(entry.getValue());
                }
                kept.put(end, out.state());
            }
        }

        @Override
        public void truncate(int length) {
            if (length < 0 || length > this.length) {
                throw new IllegalArgumentException("cannot keep " + length + " of " + this.length + " tokens");
            }
            var beyond = kept.tailMap(length, false);
            beyond.values().forEach(RecurrentEngine::free);
            beyond.clear();
            this.length = length;
        }

        @Override
        public void copyFrom(Sequence other, int length) {
            var from = (Read) other;
            if (length < 0 || length > from.length) {
                throw new IllegalArgumentException("cannot copy " + length + " of " + from.length + " tokens");
            }
            truncate(0);
            ids = Arrays.copyOf(from.ids, length);
            this.length = length;
            try (var _ = Inference.open(); var scope = Scope.open()) {
                from.kept.headMap(length, true).forEach((at, state) -> kept.put(at, new RecurrentStack.State(
                        state.layers().stream().map(layer -> layer.stream().map(tensor -> scope.keep(tensor.copy())).toList()).toList())));
            }
        }

        @Override
        public void close() {
            truncate(0);
            open.remove(this);
        }
    }

    private static void free(RecurrentStack.State state) {
        state.layers().forEach(layer -> layer.forEach(Tensor::close));
    }
}
