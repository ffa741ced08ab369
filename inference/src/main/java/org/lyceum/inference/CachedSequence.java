package org.lyceum.inference;

import java.util.Arrays;
import java.util.List;
import org.lyceum.inference.Engine.Part;

/**
 * A sequence of an engine that knows which tokens it holds, so that of a new text only what follows the beginning that the two share need
 * be computed: one token in the midst of a generation, the new turn of a conversation, all of it after a jump. Not for several threads at
 * once.
 */
public final class CachedSequence implements AutoCloseable {
    private final Engine engine;
    private final Engine.Sequence sequence;
    private int[] ids = {};
    private int computed;

    /** An empty one; throws {@link org.lyceum.foundation.UserError} if its memory would not fit. */
    public CachedSequence(Engine engine) {
        this.engine = engine;
        this.sequence = engine.open();
    }

    /** The logits (V) of the token after {@code text[from, to)}: at least one token, at most the context. */
    public float[] next(int[] text, int from, int to) {
        truncate(Math.min(sharedBeginning(text, from, to), to - from - 1)); // the last token's logits are always wanted
        computed = to - from - length();
        var rest = Arrays.copyOfRange(text, from + length(), to);
        var logits = engine.forward(List.of(part(rest, 1))).getFirst()[0];
        appended(rest);
        return logits;
    }

    /** How many tokens the last {@link #next} had to compute. */
    public int computed() {
        return computed;
    }

    /** The tokens held. */
    public int length() {
        return sequence.length();
    }

    /** With how many of the tokens held {@code text[from, to)} begins. */
    public int sharedBeginning(int[] text, int from, int to) {
        int length = Math.min(length(), to - from);
        int difference = Arrays.mismatch(ids, 0, length, text, from, from + length);
        return difference < 0 ? length : difference;
    }

    /** Forgets the tokens from {@code length} on. */
    public void truncate(int length) {
        sequence.truncate(length);
    }

    /** Becomes the first {@code length} tokens of {@code other}. */
    public void copyFrom(CachedSequence other, int length) {
        sequence.copyFrom(other.sequence, length);
        ids = Arrays.copyOf(other.ids, length);
    }

    /** {@code more} as the next tokens of this sequence, for {@link Engine#forward}; {@link #appended} then says that it was done. */
    public Part part(int[] more, int wanted) {
        return new Part(sequence, more, wanted);
    }

    /** The engine has appended {@code more}. */
    public void appended(int[] more) {
        int length = length();
        if (ids.length < length) {
            ids = Arrays.copyOf(ids, Math.max(length, Math.min(2 * ids.length, engine.config().context())));
        }
        System.arraycopy(more, 0, ids, length - more.length, more.length);
    }

    /** Frees the cache. */
    @Override
    public void close() {
        sequence.close();
    }
}
