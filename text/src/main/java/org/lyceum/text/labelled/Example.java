package org.lyceum.text.labelled;

import org.jspecify.annotations.Nullable;

/**
 * A text, or a pair of texts, and its label.
 *
 * @param second the other text of a pair; null where there is one alone
 * @param line where in its file it begins, from 1
 */
public record Example(String text, @Nullable String second, String label, long line) {
    /** The same under another label. */
    public Example labelled(String other) {
        return new Example(text, second, other, line);
    }
}
