package org.lyceum.text.labelled;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * Words and a tag for each.
 *
 * @param line where in its file the sentence begins, from 1
 */
public record TaggedSentence(List<String> words, List<String> tags, long line) {
    public TaggedSentence {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        if (words.size() != tags.size() || words.isEmpty()) {
            throw new IllegalArgumentException(words.size() + " words and " + tags.size() + " tags");
        }
    }

    /**
     * Reads CoNLL's format: a word a line, its tag in the last of the columns that tabs or spaces divide; a blank line ends a sentence, and
     * lines that begin with {@code -DOCSTART-} or {@code # } are passed over.
     *
     * @throws UserError with the line that has a word alone, or if there are no sentences
     */
    public static List<TaggedSentence> read(Path file) {
        var sentences = new ArrayList<TaggedSentence>();
        var words = new ArrayList<String>();
        var tags = new ArrayList<String>();
        long line = 0;
        for (var row : (TextLines.read(file, "utf-8") + "\n").split("\n", -1)) {
            line++;
            var stripped = row.strip();
            if (stripped.startsWith("-DOCSTART-") || stripped.startsWith("# ")) {
                continue;
            }
            if (!stripped.isEmpty()) {
                var columns = stripped.split(stripped.indexOf('\t') >= 0 ? "\t" : "\\s+");
                if (columns.length < 2) {
                    throw new UserError(file + ": line " + line + " holds the word '" + stripped
                            + "' without a tag; mend or leave out that line.");
                }
                words.add(columns[0]);
                tags.add(columns[columns.length - 1]);
            } else if (!words.isEmpty()) {
                sentences.add(new TaggedSentence(words, tags, line - words.size()));
                words.clear();
                tags.clear();
            }
        }
        if (sentences.isEmpty()) {
            throw new UserError(file + " holds no tagged words; name a file with a word and its tag a line.");
        }
        return sentences;
    }
}
