package org.lyceum.text.tokenizer;

/**
 * A token that is found in text before anything else is done to it.
 *
 * @param id      its row in the embedding
 * @param content the text it stands for
 * @param special whether it marks structure (end of text, a speaker's turn) rather than text
 */
record AddedToken(int id, String content, boolean special) {
}
