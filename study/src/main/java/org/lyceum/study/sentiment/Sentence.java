package org.lyceum.study.sentiment;

import java.util.List;

/**
 * A sentence and what is felt in it.
 *
 * @param text as the file has it, tokens divided by spaces
 * @param words its tokens in lower case, at least one
 * @param label the number of its label
 */
record Sentence(String text, List<String> words, int label) {
}
