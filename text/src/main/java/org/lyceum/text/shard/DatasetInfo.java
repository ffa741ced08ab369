package org.lyceum.text.shard;

import java.util.List;

/**
 * What {@code dataset.json} says of a dataset folder, in snake case.
 *
 * @param version of the folder's layout
 * @param fingerprint a hash of all that determined the dataset: documents, tokenizer, configuration
 * @param sources the data as the user named them
 * @param vocabSize every token is below it
 * @param endOfDocument the token after each document
 * @param split how validation was chosen: {@code hash} or {@code position}
 * @param train the training side
 * @param validation the held-out side
 */
public record DatasetInfo(int version, String fingerprint, List<String> sources, int vocabSize, int endOfDocument, String split, Side train,
        Side validation) {
    /**
     * One side.
     *
     * @param documents documents
     * @param tokens tokens, one end-of-document token a document included
     * @param bytes UTF-8 bytes of the text
     * @param shards the files, in order
     */
    public record Side(long documents, long tokens, long bytes, List<String> shards) {
    }
}
