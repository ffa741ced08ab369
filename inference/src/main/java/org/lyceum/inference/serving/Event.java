package org.lyceum.inference.serving;

import org.jspecify.annotations.Nullable;
import org.lyceum.inference.Generation.Finish;

/** What happens to a request: {@link Token}s, then {@link Finished} or {@link Failed}. */
public sealed interface Event {
    /**
     * A token was drawn.
     *
     * @param id the token
     * @param text what became certain of the text: whole characters, no part of a stop string; empty where none did
     * @param logprobs null unless the request asked for them
     */
    record Token(int id, String text, @Nullable Logprobs logprobs) implements Event {
    }

    /**
     * The text has ended.
     *
     * @param text what was held back of it
     * @param reason why it ended
     * @param usage what it took
     */
    record Finished(String text, Finish reason, Usage usage) implements Event {
    }

    /** It could not be computed; a {@link org.lyceum.foundation.UserError} says why in a sentence that may be shown. */
    record Failed(RuntimeException error) implements Event {
    }
}
