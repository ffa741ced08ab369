package org.lyceum.inference;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.SamplingConfig.WhenFull;
import org.lyceum.text.tokenizer.StreamingDecoder;

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
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt has at least one token");
        }
        int context = model.engine().config().context();
        if (prompt.length > context && config.whenFull() == WhenFull.STOP) {
            throw new UserError("The prompt is " + prompt.length + " tokens long, but the model's context only " + context
                    + "; shorten it, or let the context slide to keep its last part.");
        }
        var sampler = new Sampler(config);
        var output = new Output(config, listener);
        var seen = new BitSet();
        Arrays.stream(prompt).forEach(seen::set);

        var ids = Arrays.copyOf(prompt, prompt.length + Math.min(config.maxTokens(), 256));
        int length = prompt.length; // tokens so far
        int start = Math.max(0, length - context); // the context holds ids[start, length)
        long began = System.nanoTime();
        long prefilled = began;
        int computed = 0;
        Finish finish;
        while (true) {
            if (listener.cancelled()) {
                finish = Finish.CANCELLED;
                break;
            }
            var logits = cache.next(ids, start, length);
            if (length == prompt.length) {
                prefilled = System.nanoTime();
                computed = cache.computed();
            }
            int id = sampler.next(known(logits), seen, length - prompt.length);
            if (model.endIds().contains(id) || endIds.contains(id)) {
                finish = Finish.END_OF_TEXT;
                break;
            }
            if (length == ids.length) {
                ids = Arrays.copyOf(ids, 2 * length);
            }
            ids[length++] = id;
            seen.set(id);
            output.add(id);
            if (output.stopped()) {
                finish = Finish.STOP_STRING;
                break;
            }
            if (length - prompt.length == config.maxTokens()) {
                finish = Finish.MAX_TOKENS;
                break;
            }
            if (length - start > context) {
                if (config.whenFull() == WhenFull.STOP) {
                    finish = Finish.CONTEXT_FULL;
                    break;
                }
                start = length - (context + 1) / 2; // the older half goes; what stays is computed anew, at its new positions
            }
        }
        long ended = System.nanoTime();
        var text = output.finish(); // the last characters may complete a stop string
        var made = Arrays.stream(ids, prompt.length, length).boxed().toList();
        return new Generation(made, text, output.stopped() ? Finish.STOP_STRING : finish, prompt.length,
                perSecond(computed, prefilled - began), perSecond(Math.max(0, made.size() - 1), ended - prefilled));
    }

    /** Frees the cache. */
    @Override
    public void close() {
        cache.close();
    }

    /** The logits without rows that only pad the model's vocabulary. */
    private float[] known(float[] logits) {
        int tokens = model.tokenizer().vocabularySize();
        return tokens < logits.length ? Arrays.copyOf(logits, tokens) : logits;
    }

    private static double perSecond(int tokens, long nanos) {
        return tokens == 0 ? 0 : tokens / (Math.max(1, nanos) / 1e9);
    }

    /** Tokens to text to the listener. */
    private final class Output {
        private final Listener listener;
        private final StopStrings stops;
        private final StreamingDecoder characters = new StreamingDecoder(model.tokenizer());
        private final StringBuilder text = new StringBuilder();

        Output(SamplingConfig config, Listener listener) {
            this.listener = listener;
            this.stops = new StopStrings(config.stop());
        }

        void add(int id) {
            if (!model.tokenizer().isSpecial(id)) {
                emit(stops.accept(characters.accept(id)));
            }
        }

        boolean stopped() {
            return stops.hit();
        }

        String finish() {
            emit(stops.accept(characters.finish()));
            emit(stops.finish());
            return text.toString();
        }

        private void emit(String piece) {
            if (!piece.isEmpty()) {
                text.append(piece);
                listener.text(piece);
            }
        }
    }
}
