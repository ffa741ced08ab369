package org.lyceum.text.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
        var lines = aligned(List.of(source, target));
        return new ParallelText(lines.getFirst(), lines.getLast());
    }

    /**
     * The lines of each of {@code files}, one or more of them, as many of each. Throws {@link UserError} as {@link #read} does.
     */
    public static List<List<String>> aligned(List<Path> files) {
        var all = files.stream().map(ParallelText::lines).toList();
        int first = all.getFirst().size();
        for (int i = 1; i < files.size(); i++) {
            int own = all.get(i).size();
            if (own != first) {
                throw new UserError(String.format(Locale.ROOT,
                        "%s ends after line %,d and %s goes on with line %,d; line n of the one must be the translation of line n of the other.",
                        files.get(own < first ? i : 0), Math.min(own, first), files.get(own < first ? 0 : i), Math.min(own, first) + 1));
            }
        }
        if (first == 0) {
            throw new UserError(files.stream().map(Path::toString).collect(Collectors.joining(" and "))
                    + (files.size() > 1 ? " are" : " is") + " empty; name files with a sentence a line.");
        }
        return all;
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

    private static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserError(Files.exists(file)
                    ? file + " is not a file; name a file of text, a sentence a line."
                    : "There is no file " + file + "; check the path.");
        }
        var lines = new ArrayList<String>();
        try (var in = new BufferedReader(SourceFile.of(file, file.toString(), CorpusConfig.Format.TEXT).text())) {
            while (next(in) instanceof String line) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        return lines;
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
