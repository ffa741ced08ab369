package org.lyceum.inference.serving;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine;
import org.lyceum.models.DecoderConfig;

/**
 * A model whose logits are a function of the last two tokens: quick, exact whatever is computed together, and soon repeating itself. It
 * keeps account of what it is asked, and can be made to wait or to fail.
 */
final class TrigramEngine implements Engine {
    private final DecoderConfig config;
    private final double sharpness;
    final Set<Trigrams> open = new HashSet<>();
    /** What was computed, a list of parts' lengths for each call. */
    final List<List<Integer>> calls = new ArrayList<>();
    /** One permit is taken for each call. */
    final Semaphore gate = new Semaphore(Integer.MAX_VALUE);
    /** A token that cannot be computed; −1 for none. */
    volatile int poison = -1;
    /** A token for which there is not enough of Java's memory; −1 for none. */
    volatile int heavy = -1;
    /** What it says of itself. */
    boolean exact = true;
    /** Whether computing throws an error that nobody expects. */
    volatile boolean broken;
    /** The most tokens that all sequences ever held. */
    long mostHeld;
    /** Sequences that may be open at once. */
    int openable = Integer.MAX_VALUE;
    /** The most tokens that all sequences may hold. */
    long room = Long.MAX_VALUE;

    /** @param sharpness the standard deviation of the logits, about: from 10 on greedy and drawn text are much the same */
    TrigramEngine(int vocabulary, int context, double sharpness) {
        this.config = DecoderConfig.llama(vocabulary, context, 32, 1, 1, 1);
        this.sharpness = sharpness;
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public boolean exact() {
        return exact;
    }

    @Override
    public Sequence open() {
        if (open.size() >= openable) {
            throw new UserError("There is no memory for another sequence.");
        }
        var sequence = new Trigrams();
        open.add(sequence);
        return sequence;
    }

    @Override
    public long cacheTokens(int sequences) {
        return room;
    }

    @Override
    public List<float[][]> forward(List<Part> parts) {
        gate.acquireUninterruptibly();
        if (held() + parts.stream().mapToLong(part -> part.ids().length).sum() > room) {
            throw new UserError("There is no memory for so many tokens.");
        }
        for (var part : parts) {
            for (int id : part.ids()) {
                if (broken) {
                    throw new AssertionError("The engine is broken.");
                }
                if (id == heavy) {
                    throw new OutOfMemoryError("Java heap space");
                }
                if (id == poison) {
                    throw new UserError("The token " + id + " is poison.");
                }
            }
        }
        calls.add(parts.stream().map(part -> part.ids().length).toList());
        var result = new ArrayList<float[][]>();
        for (var part : parts) {
            var ids = ((Trigrams) part.sequence()).ids;
            var rows = new float[part.wanted()][];
            for (int i = 0; i < part.ids().length; i++) {
                ids.add(part.ids()[i]);
                int row = i - (part.ids().length - part.wanted());
                if (row >= 0) {
                    rows[row] = logits(ids);
                }
            }
            if (ids.size() > config.context()) {
                throw new AssertionError(ids.size() + " tokens in a context of " + config.context());
            }
            result.add(rows);
        }
        mostHeld = Math.max(mostHeld, held());
        return result;
    }

    private long held() {
        return open.stream().mapToLong(sequence -> sequence.ids.size()).sum();
    }

    /** All tokens computed so far. */
    long computed() {
        return calls.stream().flatMap(List::stream).mapToLong(Integer::longValue).sum();
    }

    private float[] logits(List<Integer> ids) {
        long state = ids.getLast() * 1000L + (ids.size() > 1 ? ids.get(ids.size() - 2) : 999);
        var random = Seeds.generator(7, "trigram", state);
        var logits = new float[config.vocabularySize()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (sharpness * random.nextGaussian());
        }
        return logits;
    }

    @Override
    public void close() {
        open.clear();
    }

    final class Trigrams implements Sequence {
        private final List<Integer> ids = new ArrayList<>();

        @Override
        public int length() {
            return ids.size();
        }

        @Override
        public void truncate(int length) {
            ids.subList(length, ids.size()).clear();
        }

        @Override
        public void copyFrom(Sequence other, int length) {
            var copied = List.copyOf(((Trigrams) other).ids.subList(0, length));
            ids.clear();
            ids.addAll(copied);
        }

        @Override
        public void close() {
            if (!open.remove(this)) {
                throw new AssertionError("closed twice");
            }
        }
    }
}
