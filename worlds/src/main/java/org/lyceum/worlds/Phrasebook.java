package org.lyceum.worlds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** All phrasings of one language: of each relation, of time, of who says so, and of there being nobody. */
public final class Phrasebook {
    /** Words around a sentence, which stands where the asterisk is. */
    record Frame(int words, int clauses, String template) {
        String around(String sentence) {
            return template.replace("*", sentence);
        }
    }

    private static final Map<Language, Phrasebook> BOOKS = new EnumMap<>(Language.class);
    static {
        for (var language : Language.values()) {
            BOOKS.put(language, new Phrasebook(language));
        }
    }

    private final Map<Relation, List<Phrase>> phrases = new EnumMap<>(Relation.class);
    private final List<Frame> wraps = new ArrayList<>();
    private final List<Frame> times = new ArrayList<>();
    private String none = "";

    private Phrasebook(Language language) {
        var name = "phrases." + language.code() + ".txt";
        var in = Objects.requireNonNull(Phrasebook.class.getResourceAsStream(name), name);
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            var section = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = line.substring(1, line.length() - 1);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    int space = line.indexOf(' '); // one level for both, or one of words and one of clauses
                    add(section, line.charAt(0) - '0', line.charAt(space - 1) - '0', line.substring(space + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String section, int words, int clauses, String text) {
        switch (section) {
            case "WRAP" -> wraps.add(new Frame(words, clauses, text));
            case "THEN" -> times.add(new Frame(words, clauses, text));
            case "NONE" -> none = text;
            case "KIN" -> {
                for (var kin : Kin.values()) {
                    add(Relation.valueOf(kin.name()), words, clauses, text);
                }
            }
            default -> add(Relation.valueOf(section), words, clauses, text);
        }
    }

    private void add(Relation relation, int words, int clauses, String text) {
        var list = phrases.computeIfAbsent(relation, _ -> new ArrayList<>());
        list.add(new Phrase(relation, list.size(), words, clauses, text));
    }

    /** The phrasings of {@code language}. */
    public static Phrasebook of(Language language) {
        return Objects.requireNonNull(BOOKS.get(language));
    }

    /** Every way to say {@code relation}, at least eight. */
    public List<Phrase> of(Relation relation) {
        return phrases.getOrDefault(relation, List.of());
    }

    /** What may stand around a sentence: who says so. */
    List<Frame> wraps() {
        return wraps;
    }

    /** What dates a sentence in the past. */
    List<Frame> times() {
        return times;
    }

    /** That somebody has nobody for a kinship. */
    Phrase none(Relation relation) {
        return new Phrase(relation, -1, 1, 1, none);
    }
}
