package org.lyceum.inference;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.Generation.Finish;
import org.lyceum.inference.constraint.TokenConstraint;

/**
 * A text that is being continued: the tokens so far, how the next is drawn from the model's logits, and what becomes certain of the text.
 * Whoever has one computes the logits. Not for several threads at once.
 */
public final class Continuation {
    private final LanguageModel model;
    private final SamplingConfig config;
    private final Set<Integer> endIds;
    private final TokenConstraint.@Nullable State constraint;
    private final Sampler sampler;
    private final TextStream text;
    private final BitSet seen = new BitSet();
    private final int prompt;
    private int[] ids;
    private int length;
    private int last;
    private boolean added;
    private String piece = "";

    /**
     * At the end of {@code prompt}.
     *
     * @param prompt at least one token
     * @param endIds tokens that end the text beside the model's own
     * @param constraint what the continuation must look like
     */
    public Continuation(LanguageModel model, int[] prompt, SamplingConfig config, Set<Integer> endIds,
            @Nullable TokenConstraint constraint) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt has at least one token");
        }
        this.model = model;
        this.config = config;
        this.endIds = endIds;
        this.constraint = constraint == null ? null : constraint.start();
        this.sampler = new Sampler(config);
        this.text = new TextStream(model.tokenizer(), config.stop());
        this.prompt = prompt.length;
        this.length = prompt.length;
        this.ids = Arrays.copyOf(prompt, prompt.length + Math.min(config.maxTokens(), 256));
        Arrays.stream(prompt).forEach(seen::set);
    }

    /**
     * Draws the next token, the last of {@link #ids} then if it was {@link #added}.
     *
     * @param logits the model's (V) behind {@link #ids}; changed by penalties, and where a constraint rules tokens out
     * @return null where the text goes on
     * @throws org.lyceum.foundation.UserError if nothing can be drawn from the logits
     */
    public @Nullable Finish draw(float[] logits) {
        piece = "";
        added = false;
        last = sampler.next(allowed(penalised(known(logits))), seen, generated());
        if (ends(last)) {
            return Finish.END_OF_TEXT;
        }
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = last;
        added = true;
        seen.set(last);
        piece = text.accept(last);
        if (constraint != null) {
            constraint.accept(last);
        }
        if (text.stopped()) {
            return Finish.STOP_STRING;
        }
        if (constraint != null && constraint.exhausted()) {
            return Finish.END_OF_TEXT;
        }
        return generated() == config.maxTokens() ? Finish.MAX_TOKENS : null;
    }

    /** Whether the token drawn last belongs to the text; one that only ends it does not. */
    public boolean added() {
        return added;
    }

    /** The token drawn last. */
    public int last() {
        return last;
    }

    /** The text that the token drawn last made certain. */
    public String piece() {
        return piece;
    }

    /** What was held back of the text, when no more tokens come. */
    public String rest() {
        return text.finish();
    }

    /** Whether a stop string came up, which {@link #rest} may bring to light. */
    public boolean stopped() {
        return text.stopped();
    }

    /** The tokens so far, prompt and all, in the first {@link #length} elements; not to be changed. */
    public int[] ids() {
        return ids;
    }

    /** The number of tokens so far. */
    public int length() {
        return length;
    }

    /** The number of tokens drawn, without one that ended the text. */
    public int generated() {
        return length - prompt;
    }

    private boolean ends(int id) {
        return model.endIds().contains(id) || endIds.contains(id);
    }

    /** The logits without rows that only pad the model's vocabulary. */
    private float[] known(float[] logits) {
        int tokens = model.tokenizer().vocabularySize();
        return tokens < logits.length ? Arrays.copyOf(logits, tokens) : logits;
    }

    /** With OpenAI's penalties on what was generated so far: logit − presence · [count > 0] − frequency · count. */
    private float[] penalised(float[] logits) {
        if (config.presencePenalty() == 0 && config.frequencyPenalty() == 0) {
            return logits;
        }
        var present = new BitSet();
        for (int i = prompt; i < length; i++) {
            logits[ids[i]] -= (float) (config.frequencyPenalty() + (present.get(ids[i]) ? 0 : config.presencePenalty()));
            present.set(ids[i]);
        }
        return logits;
    }

    private float[] allowed(float[] logits) {
        if (constraint == null) {
            return logits;
        }
        var allowed = constraint.allowed();
        boolean complete = constraint.complete();
        for (int id = 0; id < logits.length; id++) {
            if ((allowed[id >> 6] & 1L << id) == 0 && !(complete && ends(id))) {
                logits[id] = Float.NEGATIVE_INFINITY;
            }
        }
        return logits;
    }
}
