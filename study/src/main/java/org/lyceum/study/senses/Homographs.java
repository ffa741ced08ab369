package org.lyceum.study.senses;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Words of several senses in sentences, from YAML:
 *
 * <pre>
 * bank:
 *   money: [She asked the bank for a loan., …]
 *   river: [They sat on the bank and watched the water., …]
 * </pre>
 *
 * <p>A sentence holds its word once, as a word of its own and in just this form.
 */
final class Homographs {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private final String where;

    private Homographs(String where) {
        this.where = where;
    }

    /** The occurrences in {@code file}, word by word; in Lyceum's own collection where that is null. Throws {@link UserError} with what is wrong. */
    static List<Occurrence> read(@Nullable Path file) {
        if (file == null) {
            try (InputStream in = Objects.requireNonNull(Homographs.class.getResourceAsStream("homographs.yaml"))) {
                return new Homographs("homographs.yaml").occurrences(YAML.readTree(in));
            } catch (IOException e) {
                throw new AssertionError("a resource of this module", e);
            }
        }
        try {
            return new Homographs(file.toString()).occurrences(YAML.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new UserError(file + " is not valid YAML" + (at == null ? "" : " at line " + at.getLineNr())
                    + "; it should hold words, for each its senses, and for each of those a list of sentences.", e);
        }
    }

    private List<Occurrence> occurrences(JsonNode root) {
        var all = new ArrayList<Occurrence>();
        if (!root.isObject() || root.isEmpty()) {
            throw new UserError(where + " holds no words; write one, its senses below it, and below each of those a list of sentences.");
        }
        for (var word : root.properties()) {
            if (!word.getValue().isObject() || word.getValue().size() < 2) {
                throw new UserError(where + ": '" + word.getKey() + "' needs at least two senses, each with a list of sentences.");
            }
            for (var sense : word.getValue().properties()) {
                if (!sense.getValue().isArray() || sense.getValue().size() < 2) {
                    throw new UserError(where + ": the sense '" + sense.getKey() + "' of '" + word.getKey()
                            + "' needs a list of at least two sentences.");
                }
                for (var sentence : sense.getValue()) {
                    all.add(occurrence(word.getKey(), sense.getKey(), sentence.asString("")));
                }
            }
        }
        return all;
    }

    private Occurrence occurrence(String word, String sense, String sentence) {
        var found = Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(word) + "(?![\\p{L}\\p{N}])").matcher(sentence).results()
                .toList();
        if (found.size() != 1) {
            throw new UserError(where + ": the sentence '" + sentence + "' holds the word '" + word + "' "
                    + (found.isEmpty() ? "not at all" : found.size() + " times") + "; it must stand there once, in just this form.");
        }
        return new Occurrence(word, sense, sentence, found.getFirst().start());
    }
}
