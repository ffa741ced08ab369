package org.lyceum.inference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine.Part;

/**
 * How probable a model finds a text. The end-of-text token, where the tokenizer has one, stands before the text, so that its first token
 * has a probability too.
 *
 * <p>A text longer than the context is read in windows that overlap: each token is scored once, behind at least {@code context − stride}
 * tokens where the text has as many before it. A smaller stride gives more context and takes more time.
 */
public final class Scorer {
    /** Logits in memory at once, those of as many positions as that makes. */
    private static final int LOGITS = 1 << 23;
    /** Positions that engines are fastest with, and multiples of it. */
    private static final int BLOCK = 64;

    /**
     * The score of a text.
     *
     * @param ids its tokens
     * @param logProbabilities the natural logarithm of each token's probability given those before it; the first is null if nothing stands
     *     before it
     * @param perplexity exp(−mean log-probability)
     * @param bitsPerByte −log₂ probability of the scored tokens over their bytes of UTF-8
     */
    public record Score(List<Integer> ids, List<@Nullable Double> logProbabilities, double perplexity, double bitsPerByte) {
    }

    private final LanguageModel model;
    private final int stride;

    /** Windows that move on by half a context. */
    public Scorer(LanguageModel model) {
        this(model, Math.max(1, model.engine().config().context() / 2));
    }

    /** Windows that move on by {@code stride} tokens. Throws {@link UserError} unless that is from 1 to the context. */
    public Scorer(LanguageModel model, int stride) {
        int context = model.engine().config().context();
        if (stride < 1 || stride > context) {
            throw UserError.usage("The stride must be from 1 to the context, " + context + ", not " + stride + ".");
        }
        this.model = model;
        this.stride = stride;
    }

    /** Scores {@code text}. Throws {@link UserError} if there is nothing to score, or if the model gives no numbers. */
    public Score score(String text) {
        var tokens = model.tokenizer().encode(text);
        var start = model.beginning();
        int given = start.length > 0 ? 0 : 1; // the leading tokens of the text that have nothing before them
        if (tokens.length <= given) {
            throw new UserError(
                    "There is nothing to score: the text is " + (text.isEmpty() ? "empty." : "a single token, with nothing before it."));
        }
        var all = logProbabilities(IntStream.concat(IntStream.of(start), IntStream.of(tokens)).toArray());
        var scored = Arrays.copyOfRange(all, Math.max(0, start.length - 1), all.length);
        double total = Arrays.stream(scored).sum();
        if (Double.isNaN(total)) {
            throw new UserError("The model's log-probabilities of this text are not numbers; its weights are damaged or its training "
                    + "diverged: use an earlier checkpoint.");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length - (given == 1 ? model.tokenizer().bytes(tokens[0]).length : 0);
        var each = new ArrayList<@Nullable Double>();
        if (given == 1) {
            each.add(null);
        }
        Arrays.stream(scored).forEach(each::add);
        return new Score(Arrays.stream(tokens).boxed().toList(), each, Math.exp(-total / scored.length),
                -total / Math.log(2) / Math.max(1, bytes));
    }

    /** ln p(ids[i] | ids before it) for i = 1…: (N) → (N − 1). */
    public double[] logProbabilities(int[] ids) {
        int context = model.engine().config().context();
        var result = new double[ids.length - 1];
        int done = 0; // scored so far
        try (var sequence = model.engine().open()) {
            while (done < result.length) {
                // A window of inputs [from, to) predicts ids[from + 1 … to]; only those not scored before count.
                int to = Math.min(result.length, done == 0 ? context : done + stride);
                int from = Math.max(0, to - context);
                window(sequence, ids, from, to, done, result);
                done = to;
            }
        }
        return result;
    }

    private void window(Engine.Sequence sequence, int[] ids, int from, int to, int done, double[] result) {
        sequence.truncate(0); // the window's tokens stand elsewhere in it than in the last one
        if (from < done) {
            model.engine().forward(List.of(new Part(sequence, Arrays.copyOfRange(ids, from, done), 0)));
        }
        int chunk = Math.max(BLOCK, LOGITS / model.engine().config().vocabularySize() / BLOCK * BLOCK);
        for (int at = done; at < to; at += chunk) {
            var inputs = Arrays.copyOfRange(ids, at, Math.min(to, at + chunk));
            var logits = model.engine().forward(List.of(new Part(sequence, inputs, inputs.length))).getFirst();
            for (int i = 0; i < inputs.length; i++) {
                result[at + i] = LogProbabilities.of(logits[i], ids[at + i + 1]);
            }
        }
    }
}
