package org.lyceum.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine.Part;

/**
 * Completes several prompts side by side: each step computes the next token of all that still go on, so that weights are read once for all of
 * them. What the prompts begin with alike is computed once. Not for several threads at once.
 *
 * <p>Which token follows depends on the logits of {@link Engine#together}, whose last bits may depend on what is computed beside them: the same
 * prompts in the same order give the same texts.
 */
public final class BatchGenerator {
    /** A shared beginning of fewer tokens is not worth a pass of its own. */
    private static final int WORTH_SHARING = 16;

    private final LanguageModel model;

    /**
     * What is to be completed.
     *
     * @param ids at least one token, and fewer than the context
     * @param config how; a text ends where the context does
     */
    public record Prompt(int[] ids, SamplingConfig config) {
    }

    private record Running(int place, Continuation continuation, Engine.Sequence sequence, StringBuilder text) {
        /** The tokens that the sequence has not read yet. */
        Part part() {
            return new Part(sequence, Arrays.copyOfRange(continuation.ids(), sequence.length(), continuation.length()), 1);
        }
    }

    /** Over {@code model}, which stays the caller's. */
    public BatchGenerator(LanguageModel model) {
        this.model = model;
    }

    /**
     * The text behind each of {@code prompts}.
     *
     * @throws UserError where a prompt leaves no room in the context, where the caches would not fit into memory, or if the model's logits are
     *     not numbers
     */
    public List<String> generate(List<Prompt> prompts) {
        int context = model.engine().config().context();
        var texts = new String[prompts.size()];
        var sequences = new ArrayList<Engine.Sequence>();
        try {
            var running = new ArrayList<Running>();
            for (var prompt : prompts) {
                if (prompt.ids().length > context) {
                    throw new UserError(
                            "The prompt is " + prompt.ids().length + " tokens long, but the model's context only " + context + ".");
                }
                sequences.add(model.engine().open());
                running.add(new Running(running.size(), new Continuation(model, prompt.ids(), prompt.config(), Set.of(), null),
                        sequences.getLast(), new StringBuilder()));
            }
            shareBeginning(prompts, sequences);
            while (!running.isEmpty()) {
                var logits = model.engine().together(running.stream().map(Running::part).toList());
                var on = new ArrayList<Running>();
                for (int i = 0; i < running.size(); i++) {
                    var one = running.get(i);
                    var finish = one.continuation().draw(logits.get(i)[0]);
                    one.text().append(one.continuation().piece());
                    if (finish == null && one.continuation().length() <= context) {
                        on.add(one);
                    } else {
                        texts[one.place()] = one.text().append(one.continuation().rest()).toString();
                        one.sequence().truncate(0);
                    }
                }
                running = on;
            }
        } finally {
            sequences.forEach(Engine.Sequence::close);
        }
        return List.of(texts);
    }

    private void shareBeginning(List<Prompt> prompts, List<Engine.Sequence> sequences) {
        if (prompts.size() < 2) {
            return;
        }
        int shared = Integer.MAX_VALUE;
        var first = prompts.getFirst().ids();
        for (var prompt : prompts) {
            int mismatch = Arrays.mismatch(first, prompt.ids());
            shared = Math.min(shared, Math.min(mismatch < 0 ? first.length : mismatch, prompt.ids().length - 1)); // the last one's logits are wanted
        }
        if (shared >= WORTH_SHARING) {
            model.engine().together(List.of(new Part(sequences.getFirst(), Arrays.copyOf(first, shared), 0)));
            for (var sequence : sequences.subList(1, sequences.size())) {
                sequence.copyFrom(sequences.getFirst(), shared);
            }
        }
    }
}
