package org.lyceum.text.shard;

import java.util.function.Function;
import org.lyceum.foundation.UserError;

/**
 * What a dataset needs to know of a tokenizer.
 *
 * @param encode text to tokens, without special tokens around it; called from several threads at once
 * @param vocabSize every token is below it
 * @param endOfDocument the token put after each document
 * @param fingerprint changes whenever the tokens of some text may: a hash of {@code tokenizer.json}, say
 */
public record TokenEncoder(Function<String, int[]> encode, int vocabSize, int endOfDocument, String fingerprint) {
    public TokenEncoder {
        if (vocabSize < 1 || endOfDocument < 0 || endOfDocument >= vocabSize) {
            throw new UserError("The end-of-document token " + endOfDocument + " is not in the vocabulary of " + vocabSize
                    + " tokens; give the tokenizer such a token.");
        }
    }
}
