package org.lyceum.text.corpus;

/**
 * A text that belongs together. Its words never run on into the next document's.
 *
 * @param source where it came from, for messages: a path, with {@code #ordinal} for a part of a file or {@code :line} for a row
 * @param text the text, exactly as the source has it
 */
public record Document(String source, String text) {
}
