package org.lyceum.inference;

import java.util.List;
import org.lyceum.text.tokenizer.StreamingDecoder;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Tokens to text as they come, in whole characters, without special tokens, and up to the first stop string, of which no part ever gets
 * out.
 */
final class TextStream {
    private final Tokenizer tokenizer;
    private final StreamingDecoder characters;
    private final StopStrings stops;

    TextStream(Tokenizer tokenizer, List<String> stops) {
        this.tokenizer = tokenizer;
        this.characters = new StreamingDecoder(tokenizer);
        this.stops = new StopStrings(stops);
    }

    /** The text that is certain now that {@code id} has come. */
    String accept(int id) {
        return tokenizer.isSpecial(id) ? "" : stops.accept(characters.accept(id));
    }

    /** What was held back, when no more tokens come. It may still complete a stop string. */
    String finish() {
        return stops.accept(characters.finish()) + stops.finish();
    }

    /** Whether a stop string came up. */
    boolean stopped() {
        return stops.hit();
    }
}
