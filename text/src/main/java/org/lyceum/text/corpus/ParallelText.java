package org.lyceum.text.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * A text and its translation, aligned line by line in two files, each plain or compressed (.gz, .zst). A line ends at a line feed and at
 * nothing else, as those who align such files count them; a carriage return before it is dropped.
 *
 * @param sources the lines of the one
 * @param targets the lines of the other, as many
 */
public record ParallelText(List<String> sources, List<String> targets) {
    public ParallelText {
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
        if (sources.size() != targets.size()) {
            throw new IllegalArgumentException(sources.size() + " lines cannot be translated by " + targets.size());
        }
    }

    /**
     * Reads both files. Throws {@link UserError} where one cannot be read or is not UTF-8, where both are empty, and where one goes on when
     * the other has ended, naming the line.
     */
    public static ParallelText read(Path source, Path target) {
        var sources = new ArrayList<String>();
        var targets = new ArrayList<String>();
        try (var a = open(source); var b = open(target)) {
            for (long line = 1;; line++) {
                var left = next(a);
                var right = next(b);
                if (left == null && right == null) {
                    break;
                }
                if (left == null || right == null) {
                    var ended = left == null ? source : target;
                    var goesOn = left == null ? target : source;
                    throw new UserError(String.format(Locale.ROOT,
                            "%s ends after line %,d and %s goes on with line %,d; line n of the one must be the translation of line n of the other.",
                            ended, line - 1, goesOn, line));
                }
                sources.add(left);
                targets.add(right);
            }
        } catch (IOException e) {
            throw IoErrors.reading(source, e);
        }
        if (sources.isEmpty()) {
            throw new UserError(source + " and " + target + " are empty; name files with a sentence a line.");
        }
        return new ParallelText(sources, targets);
    }

    /** The number of pairs. */
    public int size() {
        return sources.size();
    }

    /** All of it in lower case, by rules that hold in every country. */
    public ParallelText lowerCased() {
        return new ParallelText(sources.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList(),
                targets.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList());
    }

    private static BufferedReader open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new UserError(Files.exists(path)
                    ? path + " is not a file; name a file of text, a sentence a line."
                    : "There is no file " + path + "; check the path.");
        }
        return new BufferedReader(SourceFile.of(path, path.toString(), CorpusConfig.Format.TEXT).text());
    }

    /** The next line; null at the end. Not {@code readLine}, for which a carriage return alone ends a line. */
    private static @Nullable String next(BufferedReader in) throws IOException {
        var line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString();
    }
}
