package org.lyceum.server.openai;

import java.util.concurrent.ThreadLocalRandom;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.SamplingConfig.WhenFull;
import org.lyceum.server.http.HttpError;

/** A request's options as the sampler takes them. */
final class Sampling {
    /** OpenAI allows a top_p of 0; the sampler wants more than 0, and this keeps the most probable token just as well. */
    private static final double LEAST_TOP_P = 1e-9;

    private Sampling() {
    }

    /**
     * @param promptTokens the length of the prompt
     * @param fallback tokens to write where the request does not say; at most what the context has room for
     * @param field where the prompt came from
     * @throws HttpError where prompt and completion do not fit the context
     */
    static SamplingConfig of(Options options, int promptTokens, LanguageService service, int fallback, String field) {
        int context = service.scheduler().context();
        int room = context - promptTokens;
        if (room < 1) {
            throw HttpError.contextOverflow(field, "The prompt is " + promptTokens + " tokens long, but this model's context is " + context
                    + ", the answer included; shorten '" + field + "'.");
        }
        int asked = options.maxTokens().orElse(Math.min(fallback, room));
        if (asked > room) {
            throw HttpError.contextOverflow(field, "The prompt's " + promptTokens + " tokens and an answer of " + asked
                    + " do not fit this model's context of " + context + "; shorten '" + field + "' or ask for at most " + room
                    + " tokens.");
        }
        long seed = options.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
        return new SamplingConfig(options.temperature(), Math.max(0, options.topK()), Math.max(LEAST_TOP_P, options.topP()), options.minP(),
                options.repetitionPenalty(), seed, asked, options.stop(), WhenFull.STOP)
                .withPenalties(options.presencePenalty(), options.frequencyPenalty());
    }
}
