package org.lyceum.text.tokenizer;

/**
 * A token that is found in text before anything else is done to it.
 *
 * @param id         its row in the embedding
 * @param content    the text it stands for
 * @param special    whether it marks structure (end of text, a speaker's turn) rather than text
 * @param singleWord whether it counts only where no letter, digit or underscore touches it
 * @param leftStrip  whether it swallows white space before it
 * @param rightStrip whether it swallows white space after it
 * @param normalized whether it is looked for in normalized text, after all those that are not
 */
record AddedToken(int id, String content, boolean special, boolean singleWord, boolean leftStrip, boolean rightStrip, boolean normalized) {
    AddedToken(int id, String content, boolean special) {
        this(id, content, special, false, false, false, false);
    }
}
