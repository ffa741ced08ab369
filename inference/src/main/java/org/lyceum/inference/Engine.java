package org.lyceum.inference;

import java.util.List;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.CausalModel;
import org.lyceum.models.Decoder;
import org.lyceum.models.RecurrentModel;

/**
 * A model's weights, ready to compute next-token logits for several sequences at once, each with its own cache. Not for several threads at
 * once, but not tied to one either.
 *
 * <p>Shapes: V tokens in the vocabulary, the rows of the embedding.
 */
public interface Engine extends AutoCloseable {
    /** The engine that libtorch computes {@code model} with, which stays the caller's. */
    static Engine of(CausalModel model) {
        return switch (model) {
            case Decoder decoder -> new TorchEngine(decoder);
            case RecurrentModel recurrent -> new RecurrentEngine(recurrent);
        };
    }

    /** The shape of the model. */
    CausalConfig config();

    /** A sequence with an empty cache. Throws {@link org.lyceum.foundation.UserError} if its memory would not fit. */
    Sequence open();

    /** The tokens that {@code sequences} sequences may hold together before the memory for them is spent; the most where nobody counts. */
    default long cacheTokens(int sequences) {
        return Long.MAX_VALUE;
    }

    /**
     * Appends each part's tokens to its sequence. When it throws, each of the sequences holds what it held before.
     *
     * @param parts of different sequences of this engine, of any lengths that fit the context; long ones are worked through in pieces, so
     *     that memory stays bounded
     * @return for each part the logits (wanted, V) of the tokens after its last {@code wanted} ones, in arrays that are the caller's
     * @throws org.lyceum.foundation.UserError if the memory of a growing cache would not fit
     */
    List<float[][]> forward(List<Part> parts);

    /**
     * The same in as few passes as there may be, where the last bits of a sequence's logits may depend on the other parts: for many short
     * parts, such as a next token of each sequence, this can be several times as fast.
     */
    default List<float[][]> together(List<Part> parts) {
        return forward(parts);
    }

    /**
     * Whether a token's logits are the same bit for bit however many tokens, up to 63, are computed with it. Only then may a guess of what
     * follows be computed together with what comes before it: elsewhere a near tie could fall the other way, and the text would change.
     */
    default boolean exact() {
        return false;
    }

    /** Frees the weights, and what sequences are still open. */
    @Override
    void close();

    /**
     * What is to be computed for one sequence.
     *
     * @param sequence where the tokens go
     * @param ids at least one token, all of them rows of the embedding
     * @param wanted how many of the last tokens the logits are wanted of, from 0 to all
     */
    record Part(Sequence sequence, int[] ids, int wanted) {
        public Part {
            if (ids.length == 0 || wanted < 0 || wanted > ids.length) {
                throw new IllegalArgumentException(wanted + " logits of " + ids.length + " tokens");
            }
        }
    }

    /** The tokens that a model has read, as what it made of them: keys and values, or a state. */
    interface Sequence extends AutoCloseable {
        /** The tokens held. */
        int length();

        /** Forgets the tokens from {@code length} on. */
        void truncate(int length);

        /** Becomes the first {@code length} tokens of {@code other}, a sequence of the same engine: prefix reuse. */
        void copyFrom(Sequence other, int length);

        /** Frees the cache. */
        @Override
        void close();
    }
}
