package org.lyceum.inference.embedding;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an embedding model consists of beside its encoder.
 *
 * @param encoder the folder with the encoder and the tokenizer, or the file that holds both
 * @param poolings at least one; the vectors of several are put one behind the other
 * @param normalise whether vectors are scaled to length 1
 * @param maxTokens the longest text in tokens; null where that is left to the encoder
 * @param lowerCase whether texts are put into lower case before they are tokenized
 * @param prompts by name, what is put in front of a text
 * @param defaultPrompt what is put in front of a text where the caller names no prompt
 */
record EmbeddingSettings(Path encoder, List<Pooling> poolings, boolean normalise, @Nullable Integer maxTokens, boolean lowerCase,
        Map<String, String> prompts, String defaultPrompt) {
    /** Those of an encoder of which nothing more is known. */
    static EmbeddingSettings of(Path encoder, Pooling pooling, boolean normalise) {
        return new EmbeddingSettings(encoder, List.of(pooling), normalise, null, false, Map.of(), "");
    }
}
