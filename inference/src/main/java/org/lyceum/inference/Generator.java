package org.lyceum.inference;

import java.util.Arrays;
import java.util.Set;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.SamplingConfig.WhenFull;

/**
 * Completes text: computes the prompt, then draws token by token, each step from the cache of those before. Its cache stays from one call
 * to the next, so a prompt that begins like the last one only pays for what is new. Not for several threads at once.
 */
public final class Generator implements AutoCloseable {
    /** Follows a generation. */
    @FunctionalInterface
    public interface Listener {
        /** The next piece of the text: whole characters, no part of a stop string. */
        void text(String piece);

        /** Asked before each token; true ends the generation. */
        default boolean cancelled() {
            return false;
        }
    }

    private final LanguageModel model;
    private final CachedSequence cache;

    /** With an empty cache, which {@link #close} frees. */
    public Generator(LanguageModel model) {
        this.model = model;
        this.cache = new CachedSequence(model.engine());
    }

    /** Completes {@code prompt}; an empty one starts from {@link LanguageModel#promptIds}. Throws {@link UserError} as its twin does. */
    public Generation generate(String prompt, SamplingConfig config, Listener listener) {
        return generate(model.promptIds(prompt), config, Set.of(), listener);
    }

    /**
     * Completes a prompt of tokens.
     *
     * @param prompt at least one token
     * @param endIds tokens that end the text beside the model's own
     * @throws UserError if the prompt is longer than the context and the context does not slide, or if the model's logits are not numbers
     */
    public Generation generate(int[] prompt, SamplingConfig config, Set<Integer> endIds, Listener listener) {
        int context = model.engine().config().context();
        if (prompt.length > context && config.whenFull() == WhenFull.STOP) {
            throw new UserError("The prompt is " + prompt.length + " tokens long, but the model's context only " + context
                    + "; shorten it, or let the context slide to keep its last part.");
        }
        var continuation = new Continuation(model, prompt, config, endIds, null);
        var text = new StringBuilder();
        int start = Math.max(0, prompt.length - context); // the context holds the tokens from here on
        long began = System.nanoTime();
        long prefilled = began;
        int computed = 0;
        Finish finish = null;
        while (finish == null) {
            if (listener.cancelled()) {
                finish = Finish.CANCELLED;
                break;
            }
            var logits = cache.next(continuation.ids(), start, continuation.length());
            if (continuation.generated() == 0) {
                prefilled = System.nanoTime();
                computed = cache.computed();
            }
            finish = continuation.draw(logits);
            emit(continuation.piece(), text, listener);
            if (finish == null && continuation.length() - start > context) {
                if (config.whenFull() == WhenFull.STOP) {
                    finish = Finish.CONTEXT_FULL;
                }
                start = continuation.length() - (context + 1) / 2; // the older half goes; what stays is computed anew, at its new positions
            }
        }
        long ended = System.nanoTime();
        emit(continuation.rest(), text, listener); // the last characters may complete a stop string
        var made = Arrays.stream(continuation.ids(), prompt.length, continuation.length()).boxed().toList();
        return new Generation(made, text.toString(), continuation.stopped() ? Finish.STOP_STRING : finish, prompt.length,
                perSecond(computed, prefilled - began), perSecond(Math.max(0, made.size() - 1), ended - prefilled));
    }

    /** Frees the cache. */
    @Override
    public void close() {
        cache.close();
    }

    private static double perSecond(int tokens, long nanos) {
        return tokens == 0 ? 0 : tokens / (Math.max(1, nanos) / 1e9);
    }

    private static void emit(String piece, StringBuilder text, Listener listener) {
        if (!piece.isEmpty()) {
            text.append(piece);
            listener.text(piece);
        }
    }
}
